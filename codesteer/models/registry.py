"""Model names: ``provider:model``, or an alias that stands for one."""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from codesteer.models.chat import ChatModel
from codesteer.models.errors import UnknownModel

Factory: TypeAlias = Callable[[str, "str | None"], ChatModel]
"""(model name without provider, base URL or None) -> model. Makes no connection yet."""

OWN = ("openai-responses", "anthropic", "local", "transformers", "vllm-engine")
"""Providers with a module of their own."""

_registered: dict[str, Factory] = {}


def register_provider(name: str, factory: Factory) -> None:
    """Adds a provider of one's own: ``--model name:anything`` then calls its factory."""
    _registered[name] = factory


def resolve(name: str, *, url: str | None = None) -> ChatModel:
    """The model of a name. Nothing is connected or started yet.

    Raises:
        UnknownModel: neither an alias nor ``provider:model`` of a known provider.
        MissingExtra: the provider's package is not installed.
        Unauthorized: the provider's key is not set.
    """
    provider, colon, model = full_name(name).partition(":")
    if not colon or not model:
        raise _unknown(name)
    if provider in _registered:
        return _registered[provider](model, url)
    if provider == "local":
        from codesteer.models.local import LocalModel

        return LocalModel(model, url)
    if provider == "anthropic":
        from codesteer.models.claude import ClaudeModel

        return ClaudeModel(model, url)
    if provider == "openai-responses":
        from codesteer.models.openai_responses import ResponsesModel

        return ResponsesModel(model, url=url)
    if provider == "transformers":
        from codesteer.models.transformers_model import TransformersModel

        return TransformersModel(model)
    if provider == "vllm-engine":
        from codesteer.models.vllm_engine import VllmModel

        return VllmModel(model)
    if provider in servers():
        from codesteer.models.openai_compatible import OpenAIModel

        server = servers()[provider]
        return OpenAIModel(
            model, provider=provider, url=url, home=server["base_url"], key_variable=server["key"]
        )
    raise _unknown(name)


def full_name(name: str) -> str:
    """``provider:model`` of a name: an alias is replaced, another name is returned as it is."""
    known: str = table("aliases").get(name, name)
    if ":" not in known and known in _registered:
        return f"{known}:default"
    return known


def servers() -> dict[str, Any]:
    """OpenAI-compatible servers by provider name: base URL and the variable of the key."""
    return table("servers")


@cache
def table(name: str) -> dict[str, Any]:
    text = files("codesteer.models").joinpath(f"{name}.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _unknown(name: str) -> UnknownModel:
    providers = [*servers(), *OWN, *_registered]
    near = get_close_matches(name, [*table("aliases"), *_registered], n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return UnknownModel(
        f"there is no model {name!r}{hint} Type an alias ({', '.join(table('aliases'))}) or "
        f"PROVIDER:MODEL with one of the providers {', '.join(providers)}"
    )
