"""Methods with the real sandbox: programs as models write them, and what they must not reach."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from codesteer.episode import Episode
from codesteer.sandbox import open_sandbox
from codesteer.sandbox.execution import Limits
from codesteer.workbench import Budget
from tests.methods.doubles import ScriptedModel, block, episode, workbench
from tests.methods.programs import SOLVERS


def play(method: str, replies: list[str] | Callable[..., str]) -> tuple[Episode, ScriptedModel]:
    model = ScriptedModel(replies)

    async def played() -> Episode:
        sandbox = open_sandbox()
        bench = workbench(model, sandbox=sandbox, budget=Budget(self_checks="never"))
        bench.limits = Limits(wall_s=3)
        try:
            return await episode(method, bench)
        finally:
            await sandbox.aclose()

    return asyncio.run(played()), model


@pytest.mark.parametrize("method", ["only_question", "all_code", "codesteer"])
def test_a_program_answers(method: str) -> None:
    made, _ = play(method, [block(SOLVERS["queens"])])
    assert made.answer == "<<<[0, 4, 7, 5, 2, 6, 1, 3]>>>\n"


def test_an_error_is_repaired_from_its_traceback() -> None:
    made, model = play(
        "codesteer", [block("answer = 12 * y\nprint(answer)"), block(SOLVERS["letters"])]
    )
    assert "NameError: name 'y' is not defined" in model.asked[1][-1].content
    assert made.answer == "<<<Count: 5, Positions: [1, 4, 6, 8, 11]>>>\n"


def test_an_endless_program_is_replaced() -> None:
    made, model = play("codesteer", [block("while True:\n    pass"), block(SOLVERS["order"])])
    assert "did not end within 3 seconds" in model.asked[1][-1].content
    assert made.failure is None


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("while True: pass", "code_timeout"),
        ("raise ValueError", "code_error"),
        ("import sys; sys.exit(3)", "code_error"),
        ("x = [0] * 10**12", "code_error"),
        ("print('x' * 10**8)", "code_error"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "code_error"),
        ("input()", "code_error"),
        ("pass", "code_error"),
        ("print('\\n')", "code_error"),
    ],
)
def test_failures_of_programs(code: str, failure: str) -> None:
    made, _ = play("all_code", [block(code)])
    assert (made.failure, made.answer) == (failure, "")
    assert made.failure_detail


# Generated code ran with the whole environment, keys included, in the folder of the solutions.
def test_programs_see_no_keys_and_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "planted-key")
    code = "import os\nprint(sorted(os.environ), os.listdir('.'), 'planted' in str(os.environ))"
    made, _ = play("all_code", [block(code)])
    assert "OPENAI_API_KEY" not in made.answer
    assert "[] False" in made.answer


def test_output_before_a_timeout_is_not_an_answer() -> None:
    made, _ = play("all_code", [block("print('<<<1>>>', flush=True)\nwhile True: pass")])
    assert made.failure == "code_timeout"
