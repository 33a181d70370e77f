"""An episode repeats from its record, byte for byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest

from codesteer.episode import Episode
from codesteer.methods import METHODS, STEERED, get_method
from codesteer.methods.loop import attempts
from codesteer.methods.replay import ReplayMismatch, recorded_bench, replay
from codesteer.models.chat import Completion, Message, ToolCall
from codesteer.models.errors import ContextLength, Refused
from codesteer.sandbox.execution import Execution
from codesteer.steerers.policy import Policy
from codesteer.steerers.prompted import Prompted
from codesteer.workbench import Budget
from tests.methods.doubles import (
    QUESTION,
    FakeSandbox,
    ScriptedModel,
    block,
    computing,
    cut,
    failed,
    play,
    workbench,
)

SANDBOX = FakeSandbox({"boom": failed(), "hang": Execution(outcome="timeout")})
TALKS = {
    "code": [computing("<<<408>>>")],
    "text": ["It is <<<408>>>."],
    "mixed": ["<<<code>>>\nTry.", block("boom"), cut("Hm"), "It is <<<7>>>.", block("hang"), ""],
    "stated": [block('print("<<<1>>>")'), "It is <<<2>>>.", computing("<<<3>>>")],
}


def without_times(episode: Episode) -> str:
    data = episode.to_json()
    data["seconds"] = 0
    return json.dumps(data)


def talk(name: str) -> ScriptedModel:
    """A model that goes round its replies for ever."""
    replies = TALKS[name]
    model: ScriptedModel = ScriptedModel(lambda messages: replies[len(model.asked) % len(replies)])
    return model


@pytest.mark.parametrize("name", TALKS)
@pytest.mark.parametrize("method", METHODS)
def test_every_method_repeats_from_its_record(method: str, name: str) -> None:
    made = play(method, workbench(talk(name), sandbox=SANDBOX))
    stored = Episode.from_json(json.loads(json.dumps(made.to_json())))
    assert stored == made
    again = asyncio.run(replay(stored, get_method(method), QUESTION, recorded_bench(stored)))
    assert without_times(again) == without_times(made)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_answers_make_the_same_episode(method: str) -> None:
    one, other = (play(method, workbench(talk("mixed"), sandbox=SANDBOX)) for _ in range(2))
    assert without_times(one) == without_times(other)


@pytest.mark.parametrize("error", [Refused("filtered"), ContextLength("too long")], ids=repr)
@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("part", ["task", "steerer", "checker"])
@pytest.mark.parametrize("method", METHODS)
def test_calls_without_a_reply_repeat_too(
    method: str, part: str, at: int, error: Exception
) -> None:
    talks = {
        "task": [f"It is <<<{n}>>>." for n in range(7)],
        "steerer": ["<<<text>>>", "<<<revise>>>", "<<<code>>>"],
        "checker": [block("def check(answer):\n    return None")],
    }

    def model(name: str) -> ScriptedModel:
        def reply(messages: Sequence[Message]) -> str | Exception:
            number = len(made.asked)
            raises = name == part and number == at
            return error if raises else talks[name][number % len(talks[name])]

        made = ScriptedModel(reply)
        return made

    budget = Budget(self_checks="always")
    steerer = Prompted() if method in STEERED else None
    models = {name: model(name) for name in talks}
    made = play(method, workbench(**models, budget=budget), steerer=steerer)
    stored = Episode.from_json(json.loads(json.dumps(made.to_json())))
    assert stored.calls() == made.calls()
    chosen = get_method(method, steerer=steerer)
    again = asyncio.run(replay(stored, chosen, QUESTION, recorded_bench(stored, budget=budget)))
    assert without_times(again) == without_times(made)


def test_tool_calls_are_in_the_record() -> None:
    call = ToolCall(id="1", name="python", arguments='{"code": "print(\\"408\\")"}')
    asks = Completion(text="", finish="tool_calls", tool_calls=(call,))
    made = play("code_interpreter", workbench([asks, "<<<408>>>"]))
    stored = Episode.from_json(json.loads(json.dumps(made.to_json())))
    method = get_method("code_interpreter")
    again = asyncio.run(replay(stored, method, QUESTION, recorded_bench(stored)))
    assert without_times(again) == without_times(made)


def test_what_a_steerer_saw_and_decided_is_read_from_the_record() -> None:
    steering = ScriptedModel(["<<<text>>>\nThink.", "<<<code>>>\nMultiply.", "<<<finish>>>"])
    budget = Budget(self_checks="never")
    bench = workbench(["It is <<<407>>>.", computing("<<<408>>>")], steerer=steering, budget=budget)
    made = play("codesteer", bench, steerer=Prompted(steering))
    bench = recorded_bench(made, budget=budget)
    found = asyncio.run(attempts(QUESTION, bench, Prompted()))
    assert [a.decision.guidance for a in found if a.decision] == ["Think.", "Multiply."]
    assert [a.turn.answer for a in found] == ["It is <<<407>>>.", "<<<408>>>\n"]


def test_another_method_does_not_fit_the_record() -> None:
    made = play("all_code", workbench([computing("<<<408>>>")]))
    with pytest.raises(ReplayMismatch):
        asyncio.run(replay(made, get_method("all_text"), QUESTION, recorded_bench(made)))


def test_a_policy_needs_no_recorded_steerer() -> None:
    made = play("codesteer", workbench([computing("<<<408>>>")]), steerer=Policy())
    method = get_method("codesteer", steerer=Policy())
    again = asyncio.run(replay(made, method, QUESTION, recorded_bench(made)))
    assert again.answer == made.answer
