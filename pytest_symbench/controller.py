"""The main process: header, workers' shares, the collected results and the final report."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from codesteer.models.errors import ModelError
from codesteer.models.local import LocalModel
from codesteer.sandbox import open_sandbox
from pytest_symbench import status
from pytest_symbench.configuration import Configuration
from pytest_symbench.fixtures import EXAMPLES
from pytest_symbench.ledger import LedgerError, read_ledger
from pytest_symbench.outcome import LETTERS
from pytest_symbench.run import Summary, open_model
from pytest_symbench.session import Session, Share, open_run, properties, usage_errors
from pytest_symbench.status import Status, Troubles
from pytest_symbench.stopping import StopFlag


class Controller:
    """The plugin of the process that a person started."""

    def __init__(
        self,
        config: pytest.Config,
        configuration: Configuration,
        session: Session | None,
        stop: StopFlag,
    ) -> None:
        """``session``: the plugin that runs the items here; None where workers do."""
        self._config = config
        self._configuration = configuration
        self._session = session
        self._stop = stop
        self._began = time.monotonic()
        self._cases: list[str] = []
        self._examples: list[str] = []
        self._replayed = 0
        self._failed = 0
        self._missing = 0
        self._model_url: str | None = None
        self._sandbox = ""
        self._lock: Any = None
        self._scheduler: Any = None
        self._vacant: list[int] = []
        self._summary: Summary | None = None
        self._model: Any = None
        if session is None:
            self._check_workers()

    def _check_workers(self) -> None:
        from pytest_symbench import scheduler

        if self._configuration.ray:
            raise pytest.UsageError(
                "--symbench-ray has worker processes of its own on every node; leave out -n"
            )
        if self._config.option.dist == "each":
            raise pytest.UsageError(
                "--dist each would ask and pay every instance once per worker; use --dist load"
            )
        workers, connections = scheduler.workers(self._config), self._configuration.connections
        if workers > connections:
            raise pytest.UsageError(
                f"{workers} workers cannot share {connections} connections: each needs one; use "
                f"-n {connections} or --symbench-connections {workers}"
            )

    def pytest_report_header(self) -> list[str]:
        from pytest_symbench.activation import notices

        chosen = self._configuration
        levels = ",".join(map(str, chosen.levels))
        asked = f"{chosen.samples} samples"
        if chosen.frontier is not None:
            asked = f"at most {chosen.max_examples} episodes to find each frontier"
        lines = [
            f"symbench: model {chosen.model}, method {','.join(chosen.methods)}, "
            f"{len(chosen.tasks)} tasks, levels {levels}, {asked}, seed {chosen.seed}",
            f"ledger: {chosen.ledger}",
        ]
        if self._sandbox:
            lines.append(self._sandbox)
        if self._session is None and not self._stripes():
            lines.append(
                f"symbench: with --dist {self._config.option.dist} each worker asks one instance "
                "at a time; --dist load runs them ahead"
            )
        return lines + notices(self._config)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Checks what later would fail item by item; starts what workers share."""
        if self._config.option.collectonly:
            return
        chosen, self._model = self._configuration, self._open_model()
        with usage_errors():
            sandbox = open_sandbox(chosen.sandbox_require, unsafe=chosen.sandbox_unsafe)
        self._sandbox = sandbox.describe()
        if self._session is not None:
            self._session.sandbox = sandbox
            return
        asyncio.run(sandbox.aclose())  # it was tried for the header; each worker has its own
        self._check_model()  # before there are workers, which all would fail
        self._lock = open_run(chosen, Share()).ledger  # holds the file's lock for all workers

    def _open_model(self) -> Any:
        """The model, whose SDK is asked for its settings from now on."""
        with usage_errors():
            source = None
            if self._configuration.model.startswith("replay:"):
                source = read_ledger(Path(self._configuration.model.partition(":")[2]))
            model, _ = open_model(self._configuration, source, url=None)
            if source:
                source.close()
        return model

    def _check_model(self) -> None:
        """Does the model answer? Starts the embedded one, for all processes."""
        model = self._model
        try:
            if isinstance(model, LocalModel):
                self._model_url = model.start()
                if self._session is not None:
                    self._session.model_url = self._model_url
            elif model is not None and hasattr(model, "check"):
                asyncio.run(_check(model))
        except ModelError as error:
            raise pytest.UsageError(str(error)) from None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        from pytest_symbench import scheduler

        index, workers = scheduler.index_of(node), scheduler.workers(self._config)
        only = None
        if not self._stripes():
            only = []  # what a worker will get is not known: it asks when an item comes up
        elif index >= workers and self._scheduler is not None:
            only = list(self._scheduler.pending)  # a replacement gets what a crash left
        if index >= workers:
            index = self._vacant.pop(0) if self._vacant else index % workers
        node.workerinput["symbench"] = {
            "index": index,
            "of_workers": workers,
            "only": only,
            "stop_file": str(self._stop.path),
            "model_url": self._model_url,
            "began": self._began,
        }

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        if error:  # whoever replaces it has its part of the limits, and of the budget what is left
            self._vacant.append(node.workerinput["symbench"]["index"])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        from pytest_symbench.scheduler import StripeScheduling

        if not self._stripes():
            return None
        self._scheduler = StripeScheduling(config, log)
        return self._scheduler

    def _stripes(self) -> bool:
        return bool(self._config.option.dist == "load")

    @pytest.hookimpl(trylast=True)  # the terminal has seen it then
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown" and (said := dict(report.user_properties).get(EXAMPLES)):
            self._examples.append(f"{report.nodeid}: {said}")
        if report.when != "call":
            self._forget(report)
            return
        found = properties(report)
        if "case" in found:
            asked = found["case"]  # of a search: all that it asked
            self._cases += asked.split() if " " in asked else [asked]
            self._replayed += found["replayed"]
        elif report.nodeid.startswith("symbench::"):
            self._missing += 1
        self._failed += report.failed
        maxfail = self._config.option.maxfail
        if maxfail and self._failed >= maxfail:
            self._stop.set("stopped by another worker's failures")

    def _forget(self, report: pytest.TestReport) -> None:
        """Drops what pytest keeps of a setup or teardown that went well: 1.4 kB for each item."""
        shown_later = report.sections or self._config.option.durations is not None
        if shown_later or not report.passed or not report.nodeid.startswith("symbench::"):
            return
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        kept = terminal.stats.get("", []) if terminal else []
        if kept and kept[-1] is report:
            kept.pop()

    def pytest_keyboard_interrupt(self) -> None:
        self._stop.set("interrupted")  # workers may not have had the signal themselves

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        _, status = self._stop.reason()
        if status is not None:
            session.exitstatus = status
        hypothesis = self._config.pluginmanager.get_plugin("hypothesispytest")
        if hypothesis and "hypothesis" not in sys.modules:
            # No property was tested; its summary would load all of it, 6 MB, to say nothing.
            self._config.pluginmanager.unregister(hypothesis)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        if report.when != "call" or report.outcome not in ("passed", "failed"):
            return None
        outcome = properties(report).get("outcome", "correct")
        if outcome == "correct":
            return None
        # A wrong answer that a gate judges is not a failed test; it is not called passed either.
        category = "failed" if report.failed else outcome.replace("_", " ")
        return category, LETTERS[outcome], outcome.upper()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self._examples:
            terminalreporter.write_line(f"symbench: {line}")
        try:
            summary = self.summary()
        except LedgerError as error:
            terminalreporter.write_line(f"symbench: no report: {error}")
            return
        if summary is not None:
            self._config.hook.pytest_symbench_report(
                summary=summary, config=self._config, write=_printer(terminalreporter)
            )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        option = self._config.option
        if not option.collectonly and not getattr(option, "setupplan", False):
            if self._session is not None:  # after collecting: its SDK was asked meanwhile
                self._check_model()
            self._config.hook.pytest_symbench_start(config=self._config, status=self.status)
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if self._session is not None or option.collectonly or terminal is None:
            return (yield)
        troubles = Troubles(self.status, lambda trouble: _say(terminal, trouble))
        troubles.start()
        try:
            return (yield)
        finally:
            troubles.stop()

    def status(self) -> Status:
        """How far all processes of the run are."""
        if self._session is not None:
            return self._session.status()
        return status.read(self._stop.path.parent)

    def summary(self) -> Summary | None:
        """What the run measured; None while no item has been reported.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        if not self._cases and not self._missing:
            return None
        if self._summary is not None and len(self._summary.rows) == len(self._cases):
            return self._summary
        ledger = read_ledger(self._configuration.ledger)
        rows = [row for case in self._cases if (row := ledger.episode(case))]
        ledger.close()
        self._summary = Summary(
            configuration=self._configuration,
            rows=rows,
            replayed=self._replayed,
            seconds=time.monotonic() - self._began,
            sandbox=next((row.sandbox for row in rows if row.sandbox), ""),
            missing=self._missing + len(self._cases) - len(rows),
            stopped=self._stop.reason()[0] if self._stop.reason()[1] is not None else "",
        )
        return self._summary

    def pytest_unconfigure(self) -> None:
        self._stop.clear()
        status.clear(self._stop.path.parent)
        with contextlib.suppress(OSError):
            self._stop.path.parent.rmdir()
        if self._lock is not None:
            self._lock.close()


def _say(terminal: pytest.TerminalReporter, trouble: str) -> None:
    if terminal._tw.width_of_current_line:  # ensure_newline knows no worker's line
        terminal._tw.line()
        terminal.currentfspath = None
    terminal.write_line(f"symbench: {trouble}", yellow=True)
    terminal.flush()


async def _check(model: Any) -> None:
    try:
        await model.check()
    finally:
        await model.aclose()


def _printer(terminal: pytest.TerminalReporter) -> Any:
    """Prints rich renderables where pytest prints, coloured as pytest is."""
    from rich.console import Console

    stream = terminal._tw._file if hasattr(terminal, "_tw") else sys.stdout
    coloured = terminal.hasmarkup
    console = Console(
        file=stream,
        force_terminal=coloured,
        no_color=not coloured,
        width=terminal._tw.fullwidth,
        highlight=False,
        legacy_windows=False,
        markup=False,
        emoji=False,
    )
    # Plain texts hold paths: a terminal may wrap them, but they stay one line to copy. So do texts
    # that say so themselves.
    return lambda part: console.print(
        part, soft_wrap=isinstance(part, str) or bool(getattr(part, "no_wrap", False))
    )
