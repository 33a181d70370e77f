"""Anthropic's models."""

from __future__ import annotations

import importlib.util
import json
import os
import time
from collections.abc import Sequence
from typing import Any

from codesteer.models.chat import Completion, Finish, Message, Settings, ToolCall, Usage
from codesteer.models.errors import MissingExtra, Transient, Unauthorized
from codesteer.models.openai_compatible import check
from codesteer.models.transport import TIMEOUT, Transport

KEY = "ANTHROPIC_API_KEY"

DEFAULT_MAX_TOKENS = 2048
"""The wire format wants a bound; this one where the settings give none."""

_FINISH: dict[str, Finish] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
    "tool_use": "tool_calls",
}


class ClaudeModel:
    """A model behind Anthropic's SDK's settings. Connections are made on the first call's loop."""

    def __init__(self, model: str, url: str | None = None) -> None:
        """Raises `MissingExtra` or `Unauthorized` where a call could not succeed."""
        for package in ("anthropic", "aiohttp"):
            if importlib.util.find_spec(package) is None:
                raise MissingExtra("anthropic", f"the model anthropic:{model}")
        if not os.environ.get(KEY) and not url:
            raise Unauthorized(
                f"the model anthropic:{model} needs a key: set the environment variable {KEY}"
            )
        self.name = f"anthropic:{model}"
        self._model = model
        self._url = url
        self._transport: Transport | None = None

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """One message. Raises `ModelError`."""
        body = _body(self._model, messages, settings)
        start = time.monotonic()
        reply = await self._connected().post("/v1/messages", body)
        return _read(reply, time.monotonic() - start, self.name)

    async def check(self) -> None:
        """Asks for the list of models, which costs nothing: is anyone there, is the key good?

        Raises:
            Transient: no connection.
            Unauthorized: the key is not accepted.
        """
        await check(self._connected(), "/v1/models")

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    def _connected(self) -> Transport:
        if self._transport is None:
            from anthropic import AsyncAnthropic

            client = AsyncAnthropic(
                api_key=os.environ.get(KEY) or "none",
                base_url=self._url,
                timeout=TIMEOUT,
                max_retries=0,
            )
            self._transport = Transport(client, self.name)
        return self._transport


def _body(model: str, messages: Sequence[Message], settings: Settings) -> dict[str, Any]:
    system = "\n\n".join(m.content for m in messages if m.role == "system" and m.content)
    body: dict[str, Any] = {
        "model": model,
        "messages": [_message(message) for message in messages if message.role != "system"],
        "system": system or None,
        "max_tokens": settings.max_tokens or DEFAULT_MAX_TOKENS,
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "stop_sequences": list(settings.stop) or None,
        "tools": [
            {
                "name": tool.name,
                "description": tool.description,
                "input_schema": dict(tool.parameters),
            }
            for tool in settings.tools
        ]
        or None,
    }
    return {key: value for key, value in body.items() if value is not None} | dict(settings.extra)


def _message(message: Message) -> dict[str, Any]:
    if message.role == "tool":
        block = {
            "type": "tool_result",
            "tool_use_id": message.tool_call_id,
            "content": message.content,
        }
        return {"role": "user", "content": [block]}
    if not message.tool_calls:
        return {"role": message.role, "content": message.content}
    content: list[dict[str, Any]] = []
    if message.content:
        content.append({"type": "text", "text": message.content})
    for call in message.tool_calls:
        try:
            arguments = json.loads(call.arguments)
        except ValueError:
            arguments = {}
        content.append({"type": "tool_use", "id": call.id, "name": call.name, "input": arguments})
    return {"role": message.role, "content": content}


def _read(reply: Any, seconds: float, name: str) -> Completion:
    try:
        blocks = reply["content"]
        text = "".join(block["text"] for block in blocks if block["type"] == "text")
        calls = tuple(
            ToolCall(str(block["id"]), str(block["name"]), json.dumps(block["input"]))
            for block in blocks
            if block["type"] == "tool_use"
        )
        counts = reply.get("usage") or {}
        cached = int(counts.get("cache_read_input_tokens") or 0)
        written = int(counts.get("cache_creation_input_tokens") or 0)
        usage = Usage(
            input=int(counts.get("input_tokens") or 0) + cached + written,
            output=int(counts.get("output_tokens") or 0),
            cached_input=cached,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Transient(f"{name}: the server's answer is not a message") from None
    finish = _FINISH.get(str(reply.get("stop_reason")), "stop")
    return Completion(text=text, finish=finish, usage=usage, seconds=seconds, tool_calls=calls)
