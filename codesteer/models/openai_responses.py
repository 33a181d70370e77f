"""OpenAI's Responses API: ``openai-responses:MODEL``, with the interpreter that OpenAI hosts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from codesteer.models.chat import HOSTED, Completion, Finish, Message, Settings, ToolCall, Usage
from codesteer.models.errors import Transient
from codesteer.models.openai_compatible import OpenAIModel
from codesteer.models.reasoning import openai_reasons


class ResponsesModel(OpenAIModel):
    """The same client as for chat completions, in the other wire format.

    Nothing is stored on the server: each request holds the whole conversation. The format has no
    seed; stop words are applied to the text that came.
    """

    def __init__(self, model: str, *, url: str | None = None) -> None:
        """Raises `MissingExtra` or `Unauthorized` where a call could not succeed."""
        super().__init__(model, provider="openai", url=url)
        self.name = f"openai-responses:{model}"

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """One response. Raises `ModelError`."""
        body = _body(self._model, messages, settings)
        start = time.monotonic()
        reply = await self._connected().post("/responses", body)
        return _read(reply, time.monotonic() - start, self.name, settings.stop)


def _body(model: str, messages: Sequence[Message], settings: Settings) -> dict[str, Any]:
    reasons = openai_reasons(model)
    hosted = any(tool.hosted for tool in settings.tools)
    body: dict[str, Any] = {
        "model": model,
        "input": [item for message in messages for item in _items(message)],
        "store": False,
        "temperature": None if reasons else settings.temperature,
        "top_p": None if reasons else settings.top_p,
        "max_output_tokens": settings.max_tokens,
        "reasoning": {"effort": settings.reasoning_effort} if settings.reasoning_effort else None,
        "tools": [
            {"type": "code_interpreter", "container": {"type": "auto"}}
            if tool.hosted
            else {
                "type": "function",
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
                "strict": False,
            }
            for tool in settings.tools
        ]
        or None,
        "include": ["code_interpreter_call.outputs"] if hosted else None,
    }
    return {key: value for key, value in body.items() if value is not None} | dict(settings.extra)


def _items(message: Message) -> Iterator[dict[str, Any]]:
    if message.role == "tool":
        yield {
            "type": "function_call_output",
            "call_id": message.tool_call_id,
            "output": message.content,
        }
        return
    if message.content or not message.tool_calls:
        yield {"role": message.role, "content": message.content}
    for call in message.tool_calls:
        yield {
            "type": "function_call",
            "call_id": call.id,
            "name": call.name,
            "arguments": call.arguments,
        }


def _read(reply: Any, seconds: float, name: str, stop: Sequence[str]) -> Completion:
    try:
        if reply.get("status") == "failed" or reply.get("error"):
            raise Transient(f"{name}: the response failed on the server")
        texts, refusals, calls = _output(reply["output"])
        usage = reply.get("usage") or {}
        counts = Usage(
            input=int(usage.get("input_tokens") or 0),
            output=int(usage.get("output_tokens") or 0),
            cached_input=int((usage.get("input_tokens_details") or {}).get("cached_tokens") or 0),
            reasoning=int((usage.get("output_tokens_details") or {}).get("reasoning_tokens") or 0),
        )
        why = (reply.get("incomplete_details") or {}).get("reason")
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise Transient(f"{name}: the server's answer is not a response") from None
    finish: Finish = "stop"
    if any(call.name != HOSTED for call in calls):
        finish = "tool_calls"
    if reply.get("status") == "incomplete":
        finish = "refusal" if why == "content_filter" else "length"
    text = "".join(texts)
    if refusals:
        text, finish = "".join(refusals), "refusal"
    for word in stop:
        text = text.split(word, 1)[0]
    return Completion(
        text=text, finish=finish, usage=counts, seconds=seconds, tool_calls=tuple(calls)
    )


def _output(items: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str], list[ToolCall]]:
    texts: list[str] = []
    refusals: list[str] = []
    calls: list[ToolCall] = []
    for item in items:
        match item["type"]:
            case "message":
                for part in item["content"]:
                    if part["type"] == "refusal":
                        refusals.append(str(part["refusal"]))
                    elif part["type"] == "output_text":
                        texts.append(str(part["text"]))
            case "function_call":
                name, arguments = str(item["name"]), str(item["arguments"])
                calls.append(ToolCall(str(item["call_id"]), name, arguments))
            case "code_interpreter_call":
                calls.append(_hosted(item))
            case _:  # reasoning, and what later versions add
                pass
    return texts, refusals, calls


def _hosted(item: Mapping[str, Any]) -> ToolCall:
    logs = [str(o["logs"]) for o in item.get("outputs") or () if o["type"] == "logs"]
    ran = {
        "code": str(item.get("code") or ""),
        "output": "".join(logs),
        "failed": item.get("status") != "completed",
    }
    return ToolCall(str(item["id"]), HOSTED, json.dumps(ran))
