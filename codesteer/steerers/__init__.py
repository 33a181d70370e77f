"""Who guides: steerers by specification. Importing this imports none of them."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from codesteer.models.chat import ChatModel
    from codesteer.steerers.protocol import Steerer


class ResolveModel(Protocol):
    """Turns a model's name into the model, e.g. `codesteer.models.registry.resolve`."""

    def __call__(self, name: str, *, url: str | None = None) -> ChatModel: ...


Factory: TypeAlias = "Callable[[str, ResolveModel], Steerer]"
"""(what follows the colon, resolver of model names) -> steerer."""

_registered: dict[str, Factory] = {}

KNOWN = ("policy", "prompt:MODEL", "tuned:PATH_OR_URL", "legacy:PATH_OR_URL")


class UnknownSteerer(ValueError):
    """A specification that names no steerer; the message says which there are."""


def get_steerer(spec: str, resolve_model: ResolveModel) -> Steerer:
    """The steerer of a specification.

    ``policy``: rules, no model. ``prompt:MODEL``: a chat model with our prompts.
    ``tuned:PATH_OR_URL``: a model fine-tuned on our data. ``legacy:PATH_OR_URL``: the published
    weights, with the published prompts. Or one that was registered.

    Raises:
        UnknownSteerer: the message proposes the nearest.
        PromptsNotFound: the published prompts were not imported.
        UnknownModel: the named model does not exist.
    """
    kind, _, target = spec.strip().partition(":")
    if kind in _registered:
        return _registered[kind](target, resolve_model)
    if kind == "policy" and not target:
        from codesteer.steerers.policy import Policy

        return Policy()
    if kind == "prompt" and target:
        from codesteer.steerers.prompted import Prompted

        return Prompted(resolve_model(target))
    if kind == "tuned" and target:
        from codesteer.steerers.tuned import open_tuned

        return open_tuned(target, resolve_model)
    if kind == "legacy" and target:
        from codesteer.steerers.legacy import open_legacy

        return open_legacy(target, resolve_model)
    near = get_close_matches(kind, [name.split(":")[0] for name in KNOWN] + [*_registered], n=1)
    hint = f"; did you mean {near[0]!r}?" if near and near[0] != kind else "."
    raise UnknownSteerer(f"There is no steerer {spec!r}: known are {', '.join(KNOWN)}{hint}")


def register_steerer(kind: str, factory: Factory) -> None:
    """Adds a steerer of one's own: ``kind:target`` then calls ``factory(target, resolve)``."""
    _registered[kind] = factory
