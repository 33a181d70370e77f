"""One process's test session: starts the engine for its items, and judges each by its episode."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from codesteer.models import sdk
from codesteer.models.chat import Usage
from codesteer.models.errors import MissingExtra, Unauthorized, UnknownModel
from codesteer.models.prices import price
from codesteer.models.registry import resolve
from codesteer.sandbox import Sandbox, SandboxUnavailable
from codesteer.steerers import get_steerer
from pytest_symbench.budget import Budget, Spending
from pytest_symbench.calls import Governor
from pytest_symbench.cases import Case
from pytest_symbench.collection import case_of, search_of
from pytest_symbench.configuration import Configuration, stamp
from pytest_symbench.engine import FATAL, Engine, Result, Stopped
from pytest_symbench.exit_status import INCOMPLETE
from pytest_symbench.harmless import visible
from pytest_symbench.ledger import LedgerError, open_ledger, read_ledger
from pytest_symbench.limits import FIRST, Connections, Rate
from pytest_symbench.priors import longest_first
from pytest_symbench.run import EpisodeLog, LazySandbox, Records, Run, open_model
from pytest_symbench.status import QUIET, SPENT, Notes, Status
from pytest_symbench.stopping import StopFlag

PRINTED = ("Captured stdout call", "Captured stderr call")
"""Sections of an item's report that hold what was printed while it waited."""

PREFIX = "symbench_"
PROPERTIES = tuple(
    PREFIX + name for name in ("case", "outcome", "reason", "tokens", "calls", "replayed")
)
"""What an item's report carries, as user properties. The same strings for all: 0.4 kB an item."""


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of the items a process runs, and what its controller already started."""

    index: int = 0
    of_workers: int = 1
    only: list[int] | None = None
    """Positions of the items to run ahead; None for this worker's stripe of all."""
    stop_file: str = ""
    model_url: str | None = None
    began: float = 0.0
    """When the run began, by the machine's steady clock; 0 where it begins with this process."""
    is_worker: bool = False

    @classmethod
    def of(cls, worker: Mapping[str, object] | None) -> Share:
        """The share that a worker was given; all of it where there are no workers."""
        return cls(**worker, is_worker=True) if worker else cls()  # type: ignore[arg-type]

    def items(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """The items that this process will run."""
        if self.only is not None:
            return [items[position] for position in self.only]
        return items[self.index :: self.of_workers]

    def connections(self, total: int) -> int:
        """How many calls this process may have in flight."""
        part, rest = divmod(total, self.of_workers)
        return max(1, part + (self.index < rest))

    def spending(self, budget: Budget | None) -> Spending:
        """The part of a budget, less what a process that had it before, and died, has spent."""
        part = budget.part(self.index, self.of_workers) if budget else None
        note = None
        if self.stop_file:
            note = Path(self.stop_file).parent / f"{SPENT}{self.index}"
        return Spending(part, began=self.began or time.monotonic(), note=note)


class Session:
    """The plugin that runs episodes in this process."""

    def __init__(
        self,
        config: pytest.Config,
        configuration: Configuration,
        share: Share,
        stop: StopFlag,
    ) -> None:
        self._config = config
        self._configuration = configuration
        self._share = share
        self._stop = stop
        self.sandbox: Sandbox | None = None
        """Opened by the main process before the first item, where it is this one."""
        self.model_url = share.model_url
        """Where the embedded model is already being served."""
        self.ahead: Callable[[Case], bool] = lambda case: True
        """Which episodes may begin with the first item."""
        self._quiet = 0.0
        self._run: Run | None = None
        self._engine: Engine | None = None
        self._seen: dict[Case, int] = {}
        self._results: dict[str, Result] = {}
        self._notes: Notes | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        option = self._config.option
        idle = option.collectonly or getattr(option, "setupplan", False)
        if idle or (session.testsfailed and not option.continue_on_collection_errors):
            return (yield)
        mine = self._share.items(session.items)
        cases = [case for item in mine if (case := case_of(item)) and not is_skipped(item)]
        try:
            if cases:
                self.start([case for case in cases if self.ahead(case)])
            return (yield)
        finally:
            self.close()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        if self._stop.is_set():
            item.session.shouldstop = self._stop.reason()[0] or "stopped by another worker"
            return True
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        case = case_of(pyfuncitem)
        if case is None:
            return None
        self.check(pyfuncitem, case)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        if call.excinfo and call.excinfo.errisinstance(pytest.fail.Exception) and case_of(item):
            # Nothing of the way here is shown, but pytest would look at each frame's file.
            call.excinfo = _without_frames(call.excinfo)
        report = yield
        result = self._results.get(item.nodeid)
        if call.when == "call" and result and not result.replayed:
            report.duration = result.stopped - result.started
            report.start, report.stop = result.started, result.stopped
        if report.sections and (case_of(item) or search_of(item)):
            # While an item waits, its process works on other episodes: what they print is not its.
            report.sections = [part for part in report.sections if part[0] not in PRINTED]
        if call.when == "teardown":
            self._results.pop(item.nodeid, None)
        return report

    def _keep_logs_apart(self) -> None:
        """Keeps what other episodes log out of the report of the item that happens to wait."""
        plugin = self._config.pluginmanager.get_plugin("logging-plugin")
        for name in ("caplog_handler", "report_handler"):
            handler = getattr(plugin, name, None)
            if isinstance(handler, logging.Handler):
                handler.addFilter(_of_the_main_thread)

    def start(self, cases: list[Case]) -> Engine:
        """Opens ledger and model and begins with the episodes; once."""
        if self._engine is not None:
            return self._engine
        option = self._config.option
        self._run = open_run(
            self._configuration, self._share, sandbox=self.sandbox, model_url=self.model_url
        )
        # With -x or --maxfail, what lies far ahead may never be needed.
        hurried = option.maxfail or getattr(option, "stepwise", False)
        look_ahead = self._run.governor.connections.most if hurried else None
        self._keep_logs_apart()
        self._engine = self._run.engine(look_ahead=look_ahead)
        self._engine.start(cases if hurried else longest_first(cases))
        if self._share.is_worker:
            self._notes = Notes(self._stop.path.parent, self.status)
            self._notes.start()
        return self._engine

    def go_on(self, cases: Iterable[Case]) -> None:
        """Begins with more episodes, those of later items."""
        if self._engine is not None:
            self._engine.submit(cases)

    def run(self) -> tuple[Run, Engine]:
        """The run and its engine, started if no item did."""
        engine = self.start([])
        assert self._run is not None
        return self._run, engine

    def status(self) -> Status:
        """How far this process is."""
        if self._run is None or self._engine is None:
            return Status()
        governor, engine = self._run.governor, self._engine
        outcomes = dict(engine.outcomes)
        begun = engine.begun
        return Status(
            queued=engine.submitted - begun,
            running=begun - sum(outcomes.values()),
            outcomes=outcomes,
            replayed=engine.replayed,
            calls=governor.spending.calls,
            in_flight=governor.connections.in_flight,
            limit=governor.connections.limit,
            retries=governor.retries,
            tokens=governor.spending.usage.total,
            dollars=governor.spending.dollars,
            unpriced=governor.spending.unpriced,
            trouble=governor.trouble,
        )

    def check(self, item: pytest.Item, case: Case) -> None:
        """Waits for the episode of a case and passes or fails its item."""
        again = self._seen.get(case, 0)
        self._seen[case] = again + 1
        # An item that is run again (a rerun plugin) is a new attempt, not the same answer.
        asked = case if not again else case._replace(attempt=1000 * again + case.attempt)
        engine = self.start([])
        try:
            result = engine.take(asked, stop=self.waiting)
        except Stopped:
            pytest.skip("the run was stopped before this episode ended")
        except FATAL as error:
            self.end(item, str(error))
        if self._run and self._run.ledger.failure:
            self.end(item, self._run.ledger.failure)
        self._results[item.nodeid] = result
        row = result.row
        values = (
            row.id, row.outcome, row.reason, row.input_tokens + row.output_tokens, row.calls,
            result.replayed,
        )  # fmt: skip
        for name, value in zip(PROPERTIES, values, strict=True):
            item.user_properties.append((name, value))
        if row.outcome != "correct" and not self._configuration.judged:
            # Not pytest.fail: its frame is a hidden one, and pytest would remark on that.
            raise pytest.fail.Exception(describe(result), pytrace=False)

    def close(self) -> None:
        """Lets calls in flight end, ends the engine and closes the ledger."""
        if self._engine is not None and self._run is not None:
            self._run.governor.closing = True
            self._engine.stop(self._configuration.grace)
        if self._notes is not None:
            self._notes.stop()
            self._notes = None
        if self._run is not None:
            self._run.ledger.close()
            if self._run.ledger.failure:  # it may have come after the last item
                self._stop.set(self._run.ledger.failure, INCOMPLETE)
        self._engine = self._run = None
        if self.sandbox is not None:  # the engine has closed it, if there was one
            self.sandbox.close()
            self.sandbox = None

    def pytest_unconfigure(self) -> None:
        self.close()

    def end(self, item: pytest.Item, reason: str) -> NoReturn:
        """Ends the run early: what it has is kept, and it can be resumed."""
        self._stop.set(reason, INCOMPLETE)
        item.session.shouldstop = reason
        pytest.skip(reason)

    def waiting(self) -> bool:
        """Called while an item waits: tells of trouble; True if it shall wait no longer."""
        trouble = self._run.governor.trouble if self._run else ""
        if trouble and time.monotonic() - self._quiet > QUIET:
            self._quiet = time.monotonic()
            terminal = self._config.pluginmanager.get_plugin("terminalreporter")
            if terminal is not None and not self._share.is_worker:
                capture = self._config.pluginmanager.get_plugin("capturemanager")
                # The item is being run: what is written now would be taken for its output.
                shown = capture.global_and_fixture_disabled if capture else contextlib.nullcontext
                with shown():
                    terminal.ensure_newline()
                    terminal.write_line(f"symbench: {trouble}", yellow=True)
        return self._stop.is_set()


def _of_the_main_thread(record: logging.LogRecord) -> bool:
    return not str(record.threadName).startswith("symbench-")


def _without_frames(
    info: pytest.ExceptionInfo[BaseException],
) -> pytest.ExceptionInfo[BaseException]:
    last = info.tb
    while last.tb_next:
        last = last.tb_next
    return pytest.ExceptionInfo.from_exc_info((info.type, info.value, last))


def describe(result: Result) -> str:
    """Why an item failed, for a person: outcome, reason and the answer given."""
    row = result.row
    answer = row.answer if len(row.answer) <= 300 else row.answer[:299] + "…"
    lines = [f"{row.outcome.replace('_', ' ')}: {visible(row.reason)}"]
    if answer.strip():
        lines.append(f"answer: {visible(answer.strip())}")
    lines.append(
        f"{row.task}, level {row.level}, seed {row.seed}, method {row.method}, "
        f"{row.calls} calls, {row.input_tokens + row.output_tokens} tokens"
        + (", from the ledger" if result.replayed else "")
    )
    return "\n".join(lines)


def open_run(
    configuration: Configuration,
    share: Share,
    *,
    sandbox: Sandbox | None = None,
    model_url: str | None = None,
) -> Run:
    """Opens model and ledger.

    Raises:
        pytest.UsageError: one of them cannot be had; one sentence.
    """
    with usage_errors():
        if configuration.log:
            EpisodeLog(configuration.log).check()
        ledger = open_ledger(
            configuration.ledger,
            configuration.identity(),
            facts={"created": stamp()},
            worker=share.is_worker,
        )
    run = assemble(configuration, share, ledger, sandbox=sandbox, model_url=model_url)
    if configuration.ray:
        from pytest_symbench.cluster import open_cluster

        run.cluster = open_cluster(configuration.ray, configuration)
    return run


def assemble(
    configuration: Configuration,
    share: Share,
    ledger: Records,
    *,
    sandbox: Sandbox | None = None,
    model_url: str | None = None,
) -> Run:
    """A run in this process over a ledger.

    Raises:
        pytest.UsageError: the model cannot be had; one sentence.
    """
    with usage_errors():
        source = None
        if configuration.model.startswith("replay:"):
            source = read_ledger(Path(configuration.model.partition(":")[2]).expanduser())
        model, bind = open_model(configuration, source, url=model_url)
        steerer = get_steerer(configuration.steerer, resolve)
    sdk.settle()
    return Run(
        configuration=configuration,
        ledger=ledger,
        source=source,
        model=model,
        bind=bind,
        steerer=steerer,
        governor=governor(configuration, share),
        sandbox=LazySandbox(configuration.sandbox_require, configuration.sandbox_unsafe, sandbox),
        log=EpisodeLog(configuration.log) if configuration.log else None,
    )


def governor(configuration: Configuration, share: Share) -> Governor:
    """The part of the run's limits that this process has.

    Raises:
        pytest.UsageError: a budget in money for a model without a known price.
    """
    check_priced(configuration)
    rpm, tpm = configuration.requests_a_minute, configuration.tokens_a_minute
    return Governor(
        connections=Connections(
            share.connections(configuration.connections),
            configuration.adaptive,
            first=share.connections(FIRST),
        ),
        patience=configuration.patience,
        spending=share.spending(configuration.budget),
        requests=Rate(rpm / share.of_workers) if rpm else None,
        tokens=Rate(tpm / share.of_workers) if tpm else None,
    )


def check_priced(configuration: Configuration) -> None:
    """Raises `pytest.UsageError` for a budget in money where a model's price is not known."""
    budget = configuration.budget
    if not budget or budget.unit != "USD":
        return
    steerer = get_steerer(configuration.steerer, resolve).model
    for name in (configuration.model, *([steerer.name] if steerer else [])):
        if price(name, Usage(input=1)) is None:
            raise pytest.UsageError(
                f"--symbench-budget: the price of {name} is not known; give the budget in tokens, "
                "calls or minutes"
            )


@contextlib.contextmanager
def usage_errors() -> Iterator[None]:
    """Turns what a user can mend into a `pytest.UsageError`: one line, exit status 4."""
    try:
        yield
    except (UnknownModel, MissingExtra, Unauthorized, LedgerError, SandboxUnavailable) as error:
        raise pytest.UsageError(str(error)) from None


def is_skipped(item: pytest.Item) -> bool:
    """May an item not be run? Then its episode waits until it is."""
    marks = [*item.iter_markers("skip"), *item.iter_markers("skipif")]
    return bool(marks) or any(not m.kwargs.get("run", True) for m in item.iter_markers("xfail"))


def properties(report: pytest.TestReport) -> dict[str, Any]:
    """The user properties that `Session.check` put on a report, without their prefix."""
    found = dict(report.user_properties)
    return {name.removeprefix(PREFIX): found[name] for name in PROPERTIES if name in found}
