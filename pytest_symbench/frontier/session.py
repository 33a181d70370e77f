"""``--symbench-frontier`` inside pytest: searches begin together, each item waits for its own."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Future
from typing import Any

import pytest

from pytest_symbench.cases import Search, searches
from pytest_symbench.collection import search_of
from pytest_symbench.configuration import Configuration
from pytest_symbench.engine import FATAL, Engine, Stopped
from pytest_symbench.frontier.search import Bounds, Found, search, span, wide_enough
from pytest_symbench.session import Session, Share, is_skipped

SAID = "symbench_frontier"
"""User property of an item: its result in words."""


class Frontiers:
    """Runs the searches of this process's items."""

    def __init__(
        self, config: pytest.Config, chosen: Configuration, share: Share, session: Session
    ) -> None:
        self._config = config
        self._chosen = chosen
        self._share = share
        self._session = session
        self._futures: dict[Search, Future[Found]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        option = self._config.option
        hurried = option.maxfail or getattr(option, "stepwise", False)
        idle = option.collectonly or getattr(option, "setupplan", False) or session.testsfailed
        if not hurried and not idle:
            _, engine = self._session.run()
            for item in self._share.items(session.items):
                if (sought := search_of(item)) and not is_skipped(item):
                    self._begin(engine, sought)
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        sought = search_of(pyfuncitem)
        if sought is None:
            return None
        self._check(pyfuncitem, sought)
        return True

    def _begin(self, engine: Engine, sought: Search) -> Future[Found]:
        if sought not in self._futures:
            work = search(engine.ask, sought, bounds(self._chosen, sought.task))
            self._futures[sought] = engine.spawn(work)
        return self._futures[sought]

    def _check(self, item: pytest.Item, sought: Search) -> None:
        run, engine = self._session.run()
        try:
            found = engine.wait(self._begin(engine, sought), stop=self._session.waiting)
        except Stopped:
            pytest.skip("the run was stopped before this search ended")
        except FATAL as error:
            self._session.end(item, str(error))
        if run.ledger.failure:
            self._session.end(item, run.ledger.failure)
        item.user_properties += _properties(found)
        if not found.counted:
            reason = found.results[0].row.reason if found.results else "nothing was asked"
            raise pytest.fail.Exception(f"no episode ended: {reason}", pytrace=False)


class Told:
    """Collects what the searches of all processes found, for the end of the run."""

    def __init__(self, chosen: Configuration) -> None:
        self._chosen = chosen
        self._found: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = dict(report.user_properties).get(SAID)
        if report.when == "call" and said:
            name = report.nodeid.partition("[")[2].partition("]")[0]  # a group may stand behind it
            self._found[name] = str(said)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._found:
            return
        terminalreporter.section("frontiers")
        for name in searches(self._chosen.tasks, self._chosen.methods):  # whoever came first
            if name in self._found:
                terminalreporter.write_line(f"{name}: {self._found[name]}")
        terminalreporter.write_line(
            f"half of the answers are right at the frontier; at most {self._chosen.max_examples} "
            "episodes each (--symbench-max-examples)"
        )


def bounds(chosen: Configuration, task: str) -> Bounds:
    """Of the search on a task."""
    low, high = span(task, [level for level in chosen.levels if isinstance(level, int)])
    return Bounds(
        low=low,
        high=high,
        width=chosen.frontier or wide_enough(low, high),
        episodes=chosen.max_examples,
        seed=chosen.seed,
    )


def _properties(found: Found) -> list[tuple[str, Any]]:
    rows = [result.row for result in found.results]
    low, high = found.posterior.interval
    return [
        # Also what makes the rows part of the run's report, in all processes.
        ("symbench_case", " ".join(row.id for row in rows)),
        ("symbench_replayed", sum(result.replayed for result in found.results)),
        ("symbench_calls", sum(row.calls for row in rows)),
        ("symbench_tokens", sum(row.input_tokens + row.output_tokens for row in rows)),
        ("symbench_frontier_level", round(found.posterior.frontier, 2)),
        ("symbench_frontier_low", round(low, 2)),
        ("symbench_frontier_high", round(high, 2)),
        (SAID, found.describe()),
    ]
