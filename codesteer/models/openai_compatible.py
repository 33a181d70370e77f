"""OpenAI and every server that speaks its chat-completions dialect."""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from codesteer.models.chat import Completion, Finish, Message, Settings, ToolCall, Usage
from codesteer.models.errors import (
    BadRequest,
    MissingExtra,
    ModelError,
    Transient,
    Unauthorized,
)
from codesteer.models.keys import key, missing
from codesteer.models.reasoning import openai_reasons
from codesteer.models.sdk import ask
from codesteer.models.transport import Transport

_FINISH: Mapping[str, Finish] = {
    "length": "length",
    "content_filter": "refusal",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
}


class OpenAIModel:
    """A model behind the OpenAI SDK's settings. Connections are made on the first call's loop."""

    def __init__(
        self,
        model: str,
        *,
        provider: str = "openai",
        url: str | None = None,
        home: str | None = None,
        key_variable: str | None = "OPENAI_API_KEY",
    ) -> None:
        """A model at a user's ``url``, which may want no key, or else at its provider's ``home``.

        Raises `MissingExtra` or `Unauthorized` where a call could not succeed.
        """
        for package in ("openai", "aiohttp"):
            if importlib.util.find_spec(package) is None:
                raise MissingExtra("openai", f"the model {provider}:{model}")
        self.name = f"{provider}:{model}"
        self._model = model
        given = url or (os.environ.get("OPENAI_BASE_URL") if provider == "openai" else None)
        self._url = given or home
        self._reasons = provider == "openai" and openai_reasons(model)
        self._key = key(key_variable) if key_variable else None
        if key_variable and not self._key and not given:
            otherwise = "; or give --model-url for a server that wants none"
            raise Unauthorized(missing(self.name, key_variable, otherwise=otherwise))
        self._endpoint = ask("openai", self._key, self._url)
        self._transport: Transport | None = None

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """One chat completion. Raises `ModelError`."""
        body = self._body(messages, settings)
        start = time.monotonic()
        reply = await self._connected().post("/chat/completions", body)
        return read_completion(reply, time.monotonic() - start, self.name)

    async def check(self) -> None:
        """Asks for the list of models, which costs nothing: is anyone there, is the key good?

        Raises:
            Transient: no connection.
            Unauthorized: the key is not accepted. A server without such a list passes.
        """
        await check(self._connected(), "/models")

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    def _connected(self) -> Transport:
        if self._transport is None:
            self._transport = Transport(self._endpoint, self.name)
        return self._transport

    def _body(self, messages: Sequence[Message], settings: Settings) -> dict[str, Any]:
        if any(tool.hosted for tool in settings.tools):
            raise BadRequest(f"{self.name}: chat completions have no interpreter of their own")
        sampled = not self._reasons
        limit = "max_tokens" if sampled else "max_completion_tokens"
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [_message(message) for message in messages],
            "temperature": settings.temperature if sampled else None,
            "top_p": settings.top_p if sampled else None,
            limit: settings.max_tokens,
            "seed": settings.seed if sampled else None,
            "stop": (list(settings.stop) or None) if sampled else None,
            "reasoning_effort": settings.reasoning_effort,
            "tools": [
                {
                    "type": "function",
                    "function": {
                        "name": tool.name,
                        "description": tool.description,
                        "parameters": dict(tool.parameters),
                    },
                }
                for tool in settings.tools
            ]
            or None,
        }
        return {k: v for k, v in body.items() if v is not None} | dict(settings.extra)


def read_completion(reply: Any, seconds: float, name: str) -> Completion:
    """A completion from a response's JSON; anything that is not one is `Transient`."""
    try:
        choice = reply["choices"][0]
        message = choice["message"]
        text = message.get("content") or ""
        calls = tuple(
            ToolCall(str(c["id"]), str(c["function"]["name"]), str(c["function"]["arguments"]))
            for c in message.get("tool_calls") or ()
        )
        usage = reply.get("usage") or {}
        counts = Usage(
            input=int(usage.get("prompt_tokens") or 0),
            output=int(usage.get("completion_tokens") or 0),
            cached_input=int((usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0),
            reasoning=int(
                (usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0
            ),
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise Transient(f"{name}: the server's answer is not a chat completion") from None
    if not isinstance(text, str):
        raise Transient(f"{name}: the server's answer is not a chat completion")
    finish: Finish = _FINISH.get(str(choice.get("finish_reason")), "stop")
    if message.get("refusal"):
        text, finish = str(message["refusal"]), "refusal"
    return Completion(text=text, finish=finish, usage=counts, seconds=seconds, tool_calls=calls)


def _message(message: Message) -> dict[str, Any]:
    body: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        body["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        body["tool_call_id"] = message.tool_call_id
    return body


async def check(transport: Transport, path: str) -> None:
    """Does a server answer and accept the key? Raises `Transient` or `Unauthorized` if not."""
    try:
        await transport.get(path, seconds=10)
    except Transient as error:
        if "no connection" in str(error):
            raise
    except Unauthorized:
        raise
    except ModelError:
        return
