"""OpenAI and every server that speaks its chat-completions dialect."""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Mapping, Sequence
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

TIMEOUT = 600.0
"""Seconds after which a call without an answer is given up and counted as transient."""

REASONING = ("o1", "o3", "o4", "gpt-5")
"""Prefixes of models that take neither a temperature nor `max_tokens` by that name."""

# Servers like to repeat the key that they do not accept.
_KEY = re.compile(
    r"\b(?:sk|pk|key|AIza|gsk|xai|hf|r8)[-_][A-Za-z0-9_\-]{8,}|\bAIza[A-Za-z0-9_\-]{20,}"
)

_FINISH: Mapping[str, Finish] = {
    "length": "length",
    "content_filter": "refusal",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
}


class OpenAIModel:
    """A model behind the OpenAI SDK. The client is made on the loop of the first call.

    The SDK's request parameters and response models cost most of its CPU time, so the request
    body is written here and the response read as plain JSON; addresses, authentication,
    proxies and error classes stay the SDK's.
    """

    def __init__(
        self,
        model: str,
        *,
        provider: str = "openai",
        url: str | None = None,
        key_variable: str | None = "OPENAI_API_KEY",
    ) -> None:
        """Raises `MissingExtra` or `Unauthorized` where a call could not succeed."""
        try:
            import openai
        except ImportError:
            raise MissingExtra("openai", f"the model {provider}:{model}") from None
        self.name = f"{provider}:{model}"
        self._model = model
        self._url = url or (os.environ.get("OPENAI_BASE_URL") if provider == "openai" else None)
        self._key = os.environ.get(key_variable) if key_variable else None
        if key_variable and not self._key and not self._url:
            raise Unauthorized(
                f"the model {self.name} needs a key: set the environment variable {key_variable}, "
                "or give --model-url for a server that wants none"
            )
        self._sdk = openai
        self._client: Any = None

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """One chat completion. Raises `ModelError`."""
        if self._client is None:
            self._client = self._connect()
        start = time.monotonic()
        try:
            reply = await self._client.post(
                "/chat/completions", cast_to=object, body=self._body(messages, settings)
            )
        except self._sdk.OpenAIError as error:
            raise _typed(self._sdk, error, self.name) from None
        except Exception as error:  # the transport's own errors on a body that breaks off
            raise Transient(f"{self.name}: the answer broke off ({brief(error)})") from None
        return read_completion(reply, time.monotonic() - start, self.name)

    async def check(self) -> None:
        """Asks for the list of models, which costs nothing: is anyone there, is the key good?

        Raises:
            ModelError: no connection, or the key is not accepted. A server without such a list
                passes.
        """
        if self._client is None:
            self._client = self._connect()
        try:
            await self._client.get("/models", cast_to=object, options={"timeout": 10})
        except self._sdk.OpenAIError as error:
            typed = _typed(self._sdk, error, self.name)
            if isinstance(typed, Unauthorized) or isinstance(error, self._sdk.APIConnectionError):
                raise typed from None

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    def _connect(self) -> Any:
        from httpx2 import Limits
        from openai import AsyncOpenAI, DefaultAioHttpClient, DefaultAsyncHttpxClient

        # The transport must not queue calls of its own: the caller bounds what is in flight.
        limits = Limits(max_connections=None, max_keepalive_connections=None)
        try:
            transport: Any = DefaultAioHttpClient(timeout=TIMEOUT, limits=limits)
        except RuntimeError:  # aiohttp is not there: slower, but the same
            transport = DefaultAsyncHttpxClient(timeout=TIMEOUT, limits=limits)
        return AsyncOpenAI(
            api_key=self._key or "none",
            base_url=self._url,
            max_retries=0,  # retries are the caller's, who knows the budget
            timeout=TIMEOUT,
            http_client=transport,
        )

    def _body(self, messages: Sequence[Message], settings: Settings) -> dict[str, Any]:
        reasoning = self.name.startswith(tuple(f"openai:{prefix}" for prefix in REASONING))
        limit = "max_completion_tokens" if reasoning else "max_tokens"
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [_message(message) for message in messages],
            "temperature": None if reasoning else settings.temperature,
            "top_p": None if reasoning else settings.top_p,
            limit: settings.max_tokens,
            "seed": settings.seed,
            "stop": list(settings.stop) or None,
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


def _typed(sdk: Any, error: Exception, name: str) -> ModelError:
    said = brief(error)
    if isinstance(error, sdk.RateLimitError):
        if "insufficient_quota" in str(error):
            return Unauthorized(f"{name}: the account has no quota left ({said})")
        return RateLimited(f"{name}: {said}", retry_after(error.response.headers))
    if isinstance(error, sdk.AuthenticationError | sdk.PermissionDeniedError):
        return Unauthorized(f"{name}: the server does not accept the key ({said})")
    if isinstance(error, sdk.NotFoundError):
        return BadRequest(f"{name}: the server knows no such model or path ({said})")
    if isinstance(error, sdk.APIStatusError):
        status = error.status_code
        if status in (408, 409, 425, 429) or status >= 500:
            return Transient(f"{name}: {said}")
        text = str(error).lower()
        if "context" in text and ("length" in text or "size" in text or "window" in text):
            return ContextLength(f"{name}: the conversation does not fit the model's context")
        if "content_filter" in text or "content management policy" in text:
            return Refused(f"{name}: {said}")
        return BadRequest(f"{name}: {said}")
    if isinstance(error, sdk.APIConnectionError):
        cause = brief(error.__cause__) if error.__cause__ else said
        return Transient(f"{name}: no connection to the server ({cause})")
    return Transient(f"{name}: {said}")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait, from ``retry-after-ms`` or ``retry-after``."""
    for header, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers[header]) / unit
        except (KeyError, ValueError):
            continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None


def brief(error: BaseException) -> str:
    """What an error says, on one line of at most 200 characters, without any key."""
    text = " ".join(str(error).split()) or error.__class__.__name__
    text = _KEY.sub("[key]", text)
    return text if len(text) <= 200 else text[:199] + "…"
