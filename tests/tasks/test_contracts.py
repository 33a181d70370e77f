"""The contracts that every task keeps, whatever it asks."""

from __future__ import annotations

import importlib
import json
import time
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_symbench.tasks import get, judge, make, names
from pytest_symbench.tasks.instance import canonical, seeded
from pytest_symbench.tasks.task import LevelError, Task

LEVELS = (1, 2, 3, 4, 5, 7, 10)
DIGESTS = Path(__file__).with_name("digests")
BOUND = 0.2  # seconds that a verdict may take, on any text

IMPLEMENTED = [n for n in names() if (Path(__file__).parent / "cases" / f"{n}.py").exists()]
every_task = pytest.mark.parametrize("task", [pytest.param(get(n), id=n) for n in IMPLEMENTED])


def cases(task: Task) -> ModuleType:
    return importlib.import_module(f"tests.tasks.cases.{task.name}")


def digests(task: Task) -> dict[str, Any]:
    drawn = {f"{level}/{s}": make(task, level, s).digest for level in LEVELS for s in (0, 1)}
    return {"version": task.version, **drawn}


def refusal(task: Task, level: int) -> str | None:
    try:
        task.params(level)
    except LevelError as error:
        return str(error)
    return None


def marked(answer: str) -> str:
    return f"Let me think.\n<<<{answer}>>>"


@every_task
@given(level=st.integers(1, 6), seed=st.integers(0, 10**6))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_the_solvers_answer_is_accepted(task: Task, level: int, seed: int) -> None:
    instance = make(task, level, seed)
    verdict = judge(task, instance.data, marked(task.solve(instance.data)))
    assert verdict.correct, verdict.reason


@every_task
@pytest.mark.parametrize("level", [7, 10])
def test_far_beyond_the_paper(task: Task, level: int) -> None:
    instance = make(task, level, 3)
    verdict = judge(task, instance.data, marked(task.solve(instance.data)))
    assert verdict.correct, verdict.reason


@every_task
def test_paper_settings_are_instances_too(task: Task) -> None:
    assert task.paper_settings, "the publication's settings have names"
    for name in task.paper_settings:
        instance = make(task, name, 1)
        assert judge(task, instance.data, marked(task.solve(instance.data))).correct


@every_task
@pytest.mark.parametrize("level", [1, 2, 3, 5])
def test_accepted_and_rejected_forms(task: Task, level: int) -> None:
    for seed in range(6):
        data = make(task, level, seed).data
        gold = task.solve(data)
        for form in cases(task).ACCEPTED(data, gold):
            verdict = judge(task, data, f"Thinking.\n<<<{form}>>>")
            assert verdict.correct, (form, verdict)
        for form in cases(task).REJECTED(data, gold):
            verdict = judge(task, data, f"Thinking.\n<<<{form}>>>")
            assert not verdict.correct, (form, gold)
            assert verdict.reason


@every_task
def test_verifier_equals_brute_force(task: Task, request: pytest.FixtureRequest) -> None:
    """Over 30,000 answers to each instance with --slow; over the first 4,000 without."""
    answers = rights = 0
    most = 30_000 if request.config.getoption("--slow") else 4_000
    for number, params in enumerate(cases(task).SMALL):
        for seed in range(3):
            data = task.generate(params, seeded("oracle", number, seed))
            for answer, expected in islice(cases(task).ORACLE(data), most):
                verdict = judge(task, data, f"<<<{answer}>>>")
                assert verdict.correct == expected, (answer, expected, verdict, data)
                answers += 1
                rights += expected
    assert 0 < rights < answers


@every_task
@pytest.mark.parametrize("level", [1, 3, 5, 10])
def test_hostile_answers_get_a_verdict_in_time(task: Task, level: int) -> None:
    data = make(task, level, 5).data
    gold = task.solve(data)
    hostile = [
        "",
        " \n\t ",
        "A or B",
        f"{gold} or {gold}x",
        gold[: len(gold) // 2] + "…" if len(gold) > 3 else "…",
        "9" * 99_000,
        "1e999999999",
        "[" * 50_000 + "]" * 49_000,
        "(" * 99_000,
        "((1)" * 20_000,
        "1," * 49_000,
        "1/0",
        "-" * 99_000,
        "٣٤٥",
        "１２",
        "NaN",
        "inf",
        "None",
        "null",
        "{" + '"a":' * 9000,
        "<b>" + gold + "</b>" + "<script>alert(1)</script>",
        "__import__('os').system('true')",
        "exec('x')",
        "\x00\x01\x1b[31m",
        "\ud800",
        "a=b" * 30_000,
        "x^" * 30_000,
        "\\frac" * 15_000,
        "\\frac{1}{" * 9_000,
        "9**9**9**9",
        "100000!!!!",
        "Move A from 1 to 2\n" * 4_000,
        "Step 1: [" * 9_000,
        ">>>" * 20,
        "<<<" * 30_000,
        "x" * 200_000,
    ]
    for text in hostile:
        start = time.process_time()
        verdict = judge(task, data, f"<<<{text}>>>")
        unmarked = judge(task, data, text)
        spent = time.process_time() - start
        assert not verdict.correct, text[:60]
        assert not unmarked.correct, text[:60]
        assert spent < 2 * BOUND, (text[:60], spent)


@every_task
@given(text=st.text(max_size=300))
@settings(max_examples=60, deadline=None, database=None)
def test_any_text_gets_a_verdict(task: Task, text: str) -> None:
    data = make(task, 2, 11).data
    assert judge(task, data, f"<<<{text}>>>").kind in {"correct", "wrong", "no_answer"}
    assert judge(task, data, text).kind in {"correct", "wrong", "no_answer"}


@every_task
def test_the_last_complete_marker_counts(task: Task) -> None:
    instance = make(task, 2, 7)
    gold = task.solve(instance.data)
    assert judge(task, instance.data, f"<<<nonsense>>> no: <<<{gold}>>> and <<<").correct
    assert not judge(task, instance.data, f"<<<{gold}>>> no: <<<nonsense>>>").correct
    assert judge(task, instance.data, "I cannot say, sorry.").kind == "no_answer"


@every_task
def test_another_instances_answer_is_wrong(task: Task) -> None:
    swapped = 0
    for seed in range(8):
        mine, other = make(task, 3, seed), make(task, 3, seed + 100)
        swapped += not judge(task, mine.data, marked(task.solve(other.data))).correct
    assert swapped >= 1, "no answer depends on its instance"


@every_task
def test_questions_ask_for_the_marker_and_data_is_json(task: Task) -> None:
    for level in LEVELS:
        instance = make(task, level, 2)
        assert "<<<" in instance.question
        assert ">>>" in instance.question
        assert instance.question == instance.question.strip()
        assert json.loads(canonical(instance.data)) == json.loads(json.dumps(instance.data))
        reread: dict[str, Any] = json.loads(canonical(instance.data))
        assert judge(task, reread, marked(task.solve(reread))).correct
        assert task.render(reread) == instance.question


@every_task
def test_no_duplicates_among_200_draws(task: Task) -> None:
    for level in (1, 3, 5):
        questions = {make(task, level, seed).question for seed in range(200)}
        space = task.spaces.get(level)
        if space is None:
            assert len(questions) == 200, f"level {level}: {len(questions)} distinct of 200"
        else:  # as many distinct ones as chance gives, less a margin
            expected = space * (1 - (1 - 1 / space) ** 200)
            assert 0.7 * expected < len(questions) <= space, f"{len(questions)} of {space}"
            assert space < 1_000_000, "a space this large needs no mention"


@every_task
def test_size_grows_with_level(task: Task) -> None:
    sizes = [task.size(task.params(level)) for level in range(1, 13)]
    assert sizes == sorted(sizes), sizes
    assert len(set(sizes)) == len(sizes), f"two levels of one size: {sizes}"
    assert task.size_name


@every_task
def test_levels_outside_are_refused_in_a_sentence(task: Task) -> None:
    with pytest.raises(LevelError, match="levels begin at 1"):
        make(task, 0, 0)
    with pytest.raises(LevelError, match="paper setting"):
        make(task, "no-such-setting", 0)
    for level in (20, 50, 100, 1000, 10**6):
        message = refusal(task, level)
        assert message is None or (task.name in message and str(level) in message)


@every_task
def test_instances_are_pinned(task: Task) -> None:
    pinned = json.loads((DIGESTS / f"{task.name}.json").read_text())
    assert pinned == digests(task), (
        "an instance of an existing identity changed: raise the task's version and run "
        "`python -m tests.tasks.pin`"
    )


@every_task
def test_the_facts_are_stated(task: Task) -> None:
    for text in (task.idea, task.knobs, task.acceptance, task.published_defects, task.title):
        assert len(text) > 2
    assert 20 < len(task.idea) < 400
