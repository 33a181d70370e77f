"""One set of limits for all processes: many workers never have many times the limit."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.mock_server import Running
from codesteer.models.chat import Completion, Usage
from pytest_symbench.activation import CONFIGURATION
from pytest_symbench.budget import Budget, BudgetSpent, Spending
from pytest_symbench.cases import Case
from pytest_symbench.cluster import Done
from pytest_symbench.configuration import Configuration
from pytest_symbench.exit_status import INCOMPLETE
from pytest_symbench.limits import FIRST
from pytest_symbench.session import Share, governor, open_run
from tests.engine.conftest import finished
from tests.engine.test_records import episode, row

pytest.importorskip("xdist")
pytest.importorskip("openai")

Serve = Callable[..., Running]

TASK = ("--tasks=web_of_lies", "--symbench-ledger=run.sqlite", "--tb=no", "-rN")


@pytest.fixture
def configuration(pytester: pytest.Pytester) -> Configuration:
    config = pytester.parseconfigure("--symbench", "--model=gold", "--symbench-plan")
    return config.stash[CONFIGURATION]


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_the_parts_make_the_whole(configuration: Configuration, workers: int) -> None:
    chosen = replace(
        configuration, connections=11, requests_a_minute=600.0, tokens_a_minute=9000.0,
        budget=Budget(45, "calls"),
    )  # fmt: skip
    parts = [governor(chosen, Share(index, workers)) for index in range(workers)]
    assert sum(part.connections.most for part in parts) == 11
    assert sum(part.requests.a_minute for part in parts if part.requests) == pytest.approx(600)
    assert sum(part.tokens.a_minute for part in parts if part.tokens) == pytest.approx(9000)
    assert sum(part.spending.cap.amount for part in parts if part.spending.cap) == 45
    adaptive = replace(chosen, connections=100, adaptive=True)
    parts = [governor(adaptive, Share(index, workers)) for index in range(workers)]
    assert sum(part.connections.limit for part in parts) == FIRST, "it begins as one process does"
    assert sum(part.connections.most for part in parts) == 100


@pytest.mark.parametrize("budget", [Budget(8, "calls"), Budget(80, "tokens"), Budget(1, "USD")])
def test_who_takes_a_workers_place_has_what_is_left_of_its_part(
    tmp_path: Path, budget: Budget
) -> None:
    first = Share(0, 2, stop_file=str(tmp_path / "stop")).spending(budget)
    for _ in range(3):
        first.add("openai:gpt-4o", Usage(input=6, output=4))
    second = Share(0, 2, stop_file=str(tmp_path / "stop")).spending(budget)
    assert (second.calls, second.usage.total, second.dollars) == (3, 30, first.dollars)
    neighbour = Share(1, 2, stop_file=str(tmp_path / "stop")).spending(budget)
    assert neighbour.calls == 0
    if budget.unit == "calls":
        second.add("openai:gpt-4o", Usage())
        with pytest.raises(BudgetSpent):
            second.check()


class Renewed:
    """A cluster whose workers forget what they have spent, as those of a node that died do."""

    asked = 0

    async def work(self, case: Case) -> Done:
        self.asked += 1
        completion = Completion(text="<<<No>>>", usage=Usage(input=6, output=4))
        return Done(row(case.seed), episode(), [(case.seed.to_bytes(16, "big"), completion)])

    async def aclose(self) -> None: ...


def test_a_cluster_does_not_renew_the_budget(configuration: Configuration, tmp_path: Path) -> None:
    chosen = replace(configuration, budget=Budget(3, "calls"), ledger=tmp_path / "run.sqlite")
    run = open_run(chosen, Share())
    cluster = Renewed()
    run.cluster = cluster  # type: ignore[assignment]

    async def go() -> None:
        for seed in range(10):
            await run.work(Case("letters", 1, seed, "only_question"))

    with pytest.raises(BudgetSpent):
        asyncio.run(go())
    run.ledger.close()
    assert cluster.asked == 3


def test_time_runs_from_the_beginning_of_the_run() -> None:
    spending = Spending(Budget(1, "min"))
    spending.check()
    spending.began -= 61
    with pytest.raises(BudgetSpent):
        Share(1, 2, began=spending.began).spending(Budget(1, "min")).check()


DYING = """
import os, pathlib, pytest
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    for name in ("s0030", "s0031"):  # one of each worker
        flag = pathlib.Path(name)
        if name in item.name and not flag.exists():
            flag.touch()
            os._exit(9)
"""


def test_workers_that_die_do_not_renew_the_budget(server: Serve, tmp_path: Path) -> None:
    mock = server(latency="fixed:0.03", answer="fixed:<<<No>>>")
    (tmp_path / "dying.py").write_text(DYING)
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    status, output = finished(
        tmp_path, mock.base_url, *TASK, "--samples=200", "--symbench-connections=2", "-n2",
        "--symbench-budget=40 calls", "-p", "dying",
    )  # fmt: skip
    assert output.count("node down") == 2, output
    assert status == INCOMPLETE, output
    assert mock.stats()["requests"] <= 40 + 2, (
        "a call in flight of each dead worker may come on top"
    )


@pytest.mark.slow
def test_eight_workers_have_one_limit(server: Serve, tmp_path: Path) -> None:
    mock = server(latency="fixed:0.5", answer="fixed:<<<No>>>")
    arguments = (*TASK, "--samples=150", "-n8")
    fixed = ("--symbench-connections=9", "--symbench-budget=100 calls")
    status, output = finished(tmp_path, mock.base_url, *arguments, *fixed)
    stats = mock.stats()
    assert status == INCOMPLETE, output
    assert stats["max_concurrency"] <= 9
    assert 12 <= stats["requests"] <= 100
    with closing(sqlite3.connect(tmp_path / "run.sqlite")) as db:
        (stored,) = db.execute("SELECT count(*) FROM calls").fetchone()
    assert stored == stats["requests"] == stats["outcomes"]["200"]
    # Goes on in one process: the ledger is the same.
    _, output = finished(tmp_path, mock.base_url, *arguments[:-1], "--symbench-connections=9")
    assert "150 episodes in" in output
    assert mock.stats()["requests"] == 150, "no call twice"
    mock.reset()
    rate = ("--symbench-refresh", "--symbench-rpm=600", "--symbench-connections=auto")
    _, output = finished(tmp_path, mock.base_url, *arguments, *rate)
    stats = mock.stats()
    assert "150 episodes in" in output
    assert stats["requests"] == 150
    assert stats["busy_s"] >= (150 - 60 - 8) / 10, "60 at once, then ten a second"
