"""What the loop sends: set apart, bounded, counted, and nothing besides."""

from __future__ import annotations

import pytest

from codesteer.episode import Answer
from codesteer.methods.loop import steer
from codesteer.prompts import prompt
from codesteer.sandbox.execution import Execution
from codesteer.steerers.prompted import Prompted
from codesteer.steerers.protocol import Steerer
from codesteer.steerers.tuned import Tuned
from codesteer.workbench import Budget, Workbench
from tests.methods.doubles import (
    QUESTION,
    FakeSandbox,
    ScriptedModel,
    block,
    computing,
    failed,
    play,
    workbench,
)


# Guidance reached the task model with its markers, glued to the question.
@pytest.mark.parametrize("steerer", [Prompted(), Tuned(ScriptedModel([]))])
def test_guidance_is_set_apart_and_has_no_markers(steerer: Steerer) -> None:
    steering = ["<<<code>>>\nMultiply exactly.", "<<<revise>>>\nMind the sign.", "<<<finish>>>"]
    model = ScriptedModel([computing("<<<407>>>"), computing("<<<408>>>") + " "])
    bench = workbench(model, steerer=ScriptedModel(steering), budget=Budget(self_checks="never"))

    async def method(question: str, bench: Workbench) -> Answer:
        return await steer(question, bench, steerer)

    play(method, bench)
    first, second = model.asked[0][0].content, model.asked[1][-1].content
    assert first == f"{QUESTION}\n\n{prompt('code')}\n\nMultiply exactly."
    assert second.endswith(f"<<<407>>>\n\nMind the sign.\n\n{prompt('code_again')}")


# Outputs, checks and summaries had no limit and overflowed the steerer's context.
def test_every_field_of_a_request_is_bounded() -> None:
    flood = "7\n" * 500_000
    sandbox = FakeSandbox(
        {
            "flood": Execution(outcome="ok", stdout=flood),
            "boom": failed("E" * 500_000, stdout=flood),
            "def check": Execution(outcome="ok", stdout="incorrect: " + "9" * 500_000),
        }
    )
    words, advice = "words " * 20_000, "go on " * 2_000
    model = ScriptedModel([words + block("flood = 1"), words + block("boom"), "<<<408>>>"])
    steering = ScriptedModel(
        [f"<<<code>>>\n{advice}", *[f"<<<revise>>>\n{advice}"] * 2, "<<<finish>>>"]
    )
    checking = ScriptedModel(lambda messages: block("def check(answer):\n    return 1"))
    bench = workbench(
        model,
        sandbox=sandbox,
        budget=Budget(self_checks="always", field_tokens=200),
        steerer=steering,
        checker=checking,
    )

    async def method(question: str, bench: Workbench) -> Answer:
        return await steer(question, bench, Prompted())

    play(method, bench)
    assert len(model.asked) == 3
    assert all(asked[0].content.startswith(QUESTION) for asked in model.asked)
    assert max(sum(len(m.content) for m in asked) for asked in model.asked) < 6_000
    for asked in (*steering.asked, *checking.asked):
        assert max(len(m.content) for m in asked) < 5_000


# Nobody counted what a sample cost.
def test_tokens_are_counted_by_part() -> None:
    check = block("def check(answer):\n    return True")
    episode = play(
        "symbolic_agent",
        workbench(
            ["It is <<<408>>>."],
            steerer=["<<<text>>>", "<<<finish>>>"],
            checker=[check, check],
            budget=Budget(self_checks="always"),
        ),
    )
    for part in ("task", "steerer", "checker"):
        assert episode.usage(part).total > 0  # type: ignore[arg-type]
    assert episode.usage().total == sum(call.usage.total for call in episode.calls())


# An empty system message went with every call.
def test_no_system_message_is_sent() -> None:
    models = {
        "task": ScriptedModel(["It is <<<408>>>."]),
        "steerer": ScriptedModel(["<<<text>>>", "<<<finish>>>"]),
        "checker": ScriptedModel([block("def check(answer):\n    return True")] * 2),
    }
    play("symbolic_agent", workbench(**models, budget=Budget(self_checks="always")))
    for model in models.values():
        assert {message.role for asked in model.asked for message in asked} <= {"user", "assistant"}
        assert model.asked[0][0].role == "user"
