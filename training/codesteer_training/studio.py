"""Where data are made: models, a sandbox and a ledger, and episodes on instances of the benchmark.

The same parts as in a test run, so calls are limited, repeated and kept in the same way, and a
making that was killed goes on where it was.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from codesteer.episode import Answer, CodeRun, Episode, Part
from codesteer.methods.loop import steer
from codesteer.models.chat import ChatModel, Settings
from codesteer.models.registry import full_name, resolve
from codesteer.sandbox.execution import Execution, Limits
from codesteer.steerers import get_steerer
from codesteer.steerers.protocol import Steerer
from codesteer.workbench import Budget, Method, Workbench, run_episode
from pytest_symbench import reference_models
from pytest_symbench.budget import BudgetSpent, Spending, parse_budget
from pytest_symbench.calls import Closing, Governor, LedgerModel, Outage
from pytest_symbench.cases import Case
from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.ledger import Ledger, Row, open_ledger
from pytest_symbench.limits import Connections
from pytest_symbench.outcome import outcome
from pytest_symbench.run import LazySandbox, Records
from pytest_symbench.simulated import simulated
from pytest_symbench.tasks import Instance, judge

if TYPE_CHECKING:
    from pytest_symbench.cluster import Cluster

T = TypeVar("T")
SelfChecks = Literal["auto", "always", "never"]
CODE_SECONDS = 10.0
PATIENCE = 600.0
"""Seconds without an answer after which making data stops; the same command goes on."""


@dataclass(kw_only=True)
class Studio:
    """Makes episodes. Use `open_studio`."""

    model_name: str
    ledger: Records
    governor: Governor
    model: ChatModel | None
    bind: reference_models.Bind | None
    steerer: Steerer
    """The base of all variants."""
    sandbox: Memory
    settings: Settings = field(default_factory=Settings)
    cluster: Cluster | None = None
    """Where episodes are made, if not in this process."""
    made: int = 0
    """Episodes that were not in the ledger yet."""
    _stop: BudgetSpent | Outage | None = None
    """Why no further call begins."""

    def bench(
        self,
        instance: Instance,
        attempt: int,
        *,
        self_checks: SelfChecks = "auto",
        steering: Callable[[ChatModel], ChatModel] = lambda model: model,
        temperature: float = 0.0,
    ) -> Workbench:
        """A workbench for one episode on an instance; attempts differ in their samples."""
        task = self.bind(instance) if self.bind else self.model
        assert task is not None
        parts: dict[Part, ChatModel] = {"task": self._kept(task, attempt)}
        if self.steerer.model is not None:
            parts["steerer"] = steering(self._kept(self.steerer.model, attempt))
        seed = attempt if temperature else None
        return Workbench(
            models=parts,
            sandbox=self.sandbox,
            settings=self.settings.but(temperature=temperature, seed=seed),
            limits=Limits(wall_s=CODE_SECONDS),
            budget=Budget(self_checks=self_checks),
        )

    async def episode(
        self,
        case: Case,
        instance: Instance,
        bench: Callable[[], Workbench],
        method: Steerer | Method,
    ) -> tuple[Row, Episode]:
        """The episode of a case: from the ledger, else made and kept."""
        if stored := self.stored(case):
            return stored
        started = time.time()
        try:
            made = await run_episode(case.method, _method(method), instance.question, bench())
        except (BudgetSpent, Outage) as stop:
            self.governor.closing = True  # the other episodes end with their next call
            self._stop = self._stop or stop
            raise
        except Closing:
            assert self._stop is not None  # nothing else closes a studio with episodes under way
            raise self._stop from None
        verdict = await asyncio.to_thread(judge, instance.task, instance.data, made.answer)
        usage = made.usage()
        row = Row(
            id=case.id,
            task=case.task,
            version=instance.task.version,
            level=str(case.level),
            seed=case.seed,
            method=case.method,
            attempt=case.attempt,
            digest=instance.digest,
            outcome=outcome(made, verdict),
            reason=verdict.reason[:500],
            answer=made.answer[:2000],
            calls=len(made.calls()),
            input_tokens=usage.input,
            output_tokens=usage.output,
            seconds=made.seconds,
            started=started,
            sandbox=next((e.execution.level for e in made.events if isinstance(e, CodeRun)), ""),
        )
        self.ledger.store_episode(row, made)
        self.made += 1
        return row, made

    def stored(self, case: Case) -> tuple[Row, Episode] | None:
        """The episode of a case, if the ledger has it."""
        if not isinstance(self.ledger, Ledger):
            return None  # on a node: the main process has looked already
        row = self.ledger.episode(case.id)
        record = self.ledger.transcript(case.id) if row else None
        return (row, record) if row and record and row.outcome != "infrastructure" else None

    async def elsewhere(self, asked: Any) -> tuple[Row, Episode]:
        """An episode made on the cluster, kept here with its calls.

        Raises:
            BudgetSpent: it would begin beyond the budget.
            Outage: the cluster lost a worker for good.
        """
        assert self.cluster is not None
        self.governor.spending.check()
        row, episode, calls = await self.cluster.work(asked)
        for key, completion in calls:
            self.ledger.store_call(key, completion)
            self.governor.spending.add(self.model_name, completion.usage)
        self.ledger.store_episode(row, episode)
        self.made += 1
        return row, episode

    async def aclose(self) -> None:
        """Ends processes and connections, and writes what is left."""
        if self.cluster is not None:
            await self.cluster.aclose()
        for model in (self.model, self.steerer.model):
            if model is not None:
                await model.aclose()
        await self.sandbox.aclose()
        self.ledger.close()

    def _kept(self, model: ChatModel, attempt: int) -> LedgerModel:
        return LedgerModel(model, self.ledger, self.governor, attempt)


@dataclass
class Memory:
    """A sandbox that runs the same program once: trees walk the same turns again and again."""

    sandbox: LazySandbox
    size: int = 2000
    _known: dict[str, Execution] = field(default_factory=dict)

    async def run(self, code: str, *, limits: Limits | None = None) -> Execution:
        if code not in self._known:
            if len(self._known) >= self.size:
                self._known.pop(next(iter(self._known)))
            self._known[code] = await self.sandbox.run(code, limits=limits)
        return self._known[code]

    async def aclose(self) -> None:
        """Ends the sandbox's processes."""
        await self.sandbox.aclose()


def open_studio(
    model: str,
    ledger: Path | Records,
    *,
    steerer: str = "policy",
    url: str | None = None,
    connections: int = 16,
    budget: str = "",
    max_tokens: int | None = None,
    identity: dict[str, Any] | None = None,
) -> Studio:
    """Opens the models and the ledger. ``max_tokens`` bounds each reply, the steerer's too.

    Raises:
        UnknownModel, MissingExtra, Unauthorized, LedgerError, Mistake: in a sentence.
    """
    if max_tokens is not None and max_tokens < 1:
        raise Mistake(f"--max-tokens is {max_tokens}; a reply needs 1 or more")
    bind: reference_models.Bind | None = None
    opened: ChatModel | None = None
    provider, _, name = model.partition(":")
    if provider == "simulated":
        bind = simulated(name)
    elif model == "gold":
        bind = reference_models.gold
    else:
        opened, model = resolve(model, url=url), full_name(model)
    try:
        guide, cap = get_steerer(steerer, resolve), parse_budget(budget) if budget else None
    except ValueError as error:  # of a steerer's or a budget's name
        raise Mistake(str(error)) from None
    kept = {"purpose": "training data", "model": model, "steerer": steerer, **(identity or {})}
    settings = Settings()
    if max_tokens is not None:
        settings, kept["max_tokens"] = settings.but(max_tokens=max_tokens), max_tokens
    return Studio(
        model_name=model,
        ledger=open_ledger(ledger, kept) if isinstance(ledger, Path) else ledger,
        governor=Governor(Connections(connections), PATIENCE, Spending(cap)),
        model=opened,
        bind=bind,
        steerer=guide,
        sandbox=Memory(LazySandbox("landlock", False)),
        settings=settings,
    )


async def together(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All results in order. Where one fails the others end first, so that nothing goes on after
    the studio is closed; they are not cancelled, for the sandbox may be opening.
    """
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    except Exception:
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


def _method(steerer: Steerer | Method) -> Method:
    if callable(steerer):
        return steerer

    def steered(question: str, bench: Workbench) -> Awaitable[Answer]:
        models = dict(bench.models)
        if steerer.model is not None and "steerer" not in models:
            models["steerer"] = steerer.model
        return steer(question, replace(bench, models=models), steerer)

    return steered
