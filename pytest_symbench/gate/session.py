"""The gate inside pytest: judges the run at its end, sets the exit status, keeps baselines."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from pytest_symbench.configuration import Configuration, stamp
from pytest_symbench.controller import Controller
from pytest_symbench.exit_status import INCOMPLETE
from pytest_symbench.gate import baseline, sequential
from pytest_symbench.gate.judge import judge
from pytest_symbench.gate.mistakes import GateError
from pytest_symbench.gate.options import read_options
from pytest_symbench.gate.policy import Policy
from pytest_symbench.gate.recording import Recording, of_rows
from pytest_symbench.gate.verdict import Finding, Verdict, lines
from pytest_symbench.ledger import LedgerError

JUDGED = (pytest.ExitCode.OK, INCOMPLETE)
"""Exit statuses that a verdict may replace: whatever else went wrong stays as it is."""


class Gate:
    """The plugin of the main process that records and judges."""

    def __init__(self, config: pytest.Config, chosen: Configuration, main: Controller) -> None:
        """Raises `pytest.UsageError` before anything is asked."""
        self._config = config
        self._chosen = chosen
        self._main = main
        self._options = read_options(config, chosen)
        self._lines: list[str] = []
        self._decided: list[Finding] = []
        self.look: int | None = None
        """Which look at growing data comes next; None where the data are whole."""
        self.needless = 0
        """Items that were skipped because nothing depended on them."""
        self.verdict: Verdict | None = None
        """What it said, once the run has ended."""

    def pytest_report_header(self) -> list[str]:
        options = self._options
        header = []
        if options.policy:
            against = ""
            if options.baseline:
                against = f", against {options.baseline.name} ({options.baseline.recorded})"
            elif options.awaited:
                against = f"; {options.awaited} does not exist and will be recorded"
            header.append(f"gate: {options.policy.name}{against}")
        return header

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        if self._config.option.collectonly:
            return (yield)
        recording = mistake = None
        try:  # before the others, since JUnit's file tells the verdict
            recording = self._recording(session)
            self._judge(session)
        except (GateError, LedgerError) as error:
            mistake = error
        result = yield  # now the exit status is the run's own; the terminal's summary comes later
        if self.verdict is not None:
            _set_status(session, self.verdict)
        try:
            if recording is not None and mistake is None:
                self._record(recording, session)
        except GateError as error:
            mistake = error
        if mistake is not None:
            self._lines.append(f"gate: no verdict: {mistake}")
            if session.exitstatus in JUDGED:
                session.exitstatus = pytest.ExitCode.USAGE_ERROR
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        told = list(lines(self.verdict)) if self.verdict and not self._reported() else []
        if told or self._lines:
            terminalreporter.write_line("")
        for text in told + self._lines:
            terminalreporter.write_line(text)

    def _reported(self) -> bool:
        """Does the package of reports show the verdict, above all else?"""
        return bool(self._config.pluginmanager.hasplugin("symbench_reports"))

    def _recording(self, session: pytest.Session) -> Recording | None:
        summary = self._main.summary()
        if summary is None:
            return None
        # Items that never came up have no report; workers' are counted by their reports alone.
        known = len(summary.rows) + summary.missing
        collected = sum("symbench::" in item.nodeid for item in getattr(session, "items", ()))
        return of_rows(
            summary.rows,
            name=str(self._chosen.ledger),
            meta={"identity": self._chosen.identity(), "created": stamp()},
            planned=max(known, collected - self.needless),
        )

    @property
    def policy(self) -> Policy | None:
        """What is demanded, if anything is."""
        return self._options.policy

    @property
    def compares(self) -> bool:
        """Is there a baseline to compare with?"""
        return self._options.baseline is not None

    def judge_look(self, session: pytest.Session) -> Verdict | None:
        """Judges what has been reported so far; what that decides stays decided."""
        recording = self._recording(session)
        if recording is None or self._options.policy is None:
            return None
        look = None
        if self.look is not None:
            look = sequential.look(self._options.policy, self.look, self._decided)
        verdict = judge(
            self._options.policy,
            recording,
            self._options.baseline,
            awaited=self._options.awaited.stem if self._options.awaited else "",
            look=look,
        )
        self._decided = sequential.decided(verdict)
        return verdict

    def _judge(self, session: pytest.Session) -> None:
        self.verdict = self.judge_look(session)
        summary = self._main.summary()
        if summary is not None:
            summary.verdict = self.verdict

    def _record(self, recording: Recording, session: pytest.Session) -> None:
        for path in {self._options.record, self._options.awaited} - {None}:
            assert path is not None
            self._lines.append(self._kept(recording, path, session))

    def _kept(self, recording: Recording, path: Path, session: pytest.Session) -> str:
        shown = path.relative_to(self._config.rootpath) if path.is_relative_to(
            self._config.rootpath) else path  # fmt: skip
        if not _whole(recording, session):
            return (
                f"baseline: {shown} was not written, since the run is incomplete; the same command "
                "goes on where it was"
            )
        replaced = "replaced" if path.exists() else "recorded"
        baseline.write(recording, path)
        return f"baseline: {replaced} {shown}, {len(recording.answers)} answers"


def _set_status(session: pytest.Session, verdict: Verdict) -> None:
    if session.exitstatus == pytest.ExitCode.OK or (
        session.exitstatus == INCOMPLETE and verdict.state == "fail"
    ):
        session.exitstatus = verdict.status


def _whole(recording: Recording, session: pytest.Session) -> bool:
    lost = sum(not answer.counts for answer in recording.answers.values()) + recording.missing
    # Wrong answers are failed tests where no gate is: they are a baseline all the same.
    ended = session.exitstatus not in (INCOMPLETE, 2, 3, 4, 5)
    return ended and lost <= 0.05 * (len(recording.answers) + recording.missing)
