"""Searches inside pytest: what is found, asked, shrunk and said, by one process and by workers."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pytest_symbench.cases import Case, Search
from pytest_symbench.engine import Result
from pytest_symbench.frontier.search import Bounds, search, span
from pytest_symbench.ledger import Row
from pytest_symbench.tasks import make, registry
from tests.plugin.conftest import Run, count, ledger_of, symbench

__all__ = ["symbench"]  # the fixture, used by name

BOUNDS = Bounds(low=1, high=10, width=2.0, episodes=60, seed=0)


def answer(case: Case, outcome: str) -> Result:
    row = Row(
        id=case.id, task=case.task, version=1, level=str(case.level), seed=case.seed,
        method=case.method, attempt=0, digest="", outcome=outcome, reason="", answer="", calls=1,
        input_tokens=1, output_tokens=1, seconds=0.0, started=0.0, sandbox="",
    )  # fmt: skip
    return Result(row, replayed=False, started=0.0, stopped=0.0)


def test_it_finds_the_step_and_the_smallest_failing_instance() -> None:
    asked: list[Case] = []

    async def ask(case: Case) -> Result:
        asked.append(case)
        hard = int(case.level) > 4 or (case.level, case.seed) == (2, 3)
        return answer(case, "wrong" if hard else "correct")

    found = asyncio.run(search(ask, Search("letters", "all_text"), BOUNDS))
    low, high = found.posterior.interval
    assert low <= 4.5 <= high
    assert found.narrow
    assert found.smallest is not None
    failed = [(case.level, case.seed) for case in asked if case.level == 5 or case.seed == 3]
    assert (int(found.smallest.level), found.smallest.seed) in failed
    assert len(asked) == len(set(asked)) == len(found.results) <= 60
    assert found.smallest.level in ("2", "5")


def test_a_failure_is_shrunk_to_the_lowest_level_that_fails() -> None:
    """All fail from level 2 upward, but the staircase may never have asked seed 0 of level 2."""

    async def ask(case: Case) -> Result:
        return answer(case, "wrong" if int(case.level) > 1 else "correct")

    found = asyncio.run(search(ask, Search("letters", "all_text"), BOUNDS))
    assert found.smallest is not None
    assert (found.smallest.level, found.smallest.seed) == ("2", 0)


def test_the_budget_bounds_a_model_of_coins() -> None:
    async def ask(case: Case) -> Result:
        return answer(case, "correct" if case.seed % 2 else "wrong")

    found = asyncio.run(search(ask, Search("letters", "all_text"), BOUNDS))
    assert len(found.results) <= 60
    assert not found.narrow
    assert "the budget ended" in found.describe()


def test_lost_episodes_say_nothing_and_end_the_search() -> None:
    async def ask(case: Case) -> Result:
        return answer(case, "infrastructure")

    found = asyncio.run(search(ask, Search("letters", "all_text"), BOUNDS))
    assert (found.counted, found.smallest) == (0, None)
    assert len(found.results) == 50


def test_an_error_while_shrinking_is_not_taken_for_a_failure() -> None:
    async def ask(case: Case) -> Result:
        asked.append(case)
        if len(asked) == last:
            raise RuntimeError("gone")
        return answer(case, "wrong" if int(case.level) > 4 else "correct")

    asked: list[Case] = []
    last = 0
    found = asyncio.run(search(ask, Search("letters", "all_text"), BOUNDS))
    asked, last = [], len(found.results)
    with pytest.raises(RuntimeError, match="gone"):
        asyncio.run(search(ask, Search("letters", "all_text"), BOUNDS))


def test_levels_are_cut_where_the_task_ends() -> None:
    assert span("letters", [2, 9]) == (2, 9)
    low, high = span("standard_sudoku", [1, 10_000])
    assert low == 1
    make(registry.get("standard_sudoku"), high, 0)


def script(folder: Path) -> str:
    """A model that is right up to level 3, at the first 60 seeds of each level."""
    task = registry.get("letters")
    answers = {"*": "<<<0>>>"}
    for level in (1, 2, 3):
        for seed in range(60):
            instance = make(task, level, seed)
            answers[instance.id] = f"<<<{task.solve(instance.data)}>>>"
    (folder / "script.json").write_text(json.dumps(answers))
    return "scripted:script.json"


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_a_run_finds_it_and_resumes_for_nothing(
    symbench: Run, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    model = script(pytester.path)
    options = ("--symbench-frontier", "--levels", "1-8", "--symbench-report=r.json", *workers)
    result = symbench(*options, model=model, tasks="letters,number_multiply")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["letters: at level 3.? (95 %: *; smallest failing: level 4, seed 0 (wrong)",
         "number_multiply: below level 1 *smallest failing: level 1, seed 0 *",
         "half of the answers are right at the frontier; at most 60 episodes each*"]
    )  # fmt: skip
    asked = count(ledger_of(pytester.path), "episodes")
    report = json.loads((pytester.path / "r.json").read_text())
    assert report["facts"]["episodes"] == asked > 8
    again = symbench(*options, "--junitxml=j.xml", model=model, tasks="letters,number_multiply")
    again.stdout.fnmatch_lines([f"{asked} of {asked} episodes came from the ledger*"])
    assert 'name="symbench_frontier_level"' in (pytester.path / "j.xml").read_text()
    with closing(sqlite3.connect(ledger_of(pytester.path))) as db:
        seeds = db.execute("SELECT level, min(seed), max(seed), count(*) FROM episodes "
                           "WHERE task = 'letters' GROUP BY level").fetchall()  # fmt: skip
    assert all(least == 0 for _, least, *_ in seeds)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--symbench-frontier", "x"], "*--symbench-frontier: 'x' is not a number from 0.5 to 100"),
        (["--symbench-frontier", "--levels", "1-2"], "*--levels: a frontier is looked for among*"),
        (["--symbench-frontier", "--levels", "paper"], "*--levels: a frontier is looked for among*"),
        (["--symbench-frontier", "--samples", "9"], "*--samples is for a fixed suite*"),
        (["--symbench-max-examples", "0"], "*--symbench-max-examples: '0' is not a whole number*"),
    ],
)  # fmt: skip
def test_mistakes_are_one_sentence(
    pytester: pytest.Pytester, arguments: list[str], sentence: str
) -> None:
    result = pytester.runpytest_inprocess("--symbench", "--model=gold", *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([sentence])
