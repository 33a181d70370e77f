"""What a user's own test gets: the model under test, raw or steered, asked from plain functions."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from codesteer.episode import Episode
from codesteer.models.chat import ChatModel, Completion, Message, Settings
from pytest_symbench.engine import Engine
from pytest_symbench.run import Run
from pytest_symbench.session import Session

T = TypeVar("T")


@dataclass(slots=True)
class Bound:
    """How many episodes one property-based test may still ask. Other tests ask what they write."""

    most: int
    asked: set[tuple[str, str, int]] = field(default_factory=set)
    """Method, question and attempt: asked again, they come from the ledger."""
    refused: int = 0

    def enter(self, *what: Any) -> None:
        """Called before an episode. Beyond the bound, Hypothesis tries another example."""
        hypothesis = sys.modules.get("hypothesis")
        if hypothesis is None or not hypothesis.currently_in_test_context() or what in self.asked:
            return
        if len(self.asked) >= self.most:
            self.refused += 1
            hypothesis.reject()
        self.asked.add(what)

    def describe(self) -> str:
        """What a property-based test asked; empty for any other."""
        if not self.asked:
            return ""
        text = f"{len(self.asked)} episodes"
        if self.refused:
            text += f"; the bound of {self.most} refused {self.refused} more examples"
        return text


class Shown:
    """Hypothesis prints a test's fixtures with each failing example: a name is enough."""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


@dataclass(frozen=True, slots=True, repr=False)
class Steered(Shown):
    """The model under test with a method around it."""

    method: str
    run: Run
    engine: Engine
    bound: Bound

    def __repr__(self) -> str:
        return f"<{self.method} around {self.run.configuration.model}>"

    def solve(self, question: str, *, attempt: int = 0) -> Episode:
        """One episode on a question of any kind; blocks until it has ended.

        Calls are recorded in the run's ledger: the same question and attempt are not paid twice.
        """
        model = self.run.model
        if model is None:
            raise pytest.UsageError(
                f"the model {self.run.configuration.model} answers only the suite's instances"
            )
        self.bound.enter(self.method, question, attempt)
        bench = self.run.workbench(model, attempt)
        return self.engine.wait_for(self.run.solve(self.method, question, bench))

    async def asolve(self, question: str, *, attempt: int = 0) -> Episode:
        """The same for an asynchronous test, on any loop."""
        return await asyncio.to_thread(self.solve, question, attempt=attempt)


@dataclass(frozen=True, slots=True, repr=False)
class Raw(Shown):
    """The model under test itself; a `ChatModel` that may be used from any loop or thread."""

    name: str
    model: ChatModel
    run: Run
    engine: Engine
    bound: Bound

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def ask(self, prompt: str, *, attempt: int = 0) -> Completion:
        """The completion of one user message, with the run's settings; blocks.

        The same prompt and attempt are asked once; the ledger has the answer from then on.
        """
        self.bound.enter("ask", prompt, attempt)
        assert self.run.model is not None
        model = self.run.through_ledger(self.run.model, attempt)
        settings = self.run.configuration.settings
        return self.engine.wait_for(model.complete([Message("user", prompt)], settings=settings))

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """As `ChatModel.complete`. The same messages again are another sample."""
        call: Coroutine[Any, Any, Completion] = self.model.complete(messages, settings=settings)
        return await asyncio.to_thread(self.engine.wait_for, call)

    async def aclose(self) -> None:
        """Nothing: the model belongs to the run."""


def model_under_test(request: pytest.FixtureRequest) -> Raw:
    """See `pytest_symbench.plugin.model_under_test`."""
    run, engine = _session(request).run()
    if run.model is None:
        pytest.skip(f"the model {run.configuration.model} answers only the suite's instances")
    model = run.through_ledger(run.model, 0)
    return Raw(run.model.name, model, run, engine, _bound(request, run))


def steered(request: pytest.FixtureRequest, method: str | None) -> Steered:
    """See `pytest_symbench.plugin.codesteer`; without a method, the first of the options'."""
    run, engine = _session(request).run()
    if run.model is None:
        pytest.skip(f"the model {run.configuration.model} answers only the suite's instances")
    return Steered(method or run.configuration.methods[0], run, engine, _bound(request, run))


def _bound(request: pytest.FixtureRequest, run: Run) -> Bound:
    """One for a test, however many of the fixtures it has."""
    stash: pytest.Stash = request.node.stash
    if BOUND not in stash:
        bound = stash[BOUND] = Bound(run.configuration.max_examples)

        def say() -> None:
            if said := bound.describe():
                request.node.user_properties.append((EXAMPLES, said))

        request.addfinalizer(say)
    return stash[BOUND]


BOUND = pytest.StashKey[Bound]()

EXAMPLES = "symbench_examples"
"""User property of a property-based test: how many episodes it asked."""


def _session(request: pytest.FixtureRequest) -> Session:
    plugin = request.config.pluginmanager.get_plugin("symbench-session")
    assert isinstance(plugin, Session)
    return plugin
