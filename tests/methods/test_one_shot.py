from __future__ import annotations

import pytest

from codesteer.models.chat import Completion
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

FAILS = FakeSandbox({"boom": failed()})
HANGS = FakeSandbox({"boom": Execution(outcome="timeout")})


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("The answer is <<<408>>>.", "The answer is <<<408>>>."),
        (block('print("<<<408>>>")'), "<<<408>>>\n"),
        (block('print("<<<408>>>")') + "\nSo <<<407>>>", "<<<408>>>\n"),
        (block('print("408")') + "\nSo <<<407>>>", "Here is a program.\n\nSo <<<407>>>"),
        (block('print("408")'), "408\n"),
        ("I do not know.", "I do not know."),
        (block("ls", "bash"), block("ls", "bash")),
    ],
)
def test_only_question_takes_marked_output_then_marked_prose_then_output(
    reply: str, answer: str
) -> None:
    model = ScriptedModel([reply])
    episode = play("only_question", workbench(model))
    assert (episode.answer, episode.failure) == (answer, None)
    assert model.asked[0][0].content == QUESTION
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (block('print("<<<408>>>")'), "<<<408>>>\n"),
        (block('print("408")') + "\nThis prints <<<407>>>", "408\n"),
        ("No code: <<<408>>>", "No code: <<<408>>>"),
    ],
)
def test_all_code_takes_the_output_whatever_the_prose_says(reply: str, answer: str) -> None:
    episode = play("all_code", workbench([reply]))
    assert (episode.answer, episode.failure) == (answer, None)


def test_all_text_never_runs_code() -> None:
    sandbox = FakeSandbox()
    reply = block('print("<<<1>>>")') + "\nIt is <<<408>>>."
    episode = play("all_text", workbench([reply], sandbox=sandbox))
    assert "<<<408>>>" in episode.answer
    assert "<<<1>>>" not in episode.answer
    assert sandbox.ran == []


@pytest.mark.parametrize(
    ("method", "reply", "sandbox", "failure"),
    [
        ("only_question", cut("Well, the answer is <<<40"), None, "truncated"),
        ("only_question", cut("```python\nprint("), None, "truncated"),
        ("all_text", cut("Step 1. Step 2."), None, "truncated"),
        ("all_code", cut("```python\nprint(1)"), None, "truncated"),
        ("only_question", Completion(text="", finish="refusal"), None, "refused"),
        ("all_text", "I'm sorry, but I can't assist with that.", None, "refused"),
        ("all_code", block("boom"), FAILS, "code_error"),
        ("only_question", block("boom"), FAILS, "code_error"),
        ("all_code", block("boom") + "\n<<<408>>>", FAILS, "code_error"),
        ("all_code", block("boom"), HANGS, "code_timeout"),
        ("all_code", block("x = 1"), None, "code_error"),
        (
            "all_code",
            block("boom"),
            FakeSandbox({"boom": Execution(outcome="sandbox_failure", note="no fork")}),
            "infrastructure",
        ),
    ],
)
def test_failures(method: str, reply: object, sandbox: object, failure: str) -> None:
    episode = play(method, workbench([reply], sandbox=sandbox))  # type: ignore[list-item]
    assert (episode.failure, episode.answer) == (failure, "")
    assert episode.failure_detail


def test_a_reply_cut_after_its_answer_counts() -> None:
    assert play("all_text", workbench([cut("It is <<<408>>>. Anyway, and")])).failure is None
    reply = cut(block('print("<<<408>>>")') + "\nNow I will explain")
    assert play("all_code", workbench([reply])).answer == "<<<408>>>\n"


def test_prose_answers_where_a_free_choice_of_code_fails() -> None:
    reply = block("boom") + "\nThe answer is <<<408>>>."
    episode = play("only_question", workbench([reply], sandbox=FAILS))
    assert episode.failure is None
    assert episode.answer.endswith("<<<408>>>.")
