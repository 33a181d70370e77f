"""Anthropic's models."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from codesteer.models.chat import HOSTED, Completion, Finish, Message, Settings, ToolCall, Usage
from codesteer.models.errors import MissingExtra, Transient, Unauthorized
from codesteer.models.keys import key, missing
from codesteer.models.openai_compatible import check
from codesteer.models.reasoning import claude_is_sampled
from codesteer.models.sdk import ask
from codesteer.models.transport import Transport

KEY = "ANTHROPIC_API_KEY"

DEFAULT_MAX_TOKENS = 2048
"""The wire format wants a bound; this one where the settings give none."""

HOSTED_TOOL = {"type": "code_execution_20250825", "name": "code_execution"}
"""Anthropic's own interpreter. It runs shell commands, and programs by them."""

PAUSES = 8
"""Times that a turn which the server pauses is gone on with."""

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
        self.name = f"anthropic:{model}"
        self._key = key(KEY)
        if not self._key and not url:
            raise Unauthorized(missing(self.name, KEY))
        self._model = model
        self._endpoint = ask("anthropic", self._key, url)
        self._transport: Transport | None = None

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """One message. Raises `ModelError`."""
        body = _body(self._model, messages, settings)
        start = time.monotonic()
        replies = [await self._connected().post("/v1/messages", body)]
        # A turn with long runs of the hosted interpreter is given in parts.
        while _paused(replies[-1]) and len(replies) <= PAUSES:
            said = {"role": "assistant", "content": replies[-1].get("content")}
            body = {**body, "messages": [*body["messages"], said]}
            replies.append(await self._connected().post("/v1/messages", body))
        return _read(replies, time.monotonic() - start, self.name)

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
            self._transport = Transport(self._endpoint, self.name)
        return self._transport


def _body(model: str, messages: Sequence[Message], settings: Settings) -> dict[str, Any]:
    system = "\n\n".join(m.content for m in messages if m.role == "system" and m.content)
    sampled = claude_is_sampled(model) and not settings.extra.get("thinking")
    effort = settings.reasoning_effort
    body: dict[str, Any] = {
        "model": model,
        "messages": [_message(message) for message in messages if message.role != "system"],
        "system": system or None,
        "max_tokens": settings.max_tokens or DEFAULT_MAX_TOKENS,
        "temperature": settings.temperature if sampled else None,
        "top_p": settings.top_p if sampled else None,
        "output_config": {"effort": effort} if effort else None,
        "stop_sequences": list(settings.stop) or None,
        "tools": [
            HOSTED_TOOL
            if tool.hosted
            else {
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


def _paused(reply: Any) -> bool:
    return isinstance(reply, dict) and reply.get("stop_reason") == "pause_turn"


def _read(replies: Sequence[Any], seconds: float, name: str) -> Completion:
    """The parts of one turn as a completion."""
    try:
        blocks = [block for reply in replies for block in reply["content"]]
        text = "".join(block["text"] for block in blocks if block["type"] == "text")
        calls = tuple(
            ToolCall(str(block["id"]), str(block["name"]), json.dumps(block["input"]))
            for block in blocks
            if block["type"] == "tool_use"
        )
        usage = sum((_usage(reply.get("usage") or {}) for reply in replies), Usage())
        hosted = tuple(_hosted(blocks))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Transient(f"{name}: the server's answer is not a message") from None
    finish = _FINISH.get(str(replies[-1].get("stop_reason")), "stop")
    return Completion(
        text=text, finish=finish, usage=usage, seconds=seconds, tool_calls=(*calls, *hosted)
    )


def _usage(counts: Mapping[str, Any]) -> Usage:
    cached = int(counts.get("cache_read_input_tokens") or 0)
    written = int(counts.get("cache_creation_input_tokens") or 0)
    return Usage(
        input=int(counts.get("input_tokens") or 0) + cached + written,
        output=int(counts.get("output_tokens") or 0),
        cached_input=cached,
    )


def _hosted(blocks: Sequence[Mapping[str, Any]]) -> Iterator[ToolCall]:
    """What Anthropic's interpreter ran: each command or edit with its result."""
    results = {b["tool_use_id"]: b["content"] for b in blocks if "tool_use_id" in b}
    for block in blocks:
        if block["type"] != "server_tool_use":
            continue
        result, given = results.get(block["id"]) or {}, block["input"]
        ran = {
            "code": str(given.get("code") or given.get("command") or json.dumps(given)),
            "output": str(result.get("stdout") or result.get("error_code") or ""),
            "failed": bool(result.get("return_code") or result.get("error_code")) or not result,
        }
        yield ToolCall(str(block["id"]), HOSTED, json.dumps(ran))
