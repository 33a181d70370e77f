"""What a user's own test gets: the model under test, raw or steered, asked from plain functions."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from codesteer.episode import Episode
from codesteer.models.chat import ChatModel, Completion, Message, Settings
from pytest_symbench.engine import Engine
from pytest_symbench.run import Run
from pytest_symbench.session import Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Steered:
    """The model under test with a method around it."""

    method: str
    run: Run
    engine: Engine

    def solve(self, question: str, *, attempt: int = 0) -> Episode:
        """One episode on a question of any kind; blocks until it has ended.

        Calls are recorded in the run's ledger: the same question and attempt are not paid twice.
        """
        model = self.run.model
        if model is None:
            raise pytest.UsageError(
                f"the model {self.run.configuration.model} answers only the suite's instances"
            )
        bench = self.run.workbench(model, attempt)
        return self.engine.wait_for(self.run.solve(self.method, question, bench))

    async def asolve(self, question: str, *, attempt: int = 0) -> Episode:
        """The same for an asynchronous test, on any loop."""
        return await asyncio.to_thread(self.solve, question, attempt=attempt)


@dataclass(frozen=True, slots=True)
class Raw:
    """The model under test itself; a `ChatModel` that may be used from any loop or thread."""

    name: str
    model: ChatModel
    settings: Settings
    engine: Engine

    def ask(self, prompt: str) -> Completion:
        """The completion of one user message, with the run's settings; blocks."""
        messages = [Message("user", prompt)]
        return self.engine.wait_for(self.model.complete(messages, settings=self.settings))

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """As `ChatModel.complete`."""
        call: Coroutine[Any, Any, Completion] = self.model.complete(messages, settings=settings)
        return await asyncio.to_thread(self.engine.wait_for, call)

    async def aclose(self) -> None:
        """Nothing: the model belongs to the run."""


def model_under_test(request: pytest.FixtureRequest) -> Raw:
    """See `pytest_symbench.plugin.model_under_test`."""
    run, engine = _session(request).run()
    if run.model is None:
        pytest.skip(f"the model {run.configuration.model} answers only the suite's instances")
    return Raw(run.model.name, run.through_ledger(run.model, 0), run.configuration.settings, engine)


def steered(request: pytest.FixtureRequest, method: str | None) -> Steered:
    """See `pytest_symbench.plugin.codesteer`; without a method, the first of the options'."""
    run, engine = _session(request).run()
    if run.model is None:
        pytest.skip(f"the model {run.configuration.model} answers only the suite's instances")
    return Steered(method or run.configuration.methods[0], run, engine)


def _session(request: pytest.FixtureRequest) -> Session:
    plugin = request.config.pluginmanager.get_plugin("symbench-session")
    assert isinstance(plugin, Session)
    return plugin
