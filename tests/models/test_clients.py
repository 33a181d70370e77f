"""The OpenAI and Anthropic SDKs against a server: what is sent, what comes back, every fault."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from codesteer.models import Completion, Message, Settings
from codesteer.models import errors as e
from codesteer.models.chat import Tool, ToolCall
from tests.models.wire import Script, Wire, half, reset, response, serving

pytest.importorskip("openai")
pytest.importorskip("anthropic")

from codesteer.models.claude import ClaudeModel
from codesteer.models.openai_compatible import OpenAIModel

Make = Callable[[str], Any]


def openai_model(url: str) -> OpenAIModel:
    return OpenAIModel("m", url=f"{url}/v1", key_variable=None)


def claude_model(url: str) -> ClaudeModel:
    return ClaudeModel("m", url)


both = pytest.mark.parametrize("make", [openai_model, claude_model], ids=["openai", "anthropic"])

OPENAI_REPLY = {
    "choices": [{"message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}],
    "usage": {
        "prompt_tokens": 11, "completion_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 5},
    },
}  # fmt: skip
CLAUDE_REPLY = {
    "content": [{"type": "text", "text": "hi"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 7, "output_tokens": 7, "cache_read_input_tokens": 4},
}


def ask(make: Make, wire: Wire, settings: Settings | None = None, **more: Any) -> Completion:
    async def go() -> Completion:
        model = make(wire.url)
        messages = more.get("messages", [Message("system", "be brief"), Message("user", "hello")])
        try:
            found: Completion = await model.complete(messages, settings=settings or Settings())
        finally:
            await model.aclose()
        return found

    return asyncio.run(go())


def test_openai_request_and_reply() -> None:
    settings = Settings(temperature=0.5, top_p=0.9, max_tokens=9, seed=3, stop=("X",))
    with serving(response(OPENAI_REPLY)) as wire:
        completion = ask(openai_model, wire, settings)
    assert wire.requests == [
        {
            "model": "m", "temperature": 0.5, "top_p": 0.9, "max_tokens": 9, "seed": 3,
            "stop": ["X"],
            "messages": [
                {"role": "system", "content": "be brief"}, {"role": "user", "content": "hello"},
            ],
        }
    ]  # fmt: skip
    assert completion.text == "hi"
    assert completion.finish == "stop"
    usage = completion.usage
    assert (usage.input, usage.output, usage.cached_input, usage.reasoning) == (11, 7, 4, 5)
    assert completion.seconds > 0


def test_claude_request_and_reply() -> None:
    settings = Settings(temperature=0.5, max_tokens=9, stop=("X",))
    with serving(response(CLAUDE_REPLY)) as wire:
        completion = ask(claude_model, wire, settings)
    assert wire.requests == [
        {
            "model": "m", "temperature": 0.5, "max_tokens": 9, "stop_sequences": ["X"],
            "system": "be brief", "messages": [{"role": "user", "content": "hello"}],
        }
    ]  # fmt: skip
    assert completion.text == "hi"
    usage = completion.usage
    assert (usage.input, usage.output, usage.cached_input) == (11, 7, 4)


def test_reasoning_models_get_no_temperature() -> None:
    def make(url: str) -> OpenAIModel:
        return OpenAIModel("o1", url=f"{url}/v1", key_variable=None)

    with serving(response(OPENAI_REPLY)) as wire:
        ask(make, wire, Settings(max_tokens=9, reasoning_effort="low", extra={"user": "u"}))
    (body,) = wire.requests
    assert "temperature" not in body
    assert "max_tokens" not in body
    assert body["max_completion_tokens"] == 9
    assert body["reasoning_effort"] == "low"
    assert body["user"] == "u"


def test_tool_calls_go_and_come_back() -> None:
    tool = Tool(name="run", description="runs", parameters={"type": "object"})
    call = ToolCall("t1", "run", '{"code": "1"}')
    messages = [
        Message("user", "go"),
        Message("assistant", "", tool_calls=(call,)),
        Message("tool", "1", tool_call_id="t1"),
    ]
    settings = Settings(tools=(tool,))
    reply = {"choices": [{"message": {"content": None, "tool_calls": [
        {"id": "t2", "type": "function", "function": {"name": "run", "arguments": "{}"}}]},
        "finish_reason": "tool_calls"}]}  # fmt: skip
    with serving(response(reply)) as wire:
        completion = ask(openai_model, wire, settings, messages=messages)
    assert completion.tool_calls == (ToolCall("t2", "run", "{}"),)
    assert completion.finish == "tool_calls"
    assert wire.requests[0]["messages"][1]["tool_calls"][0]["function"]["name"] == "run"
    block = {"type": "tool_use", "id": "t2", "name": "run", "input": {"code": "2"}}
    with serving(response({"content": [block], "stop_reason": "tool_use"})) as wire:
        completion = ask(claude_model, wire, settings, messages=messages)
    assert completion.tool_calls == (ToolCall("t2", "run", '{"code": "2"}'),)
    roles = [message["role"] for message in wire.requests[0]["messages"]]
    assert roles == ["user", "assistant", "user"]
    assert wire.requests[0]["messages"][2]["content"][0]["tool_use_id"] == "t1"


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("length", "length"), ("content_filter", "refusal"), ("stop", "stop"), (None, "stop")],
)
def test_openai_finish_reasons(reason: str | None, finish: str) -> None:
    reply = {"choices": [{"message": {"content": "x"}, "finish_reason": reason}]}
    with serving(response(reply)) as wire:
        assert ask(openai_model, wire).finish == finish


def test_refusals_are_told_apart() -> None:
    message = {"content": None, "refusal": "I must not"}
    reply = {"choices": [{"message": message, "finish_reason": "stop"}]}
    with serving(response(reply)) as wire:
        completion = ask(openai_model, wire)
    assert (completion.finish, completion.text) == ("refusal", "I must not")
    for reason, finish in (("max_tokens", "length"), ("refusal", "refusal")):
        reply = {"content": [{"type": "text", "text": "x"}], "stop_reason": reason}
        with serving(response(reply)) as wire:
            assert ask(claude_model, wire).finish == finish


def error(status: int, message: str = "no", **more: str) -> bytes:
    body = {"error": {"message": message, "type": more.get("type", "x"), "code": None}}
    return response(body, status=status, headers=more.get("headers", ""))


FAULTS: dict[str, tuple[Script, type[e.ModelError]]] = {
    "429": (error(429), e.RateLimited),
    "500": (error(500), e.Transient),
    "502": (error(502), e.Transient),
    "503": (error(503), e.Transient),
    "529 overloaded": (error(529), e.Transient),
    "408 timeout": (error(408), e.Transient),
    "HTML error page": (response("<html>Bad gateway</html>", status=502, kind="text/html"), e.Transient),
    "HTML for an answer": (response("<html>login</html>", kind="text/html"), e.Transient),
    "invalid JSON": (response('{"choices": [', kind="application/json"), e.Transient),
    "another JSON": (response({"hello": 1}), e.Transient),
    "a JSON list": (response([1, 2]), e.Transient),
    "JSON null": (response("null"), e.Transient),
    "no choices": (response({"choices": [], "content": None}), e.Transient),
    "empty body": (response(""), e.Transient),
    "wrong content type": (response("hello", kind="text/plain"), e.Transient),
    "reset before the answer": (reset, e.Transient),
    "reset in the body": (half, e.Transient),
    "not HTTP": (b"220 mail.example.com ESMTP\r\n", e.Transient),
    "401": (error(401), e.Unauthorized),
    "403": (error(403), e.Unauthorized),
    "404": (error(404), e.BadRequest),
    "400": (error(400, "bad field"), e.BadRequest),
    "context too long": (
        error(400, "This model's maximum context length is 8192 tokens, prompt is too long"),
        e.ContextLength,
    ),
}  # fmt: skip


@both
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_type(make: Make, fault: str) -> None:
    script, kind = FAULTS[fault]
    with serving(script) as wire, pytest.raises(kind) as raised:
        ask(make, wire)
    assert type(raised.value) is kind
    text = str(raised.value)
    assert "\n" not in text
    assert 10 < len(text) < 400


@both
def test_retry_after_is_read(make: Make) -> None:
    for header, seconds in (("retry-after: 7", 7.0), ("retry-after-ms: 250", 0.25)):
        with serving(error(429, headers=f"{header}\r\n")) as wire:
            with pytest.raises(e.RateLimited) as raised:
                ask(make, wire)
            assert raised.value.retry_after == seconds
    with serving(error(429, headers="retry-after: soon\r\n")) as wire:
        with pytest.raises(e.RateLimited) as raised:
            ask(make, wire)
        assert raised.value.retry_after is None


def test_no_quota_ends_the_run() -> None:
    with serving(error(429, "insufficient_quota")) as wire, pytest.raises(e.Unauthorized):
        ask(openai_model, wire)


def test_a_filtered_request_is_a_refusal() -> None:
    with serving(error(400, "content_filter triggered")) as wire, pytest.raises(e.Refused):
        ask(openai_model, wire)


@both
def test_unknown_host_and_wrong_protocol(make: Make) -> None:
    async def go(url: str) -> None:
        model = make(url)
        try:
            await model.complete([Message("user", "x")], settings=Settings())
        finally:
            await model.aclose()

    with pytest.raises(e.Transient, match="no connection"):
        asyncio.run(go("http://no-such-host.invalid"))
    with serving(response(OPENAI_REPLY)) as wire, pytest.raises(e.Transient):
        asyncio.run(go(wire.url.replace("http:", "https:")))


@both
def test_check_costs_nothing_and_tells(make: Make) -> None:
    async def go(wire: Wire) -> None:
        model = make(wire.url)
        try:
            await model.check()
        finally:
            await model.aclose()

    with serving(response({"data": []})) as wire:
        asyncio.run(go(wire))
        assert wire.heads[0].startswith("GET /v1/models")
    with serving(error(404)) as wire:
        asyncio.run(go(wire))
    with serving(error(401)) as wire, pytest.raises(e.Unauthorized):
        asyncio.run(go(wire))


def test_keys_come_from_the_environment_and_stay_out_of_texts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-1234567890")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-planted-123456")
    makes: list[Make] = [lambda url: OpenAIModel("m", url=f"{url}/v1"), claude_model]
    for make in makes:
        echo = error(401, "Incorrect API key provided: sk-planted-1234567890 sk-ant-planted-123456")
        with serving(echo) as wire, pytest.raises(e.Unauthorized) as raised:
            ask(make, wire)
        assert "planted" in wire.heads[0], "the key is sent"
        assert "planted" not in str(raised.value), "but never shown"
