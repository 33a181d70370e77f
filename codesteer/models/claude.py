"""Anthropic's models."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from typing import Any

from codesteer.models.chat import Completion, Finish, Message, Settings, ToolCall, Usage
from codesteer.models.errors import (
    BadRequest,
    ContextLength,
    MissingExtra,
    ModelError,
    RateLimited,
    Refused,
    Transient,
    Unauthorized,
)
from codesteer.models.openai_compatible import TIMEOUT, brief, retry_after

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
    """A model behind Anthropic's SDK. The client is made on the loop of the first call."""

    def __init__(self, model: str, url: str | None = None) -> None:
        """Raises `MissingExtra` or `Unauthorized` where a call could not succeed."""
        try:
            import anthropic
        except ImportError:
            raise MissingExtra("anthropic", f"the model anthropic:{model}") from None
        if not os.environ.get(KEY) and not url:
            raise Unauthorized(
                f"the model anthropic:{model} needs a key: set the environment variable {KEY}"
            )
        self.name = f"anthropic:{model}"
        self._model = model
        self._url = url
        self._sdk = anthropic
        self._client: Any = None

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """One message. Raises `ModelError`."""
        if self._client is None:
            self._client = self._connect()
        start = time.monotonic()
        try:
            reply = await self._client.post(
                "/v1/messages", cast_to=object, body=_body(self._model, messages, settings)
            )
        except self._sdk.AnthropicError as error:
            raise _typed(self._sdk, error, self.name) from None
        except Exception as error:  # the transport's own errors on a body that breaks off
            raise Transient(f"{self.name}: the answer broke off ({brief(error)})") from None
        return _read(reply, time.monotonic() - start, self.name)

    async def check(self) -> None:
        """Asks for the list of models, which costs nothing: is anyone there, is the key good?

        Raises:
            ModelError: no connection, or the key is not accepted.
        """
        if self._client is None:
            self._client = self._connect()
        try:
            await self._client.get("/v1/models", cast_to=object, options={"timeout": 10})
        except self._sdk.AnthropicError as error:
            typed = _typed(self._sdk, error, self.name)
            if isinstance(typed, Unauthorized) or isinstance(error, self._sdk.APIConnectionError):
                raise typed from None

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    def _connect(self) -> Any:
        from anthropic import AsyncAnthropic, DefaultAioHttpClient, DefaultAsyncHttpxClient
        from httpx2 import Limits

        limits = Limits(max_connections=None, max_keepalive_connections=None)
        try:
            transport: Any = DefaultAioHttpClient(timeout=TIMEOUT, limits=limits)
        except RuntimeError:  # aiohttp is not there: slower, but the same
            transport = DefaultAsyncHttpxClient(timeout=TIMEOUT, limits=limits)
        return AsyncAnthropic(
            api_key=os.environ.get(KEY) or "none",
            base_url=self._url,
            max_retries=0,
            timeout=TIMEOUT,
            http_client=transport,
        )


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


def _typed(sdk: Any, error: Exception, name: str) -> ModelError:
    said = brief(error)
    if isinstance(error, sdk.RateLimitError):
        return RateLimited(f"{name}: {said}", retry_after(error.response.headers))
    if isinstance(error, sdk.AuthenticationError | sdk.PermissionDeniedError):
        return Unauthorized(f"{name}: the server does not accept the key ({said})")
    if isinstance(error, sdk.NotFoundError):
        return BadRequest(f"{name}: the server knows no such model or path ({said})")
    if isinstance(error, sdk.APIStatusError):
        text = str(error).lower()
        if error.status_code in (408, 409, 425) or error.status_code >= 500:
            return Transient(f"{name}: {said}")
        if "prompt is too long" in text or "context" in text:
            return ContextLength(f"{name}: the conversation does not fit the model's context")
        if "content filter" in text or "usage policy" in text:
            return Refused(f"{name}: {said}")
        return BadRequest(f"{name}: {said}")
    if isinstance(error, sdk.APIConnectionError):
        cause = brief(error.__cause__) if error.__cause__ else said
        return Transient(f"{name}: no connection to the server ({cause})")
    return Transient(f"{name}: {said}")
