"""A run in one process: its models, sandbox and ledger, and how one case becomes a result."""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from codesteer.episode import CodeRun, Episode, Part
from codesteer.methods import get_method
from codesteer.models.chat import ChatModel, Usage
from codesteer.models.prices import price
from codesteer.models.registry import resolve
from codesteer.sandbox import Sandbox, open_sandbox
from codesteer.sandbox.execution import Execution, Limits
from codesteer.steerers.protocol import Steerer
from codesteer.workbench import Budget, Workbench, run_episode
from pytest_symbench import reference_models
from pytest_symbench.calls import Governor, LedgerModel, Store
from pytest_symbench.cases import Case
from pytest_symbench.configuration import Configuration
from pytest_symbench.engine import Engine, Result
from pytest_symbench.ledger import Ledger, LedgerError, Row
from pytest_symbench.outcome import outcome
from pytest_symbench.simulated import simulated
from pytest_symbench.tasks import Instance, Verdict, judge, make, registry

if TYPE_CHECKING:
    from pytest_symbench.cluster import Cluster
    from pytest_symbench.gate.verdict import Verdict as GateVerdict

ANSWER_KEPT = 2000
"""Characters of an answer in an episode's row; the transcript has all of it."""


@dataclass(kw_only=True)
class Summary:
    """What a run measured, for reports."""

    configuration: Configuration
    rows: list[Row]
    """The episodes that this run reported, in order."""
    replayed: int
    """How many of them came whole from the ledger."""
    seconds: float
    sandbox: str
    """How model-written code was confined; empty where none ran."""
    missing: int = 0
    """Items that ended without an episode."""
    stopped: str = ""
    """Why the run ended early."""
    verdict: GateVerdict | None = None
    """The gate's, where one judged."""


class Records(Store, Protocol):
    """What a run writes to: a ledger, or what a worker elsewhere has instead."""

    failure: str | None

    def episode(self, identity: str) -> Row | None: ...

    def store_episode(self, row: Row, episode: Episode) -> None: ...

    def flush(self) -> None: ...

    def close(self) -> None: ...


@dataclass(kw_only=True)
class Run:
    """One process's part of a run."""

    configuration: Configuration
    ledger: Records
    model: ChatModel | None
    """The model under test; None where each instance has its own."""
    bind: reference_models.Bind | None
    governor: Governor
    sandbox: LazySandbox
    steerer: Steerer
    """Who guides the methods that can be guided."""
    log: EpisodeLog | None = None
    source: Ledger | None = None
    """The ledger that a replay answers from."""
    cluster: Cluster | None = None
    """Where episodes run, if not in this process."""
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="symbench-judge")
    )

    def engine(self, *, look_ahead: int | None = None) -> Engine:
        """A new engine over this run's `work`."""
        # The library of prices loads for a tenth of a second: not while answers wait on the loop.
        self._pool.submit(price, self.configuration.model, Usage(input=1))
        return Engine(
            self.work,
            window=max(2, self.governor.connections.most * 2),
            close=self.close,
            look_ahead=look_ahead,
        )

    async def work(self, case: Case) -> Result:
        """The result of a case: from the ledger if it has one, else by asking."""
        stored = None if self.configuration.refresh else self.ledger.episode(case.id)
        if stored and stored.outcome != "infrastructure":
            return Result(stored, replayed=True, started=stored.started, stopped=stored.started)
        started = time.time()
        if self.cluster:
            self.governor.spending.check()  # a worker that is begun anew knows only its own part
            row, episode, calls = await self.cluster.work(case)
            for key, completion in calls:
                self.ledger.store_call(key, completion)
                self.governor.spending.add(self.configuration.model, completion.usage)
        else:
            row, episode = await self._episode(case)
        self.ledger.store_episode(row, episode)
        await self.ledger.written()  # what is reported is kept, whatever becomes of this process
        if self.log and (failure := self.log.write(row)):
            self.ledger.failure = self.ledger.failure or failure
        return Result(row, replayed=False, started=started, stopped=time.time())

    async def _episode(self, case: Case) -> tuple[Row, Episode]:
        loop = asyncio.get_running_loop()
        instance = await loop.run_in_executor(self._pool, self.instance, case)
        started = time.time()
        bench = self.workbench(self.model_for(instance), case.attempt)
        episode = await self.solve(case.method, instance.question, bench)
        verdict = await loop.run_in_executor(self._pool, self.judge, case, instance, episode.answer)
        return self._row(case, instance, episode, verdict, started), episode

    async def solve(self, method: str, question: str, bench: Workbench) -> Episode:
        """One episode of a method."""
        chosen = get_method(method, steerer=self.steerer)
        return await run_episode(method, chosen, question, bench)

    def instance(self, case: Case) -> Instance:
        """The instance of a case."""
        return instance_of(self.configuration, case)

    def judge(self, case: Case, instance: Instance, answer: str) -> Verdict:
        """The verdict on an episode's answer."""
        if self.configuration.published:
            return self.configuration.published.judge(case, answer)
        return judge(instance.task, instance.data, answer)

    def model_for(self, instance: Instance) -> ChatModel:
        """The model that is asked this instance."""
        if self.bind:
            return self.bind(instance)
        assert self.model is not None
        return self.model

    def workbench(self, model: ChatModel, attempt: int) -> Workbench:
        """A new episode's workbench, over the ledger."""
        parts: dict[Part, ChatModel] = {"task": self.through_ledger(model, attempt)}
        if self.steerer.model:
            parts["steerer"] = self.through_ledger(self.steerer.model, attempt)
        configuration = self.configuration
        return Workbench(
            models=parts,
            sandbox=self.sandbox,
            settings=configuration.settings,
            system=configuration.system,
            interpreter=configuration.interpreter,
            limits=Limits(wall_s=configuration.code_seconds),
            budget=Budget(tokens=configuration.episode_tokens),
        )

    def through_ledger(self, model: ChatModel, attempt: int) -> LedgerModel:
        """A model whose calls are recorded, limited and repeated as the run's."""
        ledger, refresh = self.source or self.ledger, self.configuration.refresh
        return LedgerModel(model, ledger, self.governor, attempt, refresh and not self.source)

    async def close(self) -> None:
        """Frees connections and processes; on the engine's loop."""
        if self.cluster:
            await self.cluster.aclose()
        for model in (self.model, self.steerer.model):
            if model:
                await model.aclose()
        await self.sandbox.aclose()
        self._pool.shutdown(wait=False)

    def _row(
        self, case: Case, instance: Instance, episode: Episode, verdict: Verdict, started: float
    ) -> Row:
        usage = episode.usage()
        result = outcome(episode, verdict)
        reason = verdict.reason
        if result not in ("correct", "wrong") and episode.failure_detail:
            reason = episode.failure_detail
        return Row(
            id=case.id,
            task=case.task,
            version=instance.task.version,
            level="published" if self.configuration.published else str(case.level),
            seed=case.seed,
            method=case.method,
            attempt=case.attempt,
            digest=instance.digest,
            outcome=result,
            reason=printable(reason),
            answer=printable(episode.answer[:ANSWER_KEPT]),
            calls=len(episode.calls()),
            input_tokens=usage.input,
            output_tokens=usage.output,
            seconds=episode.seconds,
            started=started,
            sandbox=next(
                (run.execution.level for run in episode.events if isinstance(run, CodeRun)), ""
            ),
        )


def instance_of(configuration: Configuration, case: Case) -> Instance:
    """The instance of a case: generated, or a published record."""
    if configuration.published:
        return configuration.published.instance(case)
    return make(registry.get(case.task), case.level, case.seed)


@dataclass
class LazySandbox:
    """Opens the sandbox when the first code is run, unless the main process opened it already."""

    require: str
    unsafe: bool
    opened: Sandbox | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    def open(self) -> Sandbox:
        """The sandbox. Raises `SandboxUnavailable` where the required level cannot be had."""
        if self.opened is None:
            self.opened = open_sandbox(self.require, unsafe=self.unsafe)
        return self.opened

    async def run(self, code: str, *, limits: Limits | None = None) -> Execution:
        """Runs code. Raises `SandboxUnavailable`."""
        async with self._opening:
            sandbox = await asyncio.to_thread(self.open) if self.opened is None else self.opened
        return await sandbox.run(code, limits=limits)

    async def aclose(self) -> None:
        """Ends the sandbox's processes."""
        if self.opened is not None:
            await self.opened.aclose()


def open_model(
    configuration: Configuration, source: Ledger | None, *, url: str | None
) -> tuple[ChatModel | None, reference_models.Bind | None]:
    """The model under test, or what makes one for each instance.

    Args:
        configuration: names the model.
        source: the ledger that ``replay:`` answers from.
        url: where the embedded model is already being served.

    Raises:
        UnknownModel, MissingExtra, Unauthorized: in a sentence.
    """
    name, _, argument = configuration.model.partition(":")
    if source is not None:
        return reference_models.Replayed(str(source.meta()["identity"]["model"]), source.path), None
    if name == "gold":
        return None, reference_models.gold
    if name == "noop":
        return None, reference_models.noop
    if name == "scripted":
        return None, reference_models.scripted(argument)
    if name == "simulated":
        return None, simulated(argument)
    return resolve(configuration.model, url=url or configuration.model_url), None


@dataclass(frozen=True, slots=True)
class EpisodeLog:
    """A file with one line of JSON for each episode that ended."""

    path: Path

    def write(self, row: Row) -> str | None:
        """Appends a line at once, so that `tail -f` shows it. Returns why it could not."""
        line = json.dumps(asdict(row), ensure_ascii=False) + "\n"
        return self._append(line.encode("utf-8", "backslashreplace"))

    def check(self) -> None:
        """Raises `LedgerError` where no line could be written."""
        if failure := self._append(b""):
            raise LedgerError(f"--symbench-log: {failure}; give the path of a file")

    def _append(self, data: bytes) -> str | None:
        try:
            # One write: lines of several processes do not come into each other.
            with self.path.open("ab", buffering=0) as file:
                if file.write(data) < len(data):
                    return f"{self.path} cannot be written: the disk is full"
        except OSError as error:
            return f"{self.path} cannot be written: {error.strerror or error}"
        return None


def printable(text: str) -> str:
    """The same text with lone surrogates written out, which no file can hold."""
    return text.encode("utf-8", "backslashreplace").decode()
