"""``--symbench-until-decided`` inside pytest: items in the order of looks, the needless skipped."""

from __future__ import annotations

import pytest

from pytest_symbench.cases import Case
from pytest_symbench.collection import case_of
from pytest_symbench.gate import sequential
from pytest_symbench.gate.session import Gate
from pytest_symbench.session import Session

NEEDLESS = "every rule on it is decided"


class Looking:
    """Orders the suite's items by look, and judges between two looks."""

    def __init__(self, config: pytest.Config, gate: Gate, session: Session | None) -> None:
        """Raises `pytest.UsageError` where there is nothing to decide, or nobody who could."""
        if session is None:
            raise pytest.UsageError(
                "--symbench-until-decided judges while the run goes on, which one process must do; "
                "leave out -n: one process keeps hundreds of calls in flight"
            )
        if gate.policy is None or not gate.compares:
            raise pytest.UsageError(
                "--symbench-until-decided needs --symbench-gate and a --symbench-baseline that "
                "exists"
            )
        self._config = config
        self._gate = gate
        self._session = session
        self._look_of: dict[Case, int] = {}
        self._asked: dict[str, bool] = {}
        """Is a task asked on?"""
        gate.look = 0
        session.ahead = self.ahead

    def ahead(self, case: Case) -> bool:
        """May the episode of a case begin now?"""
        assert self._gate.look is not None
        return self._look_of[case] <= self._gate.look and self._asked[case.task]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        cases = [case for item in items if (case := case_of(item))]
        self._look_of = sequential.deal(cases)
        self._asked = dict.fromkeys((case.task for case in cases), True)
        # Stable: within a look the order stays as it was.
        items.sort(key=self._position)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        case = case_of(item)
        assert self._gate.look is not None
        if case is None or self._look_of[case] <= self._gate.look:
            return
        self._session.run()[0].ledger.flush()
        self._judge(item.session)
        self._gate.look = self._look_of[case]
        cases = [case for item in item.session.items if (case := case_of(item))]
        self._session.go_on(case for case in cases if self.ahead(case))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        case = case_of(item)
        if case is not None and not self._asked[case.task]:
            self._gate.needless += 1
            pytest.skip(NEEDLESS)

    def _judge(self, session: pytest.Session) -> None:
        verdict = self._gate.judge_look(session)
        if verdict is None or self._gate.policy is None or self._gate.look is None:
            return
        still = sequential.undecided(self._gate.policy, verdict, list(self._asked))
        self._asked = {task: asked and task in still for task, asked in self._asked.items()}
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None:
            terminal.ensure_newline()
            terminal.write_line(sequential.told(self._gate.look, self._asked))

    def _position(self, item: pytest.Item) -> int:
        case = case_of(item)
        return -1 if case is None else self._look_of[case]
