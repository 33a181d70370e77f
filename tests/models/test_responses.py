"""OpenAI's Responses API, and the interpreters that the vendors host, in their wire formats."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from codesteer.episode import CodeRun, Episode
from codesteer.methods import get_method
from codesteer.models import ChatModel, Completion, Message, Settings, Usage, resolve
from codesteer.models import errors as e
from codesteer.models.chat import HOSTED, Tool, ToolCall
from codesteer.workbench import Workbench, run_episode
from tests.methods.doubles import FakeSandbox
from tests.models.wire import Wire, response, serving

pytest.importorskip("openai")
pytest.importorskip("anthropic")

TOOL = Tool(name="run", description="runs", parameters={"type": "object"})
HOSTED_TOOL = Tool(name=HOSTED, description="", parameters={}, hosted=True)
USAGE = {
    "input_tokens": 11, "input_tokens_details": {"cached_tokens": 4},
    "output_tokens": 7, "output_tokens_details": {"reasoning_tokens": 5}, "total_tokens": 18,
}  # fmt: skip


def message(text: str) -> dict[str, Any]:
    return {
        "type": "message", "role": "assistant", "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}],
    }  # fmt: skip


def reply(*output: Any, **more: Any) -> bytes:
    return response(
        {"status": "completed", "error": None, "output": output, "usage": USAGE, **more}
    )


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-1234567890")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-planted-123456")


def responses(wire: Wire, name: str = "m") -> ChatModel:
    return resolve(f"openai-responses:{name}", url=f"{wire.url}/v1")


def claude(wire: Wire, name: str = "m") -> ChatModel:
    return resolve(f"anthropic:{name}", url=wire.url)


def ask(model: ChatModel, settings: Settings, messages: Sequence[Message] = ()) -> Completion:
    async def go() -> Completion:
        try:
            return await model.complete(messages or [Message("user", "hello")], settings=settings)
        finally:
            await model.aclose()

    return asyncio.run(go())


def test_request_and_reply() -> None:
    settings = Settings(temperature=0.5, top_p=0.9, max_tokens=9, stop=("END",))
    messages = [Message("system", "be brief"), Message("user", "hello")]
    with serving(reply({"type": "reasoning", "summary": []}, message("hi END there"))) as wire:
        found = ask(responses(wire), settings, messages)
    assert wire.heads[0].startswith("POST /v1/responses ")
    assert wire.requests == [
        {
            "model": "m", "store": False, "temperature": 0.5, "top_p": 0.9, "max_output_tokens": 9,
            "input": [
                {"role": "system", "content": "be brief"}, {"role": "user", "content": "hello"},
            ],
        }
    ]  # fmt: skip
    assert (found.text, found.finish) == ("hi ", "stop")
    assert found.usage == Usage(input=11, output=7, cached_input=4, reasoning=5)


def test_reasoning_models_get_what_they_take() -> None:
    settings = Settings(temperature=0, top_p=0.9, max_tokens=9, reasoning_effort="low", seed=3)
    for name, sampled in (("o3", False), ("gpt-5-mini", False), ("gpt-5-chat-latest", True)):
        with serving(reply(message("hi"))) as wire:
            ask(responses(wire, name), settings.but(extra={"service_tier": "flex"}))
        (body,) = wire.requests
        assert ("temperature" in body, "top_p" in body) == (sampled, sampled)
        assert body["max_output_tokens"] == 9
        assert body["reasoning"] == {"effort": "low"}
        assert body["service_tier"] == "flex"
        assert "seed" not in body


def test_a_tool_is_called_and_answered() -> None:
    call = ToolCall("c1", "run", '{"code": "1"}')
    messages = [
        Message("user", "go"),
        Message("assistant", "", tool_calls=(call,)),
        Message("tool", "1", tool_call_id="c1"),
    ]
    wanted = {"type": "function_call", "id": "fc_1", "call_id": "c2", "name": "run"}
    with serving(reply({**wanted, "arguments": "{}"})) as wire:
        found = ask(responses(wire), Settings(tools=(TOOL,)), messages)
    assert found.tool_calls == (ToolCall("c2", "run", "{}"),)
    assert found.finish == "tool_calls"
    (body,) = wire.requests
    assert body["tools"][0] == {
        "type": "function", "name": "run", "description": "runs",
        "parameters": {"type": "object"}, "strict": False,
    }  # fmt: skip
    assert body["input"][1:] == [
        {"type": "function_call", "call_id": "c1", "name": "run", "arguments": '{"code": "1"}'},
        {"type": "function_call_output", "call_id": "c1", "output": "1"},
    ]


@pytest.mark.parametrize(
    ("more", "finish"),
    [
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, "length"),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, "refusal"),
        ({"status": "completed"}, "stop"),
    ],
)
def test_how_a_response_ends(more: dict[str, Any], finish: str) -> None:
    with serving(reply(message("x"), **more)) as wire:
        assert ask(responses(wire), Settings()).finish == finish


def test_a_refusal_is_one() -> None:
    content = [{"type": "refusal", "refusal": "I must not"}]
    with serving(reply({"type": "message", "content": content})) as wire:
        found = ask(responses(wire), Settings())
    assert (found.text, found.finish) == ("I must not", "refusal")


@pytest.mark.parametrize(
    "body",
    [
        {}, [], None, {"output": [{"type": "message"}]}, {"output": [1]}, {"output": None},
        {"status": "failed", "error": {"code": "server_error", "message": "x"}, "output": []},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_response_is_asked_again(body: object) -> None:
    with serving(response(body)) as wire, pytest.raises(e.Transient):
        ask(responses(wire), Settings())


def test_it_is_paid_as_openai() -> None:
    pytest.importorskip("genai_prices")
    from codesteer.models.prices import price

    used = Usage(input=1000, output=1000)
    assert price("openai-responses:gpt-4o", used) == price("openai:gpt-4o", used) != 0


CODE_ITEM = {
    "type": "code_interpreter_call", "id": "ci_1", "container_id": "c", "status": "completed",
    "code": "print(12 * 34)", "outputs": [{"type": "logs", "logs": "408\n"}],
}  # fmt: skip


def interpreter(model: ChatModel) -> Episode:
    async def go() -> Episode:
        bench = Workbench(models={"task": model}, sandbox=FakeSandbox(), interpreter="hosted")
        episode = await run_episode("x", get_method("code_interpreter"), "What is 12 * 34?", bench)
        await model.aclose()
        assert not bench.sandbox.ran  # type: ignore[attr-defined]
        return episode

    return asyncio.run(go())


def test_openais_interpreter_runs_the_code() -> None:
    with serving(reply(CODE_ITEM, message("It is <<<408>>>."))) as wire:
        episode = interpreter(responses(wire))
    (body,) = wire.requests
    assert body["tools"] == [{"type": "code_interpreter", "container": {"type": "auto"}}]
    assert body["include"] == ["code_interpreter_call.outputs"]
    assert episode.answer == "It is <<<408>>>."
    (run,) = [event for event in episode.events if isinstance(event, CodeRun)]
    assert (run.code, run.execution.stdout, run.purpose) == ("print(12 * 34)", "408\n", "tool")
    assert Episode.from_json(json.loads(json.dumps(episode.to_json()))) == episode


def test_what_it_printed_counts_where_nothing_is_said() -> None:
    with serving(reply(CODE_ITEM)) as wire:
        assert interpreter(responses(wire)).answer == "408\n"
    failed = {**CODE_ITEM, "status": "failed", "outputs": None}
    with serving(reply(failed, message("I cannot tell."))) as wire:
        assert interpreter(responses(wire)).answer == "I cannot tell."


def block(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, **more}


def ran(stdout: str, code: int = 0) -> dict[str, Any]:
    content = {"type": "bash_code_execution_result", "stdout": stdout, "stderr": "",
               "return_code": code, "content": []}  # fmt: skip
    return block("bash_code_execution_tool_result", tool_use_id="s1", content=content)


USE = block(
    "server_tool_use", id="s1", name="bash_code_execution", input={"command": "python3 -c '...'"}
)


def test_anthropics_interpreter_runs_the_code() -> None:
    content = [
        block("text", text="Let me see. "),
        USE,
        ran("408\n"),
        block("text", text="<<<408>>>"),
    ]
    usage = {"input_tokens": 5, "output_tokens": 6}
    answer = {"content": content, "stop_reason": "end_turn", "usage": usage}
    with serving(response(answer)) as wire:
        episode = interpreter(claude(wire))
    (body,) = wire.requests
    assert body["tools"] == [{"type": "code_execution_20250825", "name": "code_execution"}]
    assert episode.answer == "Let me see. <<<408>>>"
    (run,) = [event for event in episode.events if isinstance(event, CodeRun)]
    assert (run.code, run.execution.stdout) == ("python3 -c '...'", "408\n")


def test_a_paused_turn_is_gone_on_with() -> None:
    usage = {"input_tokens": 5, "output_tokens": 6}
    first = {"content": [USE, ran("", 1)], "stop_reason": "pause_turn", "usage": usage}
    last = {"content": [block("text", text="<<<7>>>")], "stop_reason": "end_turn", "usage": usage}
    with serving(response(first), response(last)) as wire:
        found = ask(claude(wire), Settings(tools=(HOSTED_TOOL,)))
    assert wire.requests[1]["messages"][1] == {"role": "assistant", "content": first["content"]}
    assert (found.text, found.finish) == ("<<<7>>>", "stop")
    assert found.usage == Usage(input=10, output=12)
    assert json.loads(found.tool_calls[0].arguments)["failed"] is True


def test_an_interpreter_that_broke_is_no_output() -> None:
    error = block("bash_code_execution_tool_result_error", error_code="unavailable")
    result = block("bash_code_execution_tool_result", tool_use_id="s1", content=error)
    answer = {"content": [USE, result, block("text", text="No.")], "stop_reason": "end_turn"}
    with serving(response(answer)) as wire:
        episode = interpreter(claude(wire))
    (run,) = [event for event in episode.events if isinstance(event, CodeRun)]
    assert (run.execution.outcome, run.execution.stdout) == ("error", "unavailable")
    assert episode.answer == "No."


def test_a_provider_without_one_says_so() -> None:
    with serving(response({})) as wire:
        model = resolve("openai:m", url=f"{wire.url}/v1")
        episode = interpreter(model)
    assert episode.failure == "infrastructure"
    assert "no interpreter of their own" in episode.failure_detail
    assert wire.requests == []


def test_later_claudes_get_no_temperature() -> None:
    answer = response({"content": [block("text", text="x")], "stop_reason": "end_turn"})
    settings = Settings(temperature=0, top_p=0.5, max_tokens=9, reasoning_effort="low")
    sampled = {
        "claude-sonnet-5-5": False, "claude-opus-4-8": False, "claude-opus-4-6": True,
        "claude-opus-4-20250514": True, "claude-haiku-4-5": True, "claude-3-5-sonnet-20241022": True,
        "another": True,
    }  # fmt: skip
    for name, takes in sampled.items():
        with serving(answer) as wire:
            ask(claude(wire, name), settings)
        (body,) = wire.requests
        assert ("temperature" in body, "top_p" in body) == (takes, takes), name
        assert body["output_config"] == {"effort": "low"}
    with serving(answer) as wire:
        thinking = {"type": "enabled", "budget_tokens": 2000}
        ask(claude(wire, "claude-opus-4-6"), settings.but(extra={"thinking": thinking}))
    assert "temperature" not in wire.requests[0]
    assert wire.requests[0]["thinking"] == thinking
