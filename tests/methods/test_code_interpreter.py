"""The model runs Python itself: by tool calls, or by code blocks where it takes no tools."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest

from codesteer.episode import CodeRun
from codesteer.methods import get_method
from codesteer.methods.code_interpreter import CALLS, ROUNDS
from codesteer.methods.replay import recorded_bench, replay
from codesteer.models.chat import Completion, Message, Settings, ToolCall
from codesteer.models.errors import BadRequest
from codesteer.sandbox.execution import Execution
from tests.methods.doubles import (
    QUESTION,
    FakeSandbox,
    ScriptedModel,
    block,
    cut,
    failed,
    play,
    workbench,
)


def call(code: object, name: str = "python", number: int = 0) -> ToolCall:
    arguments = (
        code if isinstance(code, str) and code.startswith("{") else json.dumps({"code": code})
    )
    return ToolCall(id=f"call-{number}", name=name, arguments=arguments)


def calls(*code: object) -> Completion:
    made = tuple(call(c, number=n) for n, c in enumerate(code))
    return Completion(text="", finish="tool_calls", tool_calls=made)


def test_a_tool_is_offered_run_and_answered() -> None:
    model = ScriptedModel([calls('print("408")'), "So it is <<<408>>>."])
    episode = play("code_interpreter", workbench(model))
    assert episode.answer == "So it is <<<408>>>."
    assert [tool.name for tool in model.settings[0].tools] == ["python"]
    request, reply = model.asked[1][-2:]
    assert request.tool_calls[0].id == reply.tool_call_id == "call-0"
    assert (reply.role, reply.content) == ("tool", "408")
    assert [e.purpose for e in episode.events if isinstance(e, CodeRun)] == ["tool"]


def test_several_calls_of_one_reply_are_all_answered_but_not_all_run() -> None:
    many = [f'print("{n}")' for n in range(CALLS + 2)]
    model = ScriptedModel([calls(*many), "<<<1>>>"])
    episode = play("code_interpreter", workbench(model))
    assert sum(isinstance(e, CodeRun) for e in episode.events) == CALLS
    answered = [m.tool_call_id for m in model.asked[1] if m.role == "tool"]
    assert answered == [f"call-{n}" for n in range(CALLS + 2)]


@pytest.mark.parametrize(
    "bad",
    [
        call("{not json"),
        call("{}"),
        call('{"code": 5}'),
        call('{"code": " "}'),
        call("{" * 5_000),
        call("print(1)", name="browser"),
        ToolCall(id="call-0", name="python", arguments="[1]"),
        ToolCall(id="call-0", name="python", arguments=""),
    ],
)
def test_a_bad_call_is_told_so(bad: ToolCall) -> None:
    reply = Completion(text="", finish="tool_calls", tool_calls=(bad,))
    model = ScriptedModel([reply, "<<<408>>>"])
    episode = play("code_interpreter", workbench(model))
    assert episode.answer == "<<<408>>>"
    assert "JSON object" in model.asked[1][-1].content
    assert not any(isinstance(e, CodeRun) for e in episode.events)


def test_an_error_is_shown() -> None:
    sandbox = FakeSandbox({"boom": failed(stdout="half")})
    model = ScriptedModel([calls("boom"), "<<<408>>>"])
    play("code_interpreter", workbench(model, sandbox=sandbox))
    assert "half\nNameError" in model.asked[1][-1].content


def test_output_answers_where_the_closing_reply_does_not() -> None:
    episode = play("code_interpreter", workbench([calls('print("<<<408>>>")'), "Done."]))
    assert episode.answer == "<<<408>>>\n"
    episode = play("code_interpreter", workbench([calls('print("<<<407>>>")'), "No, <<<408>>>."]))
    assert episode.answer == "No, <<<408>>>."
    episode = play("code_interpreter", workbench([calls('print("408")'), "That is the answer."]))
    assert episode.answer == "408\n"
    episode = play("code_interpreter", workbench([calls('print("The result is 408")'), "408"]))
    assert episode.answer == "408"
    episode = play("code_interpreter", workbench([calls('print("408")'), ""]))
    assert episode.answer == "408\n"


def test_a_model_that_calls_for_ever_is_stopped() -> None:
    episode = play("code_interpreter", workbench(lambda messages: calls('print("7")')))
    assert len(episode.calls()) == ROUNDS
    assert episode.answer == "7\n"
    sandbox = FakeSandbox({"boom": failed()})
    episode = play("code_interpreter", workbench(lambda messages: calls("boom"), sandbox=sandbox))
    assert episode.failure == "code_error"


def test_a_cut_closing_reply_is_a_truncation() -> None:
    assert play("code_interpreter", workbench([cut("I will now")])).failure == "truncated"


def test_a_broken_sandbox_is_no_answer() -> None:
    sandbox = FakeSandbox({"print": Execution(outcome="sandbox_failure")})
    episode = play("code_interpreter", workbench([calls("print(1)")], sandbox=sandbox))
    assert episode.failure == "infrastructure"


class WithoutTools(ScriptedModel):
    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        if settings.tools:
            raise BadRequest("tools are not supported")
        return await super().complete(messages, settings=settings)


def test_code_blocks_serve_a_model_without_tools() -> None:
    model = WithoutTools([block('print("408")'), "It is <<<408>>>."])
    episode = play("code_interpreter", workbench(model))
    assert episode.answer == "It is <<<408>>>."
    assert not model.settings[0].tools
    assert "Output:\n408" in model.asked[1][-1].content
    method = get_method("code_interpreter")
    again = asyncio.run(replay(episode, method, QUESTION, recorded_bench(episode)))
    assert again.events == episode.events


def test_a_bad_request_later_on_is_an_error() -> None:
    model = ScriptedModel([calls('print("408")'), BadRequest("no")])
    assert play("code_interpreter", workbench(model)).failure == "infrastructure"
    both = WithoutTools(lambda messages: BadRequest("no such model"))
    assert play("code_interpreter", workbench(both)).failure == "infrastructure"


def test_marked_output_of_a_block_is_the_answer() -> None:
    episode = play("code_interpreter", workbench(WithoutTools([block('print("<<<408>>>")')])))
    assert episode.answer == "<<<408>>>\n"


def test_a_block_written_instead_of_a_call_is_run_too() -> None:
    model = ScriptedModel([block('print("408")'), "It is <<<408>>>."])
    episode = play("code_interpreter", workbench(model))
    assert episode.answer == "It is <<<408>>>."
    assert len(model.asked) == 2


def test_the_same_block_again_ends_it() -> None:
    model = WithoutTools(lambda messages: block('print("7")'))
    episode = play("code_interpreter", workbench(model))
    assert len(model.asked) == 2
    assert episode.answer == "7\n"
