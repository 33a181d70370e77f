"""The steering loop: what each side sees, which answer counts, when it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from codesteer.episode import Answer, Check, CodeRun, Episode, Guidance, ModelCall
from codesteer.methods.loop import steer
from codesteer.models.chat import ChatModel, Completion
from codesteer.models.errors import BadRequest, ContextLength, RateLimited, Refused, Unauthorized
from codesteer.sandbox.execution import Execution
from codesteer.steerers.protocol import Decision, State
from codesteer.workbench import Budget, Workbench
from tests.methods.doubles import (
    QUESTION,
    FakeSandbox,
    Reply,
    Script,
    ScriptedModel,
    block,
    computing,
    cut,
    failed,
    play,
    workbench,
)

NEVER = Budget(self_checks="never")


@dataclass
class Says:
    """A steerer with a fixed list of decisions; it keeps what it was shown."""

    decisions: list[str | Decision]
    name: str = "says"
    model: ChatModel | None = None
    seen: list[State] = field(default_factory=list)

    async def decide(self, state: State, bench: Workbench) -> Decision:
        self.seen.append(state)
        decision = self.decisions[len(self.seen) - 1]
        return Decision(action=decision) if isinstance(decision, str) else decision  # type: ignore


def run(
    script: Script,
    decisions: list[str | Decision] | None = None,
    *,
    budget: Budget = NEVER,
    sandbox: FakeSandbox | None = None,
    **models: Script,
) -> tuple[Episode, ScriptedModel, Says]:
    steerer = Says(decisions or [])
    model = ScriptedModel(script)

    async def method(question: str, bench: Workbench) -> Answer:
        return await steer(question, bench, steerer)

    bench = workbench(model, budget=budget, sandbox=sandbox, **models)
    if decisions is None:
        return play("codesteer", bench), model, steerer
    return play(method, bench), model, steerer


def reasons(episode: Episode) -> list[str]:
    return [event.reason for event in episode.events if isinstance(event, Guidance)]


def actions(episode: Episode) -> list[str]:
    return [event.action for event in episode.events if isinstance(event, Guidance)]


def test_computed_code_ends_after_one_call() -> None:
    episode, _, _ = run([computing("<<<408>>>")])
    assert episode.answer == "<<<408>>>\n"
    assert (len(episode.calls()), actions(episode)) == (1, ["code", "finish"])


# The task model never learnt what its program printed, or why it crashed.
def test_the_model_sees_how_its_run_went_and_what_the_check_says() -> None:
    sandbox = FakeSandbox(
        {
            "boom": failed("Traceback\nNameError: name 'x' is not defined", stdout="half\n"),
            "def check": Execution(outcome="ok", stdout="incorrect: the last digit cannot be 7\n"),
        }
    )
    check = block("def check(answer):\n    return False")
    script = [block("boom"), block('print("<<<407>>>")'), computing("<<<408>>>")]
    episode, model, _ = run(
        script,
        ["code", "revise", "revise", "finish"],
        budget=Budget(self_checks="always"),
        sandbox=sandbox,
        checker=[check, check],
    )
    second, third = model.asked[1][-1].content, model.asked[2][-1].content
    assert "NameError: name 'x' is not defined" in second
    assert "half" in second
    assert "<<<407>>>" in third
    assert "incorrect" in third
    assert "the last digit cannot be 7" in third
    assert episode.calls("checker")


# An answer that later turns broke was lost, since only the last one could be returned.
def test_an_earlier_confirmed_answer_is_returned() -> None:
    right = block("def check(answer):\n    return True  # right")
    sandbox = FakeSandbox({"# right": Execution(outcome="ok", stdout="correct\n")})
    sandbox.outcomes["# wrong"] = Execution(outcome="ok", stdout="incorrect\n")
    wrong = block("def check(answer):\n    return False  # wrong")
    episode, _, _ = run(
        ["It is <<<408>>>.", "No, <<<409>>>.", "Or <<<410>>>."],
        ["text", "revise", "revise", "finish"],
        budget=Budget(self_checks="always"),
        sandbox=sandbox,
        checker=[right, wrong, wrong],
    )
    assert episode.answer == "It is <<<408>>>."


# "Terminate" returned the very answer that was believed wrong.
def test_giving_up_returns_the_best_candidate_and_says_so() -> None:
    disproof = block("def check(answer):\n    return False")
    sandbox = FakeSandbox({"def check": Execution(outcome="ok", stdout="incorrect\n")})
    episode, _, _ = run(
        [computing("<<<408>>>"), "Rather <<<409>>>."],
        ["code", "text", "give_up"],
        budget=Budget(self_checks="auto"),
        sandbox=sandbox,
        checker=[disproof],
    )
    assert episode.answer == "<<<408>>>\n"
    assert actions(episode)[-1] == "give_up"


def test_giving_up_without_any_answer_is_a_failure() -> None:
    sandbox = FakeSandbox({"boom": failed()})
    episode, _, _ = run([block("boom")], ["code", "give_up"], sandbox=sandbox)
    assert (episode.answer, episode.failure) == ("", "code_error")
    assert "NameError" in episode.failure_detail


# The sixth answer was returned without a look at it.
def test_the_last_answer_is_reviewed_too() -> None:
    replies = [f"It is <<<{n}>>>." for n in range(6)]
    check = block("def check(answer):\n    return None")
    sandbox = FakeSandbox({"def check": Execution(outcome="ok", stdout="\n")})
    episode, _, steerer = run(
        replies,
        ["text"] + ["revise"] * 5,
        budget=Budget(self_checks="always"),
        sandbox=sandbox,
        checker=lambda messages: check,
    )
    assert episode.turns == 6
    assert len(steerer.seen) == 6
    assert sum(isinstance(event, Check) for event in episode.events) == 6
    assert isinstance(episode.events[-1], Check)


@pytest.mark.parametrize(
    "check",
    [
        block("boom"),
        "It is right.",
        "",
        cut("```python\ndef check("),
        Refused("no"),
        ContextLength("x"),
    ],
)
def test_a_check_that_fails_costs_no_answer(check: Reply) -> None:
    episode, _, steerer = run(
        ["It is <<<408>>>."],
        ["text", "finish"],
        budget=Budget(self_checks="always"),
        sandbox=FakeSandbox({"boom": failed()}),
        checker=lambda messages: check,
    )
    assert (episode.answer, episode.failure) == ("It is <<<408>>>.", None)
    checked = steerer.seen[-1].attempts[0].check
    assert checked is not None
    assert checked.verdict == "unknown"


# An unchanged answer was checked again from scratch in each round.
def test_an_answer_found_again_is_not_checked_again() -> None:
    check = block("def check(answer):\n    return False")
    sandbox = FakeSandbox({"def check": Execution(outcome="ok", stdout="incorrect\n")})
    episode, _, _ = run(
        ["It is <<<1>>>.", "Still <<<1>>>.", "Again <<<1>>>."],
        ["text", "revise", "revise", "finish"],
        budget=Budget(self_checks="always"),
        sandbox=sandbox,
        checker=[check],
    )
    assert episode.turns == 3
    assert len(episode.calls("checker")) == 1


def test_no_more_turns_than_the_budget_allows() -> None:
    replies = [f"It is <<<{n}>>>." for n in range(3)]
    episode, _, steerer = run(
        replies,
        ["text", "revise", "revise"],
        budget=Budget(self_checks="never", guidance_turns=2),
    )
    assert episode.turns == 3
    assert [state.left for state in steerer.seen] == [3, 2, 1]


# A text answer after a turn of code was graded by the stale program of that turn.
def test_a_text_answer_after_code_is_taken_as_it_stands() -> None:
    sandbox = FakeSandbox()
    episode, _, _ = run(
        [block('print("<<<1>>>")'), "In words: <<<408>>>.", "Yes: <<<408>>>."],
        ["code", "text", "text"],
        sandbox=sandbox,
    )
    assert episode.answer == "Yes: <<<408>>>."
    assert len(sandbox.ran) == 1


# A wrong output and a right sentence were two chances for one sample.
def test_one_answer_is_declared_not_two() -> None:
    episode, _, _ = run(
        [block('print("<<<1>>>")') + "\nThe answer is <<<408>>>."], ["code", "finish"]
    )
    assert episode.answer == "<<<1>>>\n"


# The program ran up to three more times to be graded, and could print something else.
def test_a_program_runs_once() -> None:
    sandbox = FakeSandbox()
    episode, _, _ = run([computing("<<<408>>>")], sandbox=sandbox)
    assert len(sandbox.ran) == 1
    assert [e.code for e in episode.events if isinstance(e, CodeRun)] == sandbox.ran


# Every error was tried 25 times, even a wrong model name.
@pytest.mark.parametrize("error", [BadRequest("no such model"), RateLimited("slow down")])
def test_errors_of_a_model_end_the_episode_at_once(error: Exception) -> None:
    episode, model, _ = run([error])
    assert episode.failure == "infrastructure"
    assert episode.failure_detail == str(error)
    assert len(model.asked) == 1


def test_a_wrong_key_ends_the_run() -> None:
    with pytest.raises(Unauthorized):
        run([Unauthorized("no key")])


def test_a_broken_sandbox_is_no_answer_of_the_model() -> None:
    sandbox = FakeSandbox({"print": Execution(outcome="sandbox_failure", note="no memory")})
    episode, _, _ = run([computing("<<<408>>>")], sandbox=sandbox)
    assert episode.failure == "infrastructure"
    assert "no memory" in episode.failure_detail


def test_the_question_is_never_cut() -> None:
    question = "Compute 1 + 1. " * 5_000
    replies = [f"It is <<<{n}>>>." for n in range(4)]
    steerer = Says(["text", "revise", "revise", "finish"])
    model = ScriptedModel(replies)

    async def method(question: str, bench: Workbench) -> Answer:
        return await steer(question, bench, steerer)

    play(method, workbench(model, budget=Budget(self_checks="never", field_tokens=50)), question)
    assert all(asked[0].content.startswith(question) for asked in model.asked)


def test_two_attempts_that_agree_end_it() -> None:
    episode, model, _ = run(["It is <<<408>>>.", computing("<<<408>>>")], ["text", "code"])
    assert len(model.asked) == 2
    assert reasons(episode)[-1] == "two attempts agree"


def test_two_passed_checks_end_it() -> None:
    check = block("def check(answer):\n    return True")
    sandbox = FakeSandbox({"def check": Execution(outcome="ok", stdout="correct\n")})
    episode, _, _ = run(
        [computing("<<<408>>>")],
        ["code"],
        budget=Budget(self_checks="always"),
        sandbox=sandbox,
        checker=[check],
    )
    assert reasons(episode)[-1] == "both checks pass"


def test_a_model_that_repeats_itself_is_stopped() -> None:
    episode, model, _ = run(lambda messages: "It is <<<5>>>.", ["text", "revise"])
    assert len(model.asked) == 2
    assert reasons(episode)[-1] == "the model repeats itself"
    assert episode.answer == "It is <<<5>>>."


def test_the_same_failing_program_leads_to_text_and_then_an_end() -> None:
    sandbox = FakeSandbox({"boom": failed()})
    episode, model, _ = run(lambda messages: block("boom"), sandbox=sandbox)
    assert len(model.asked) <= 6
    assert "text" in actions(episode)
    assert episode.failure is None  # the last reply was asked for as text, and is judged as such


def test_the_token_budget_ends_it() -> None:
    script = [f"It is <<<{n}>>>." for n in range(6)]
    episode, model, _ = run(
        script, ["text", "revise", "revise"], budget=Budget(self_checks="never", tokens=1)
    )
    assert len(model.asked) == 1
    assert reasons(episode)[-1] == "the token budget is spent"


def test_a_computed_answer_counts_more_than_a_later_one() -> None:
    episode, _, _ = run(
        ["It is <<<1>>>.", computing("<<<2>>>"), "Rather <<<3>>>."],
        ["text", "code", "text", "finish"],
    )
    assert episode.answer == "<<<2>>>\n"


def test_best_prefers_an_answer_that_can_be_told_from_its_words() -> None:
    episode, _, _ = run(
        ["It is <<<408>>>.", "Sorry, the answer might be another one."],
        ["text", "revise", "finish"],
    )
    assert episode.answer == "It is <<<408>>>."


def test_a_refusal_after_an_answer_does_not_cost_it() -> None:
    for refusal in (Refused("filtered"), Completion(text="", finish="refusal")):
        episode, _, _ = run(["It is <<<408>>>.", refusal], ["text", "revise", "finish"])
        assert (episode.answer, episode.failure) == ("It is <<<408>>>.", None)


def test_a_refusal_of_the_first_request_is_the_outcome() -> None:
    episode, _, _ = run([Refused("filtered")])
    assert (episode.failure, episode.failure_detail) == ("refused", "filtered")


def test_a_model_that_always_refuses_is_given_up() -> None:
    episode, model, _ = run(lambda messages: Completion(text="", finish="refusal"))
    assert episode.failure == "refused"
    assert len(model.asked) == 2
    assert actions(episode)[-1] == "give_up"


def test_a_full_context_is_met_with_fewer_turns() -> None:
    def answers(messages: object) -> str | Exception:
        if len(messages) > 3:  # type: ignore[arg-type]
            return ContextLength("too long")
        return f"It is <<<{len(model.asked)}>>>."

    steerer = Says(["text", "revise", "revise", "finish"])
    model = ScriptedModel(answers)

    async def method(question: str, bench: Workbench) -> Answer:
        return await steer(question, bench, steerer)

    episode = play(method, workbench(model, budget=NEVER))
    assert episode.failure is None
    assert [len(asked) for asked in model.asked] == [1, 3, 5, 3]


def test_a_context_that_stays_full_keeps_what_there_is() -> None:
    full = ContextLength("too long")
    episode, _, _ = run(["It is <<<408>>>.", full, full], ["text", "revise", "finish"])
    assert (episode.answer, episode.failure) == ("It is <<<408>>>.", None)
    assert [c.finish for c in episode.calls() if isinstance(c, ModelCall)] == ["stop", "length"]


def test_a_reply_cut_at_the_limit_is_asked_for_again_shorter() -> None:
    episode, model, _ = run([cut("```python\nx = ["), computing("<<<408>>>")])
    assert "Be brief" in model.asked[1][-1].content
    assert len(model.asked[1]) == 1
    assert episode.answer == "<<<408>>>\n"


def test_a_fresh_turn_leaves_the_earlier_ones_out() -> None:
    fresh = Decision(action="code", guidance="Copy exactly.", fresh=True)
    episode, model, _ = run(
        ["It is <<<1>>>.", computing("<<<2>>>"), computing("<<<408>>>") + " "],
        ["text", fresh, "revise", "finish"],
    )
    assert [len(asked) for asked in model.asked] == [1, 1, 3]
    assert model.asked[1][0].content.startswith(QUESTION)
    assert model.asked[1][0].content.endswith("Copy exactly.")
    assert episode.turns == 3


def test_replies_that_are_always_cut_are_a_truncation() -> None:
    episode, model, _ = run(lambda messages: cut(f"Let me think {len(messages)}"))
    assert episode.failure == "truncated"
    assert len(model.asked) <= 6


def test_a_slow_program_is_told_so() -> None:
    sandbox = FakeSandbox({"slow": Execution(outcome="timeout", stdout="")})
    episode, model, _ = run([block("slow = 1"), computing("<<<408>>>")], sandbox=sandbox)
    assert "did not end within 30 seconds" in model.asked[1][-1].content
    assert "too slow" in model.asked[1][-1].content
    assert episode.answer == "<<<408>>>\n"


def test_programs_that_stay_slow_are_a_timeout() -> None:
    slow = Execution(outcome="timeout")
    sandbox = FakeSandbox({"slow": slow})
    episode, _, _ = run(
        [block("slow = 1"), block("slow = 2")], ["code", "code", "give_up"], sandbox=sandbox
    )
    assert episode.failure == "code_timeout"


def test_a_placeholder_is_sent_back() -> None:
    episode, model, _ = run([block('print("<<<integer>>>")'), computing("<<<408>>>")])
    assert "placeholder" in model.asked[1][-1].content
    assert episode.answer == "<<<408>>>\n"


def test_a_hard_coded_answer_is_asked_to_be_computed() -> None:
    episode, model, _ = run([block('print("<<<409>>>")'), computing("<<<408>>>")])
    assert "literal" in model.asked[1][-1].content
    assert episode.answer == "<<<408>>>\n"


def test_output_in_a_sentence_is_asked_to_be_marked() -> None:
    episode, model, _ = run([computing("The answer is: 408"), computing("<<<408>>>")])
    assert "Print only the answer" in model.asked[1][-1].content
    assert episode.answer == "<<<408>>>\n"


def test_a_bare_value_needs_no_marker() -> None:
    episode, model, _ = run([computing("408")])
    assert (episode.answer, len(model.asked)) == ("408\n", 1)
