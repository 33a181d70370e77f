"""Model calls on their way out: answered by the ledger, else asked within limits and patience."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from codesteer.models.chat import ChatModel, Completion, Message, Settings
from codesteer.models.errors import ModelError, RateLimited
from pytest_symbench.budget import Spending
from pytest_symbench.limits import Connections, Rate
from pytest_symbench.tracing import span

LONGEST_PAUSE = 30.0
"""Seconds between two tries at most."""


class Outage(Exception):
    """The server answers nothing for longer than patience lasts: the run ends, to be resumed."""


class Closing(Exception):
    """The run is ending: no new call begins."""


@dataclass
class Governor:
    """How many calls are in flight, what they may cost, and how long trouble is waited out.

    One per process, used on its loop alone. Trouble pauses all calls: the next ones would meet
    it too.
    """

    connections: Connections
    patience: float
    """Seconds without any answer after which an outage ends the run."""
    spending: Spending
    requests: Rate | None = None
    tokens: Rate | None = None
    retries: int = 0
    trouble: str = ""
    """Why all calls are paused, for people; empty while all is well."""
    closing: bool = False
    _paused_until: float = 0.0
    _failing_since: float | None = None
    _failures: int = 0

    async def complete(
        self,
        model: ChatModel,
        messages: Sequence[Message],
        settings: Settings,
        keep: Callable[[Completion], Awaitable[None]] | None = None,
    ) -> Completion:
        """A completion, asked as often as patience allows.

        The call counts as in flight until ``keep`` has made it safe.

        Raises:
            ModelError: of a kind that repeating does not mend.
            Outage: nothing was answered for longer than patience lasts.
            BudgetSpent: the call would begin beyond the budget.
            Closing: the run is ending.
        """
        tries = 0
        while True:
            await self._clearance(messages, settings)
            try:
                async with self.connections.one():
                    self._admit()
                    with span(model.name, settings) as record:
                        completion = await model.complete(messages, settings=settings)
                        record(completion)
                    completion = replace(completion, retries=tries)
                    if keep:
                        await keep(completion)
            except ModelError as error:
                if not error.retryable:
                    raise
                self._failed(error)
                tries += 1
                self.retries += 1
            else:
                self._answered(model, completion)
                return completion

    async def _clearance(self, messages: Sequence[Message], settings: Settings) -> None:
        self._admit()
        while (pause := self._paused_until - time.monotonic()) > 0:
            await asyncio.sleep(min(pause, 1.0))
            self._admit()
        if self.requests:
            await self.requests.take(1)
        if self.tokens:
            await self.tokens.take(sum(len(message.content) for message in messages) / 4)

    def _admit(self) -> None:
        if self.closing:
            raise Closing
        self.spending.check(self.connections.in_flight - 1)

    def _answered(self, model: ChatModel, completion: Completion) -> None:
        self._failing_since, self._failures, self.trouble = None, 0, ""
        self.connections.answered()
        self.spending.add(model.name, completion.usage)
        if self.tokens:
            self.tokens.correct(completion.usage.output)

    def _failed(self, error: ModelError) -> None:
        now = time.monotonic()
        self._failing_since = self._failing_since or now
        if isinstance(error, RateLimited):
            self.connections.rate_limited()
        else:
            self.connections.server_failed()
        if now >= self._paused_until:  # one of a burst of failures counts
            self._failures += 1
        wait = _pause(self._failures, error)
        down = now - self._failing_since
        if down + wait > self.patience:
            raise Outage(
                f"{error}; nothing was answered for {down:.0f} s. The same command goes on from "
                "here; --symbench-patience waits longer"
            )
        # A single failure among many answers delays nobody else.
        if isinstance(error, RateLimited) or self._failures > 1:
            self._paused_until = max(self._paused_until, now + wait)
            self.trouble = f"{error}; paused for {wait:.0f} s"


class Store(Protocol):
    """Where completions are kept; `pytest_symbench.ledger.Ledger` is one."""

    def call(self, key: bytes) -> Completion | None: ...

    def store_call(self, key: bytes, completion: Completion) -> None: ...

    async def written(self) -> None: ...


@dataclass
class LedgerModel:
    """A model as one episode sees it: what the ledger holds is not asked again.

    The key of a call is the model, its settings, the messages, the attempt, and how often the
    episode has already asked the same (samples of one prompt are different calls).
    """

    model: ChatModel
    ledger: Store
    governor: Governor
    attempt: int
    refresh: bool = False
    _asked: Counter[bytes] = field(default_factory=Counter)
    _settings: tuple[Settings | None, str] = (None, "")
    """The settings last used, with the digest of them and the model's name."""

    @property
    def name(self) -> str:
        return self.model.name

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """The stored completion, or a new one, which is stored. Raises as `Governor.complete`."""
        if settings is not self._settings[0]:
            self._settings = settings, _digest(settings.to_json(), self.name).hex()
        conversation = _digest([m.to_json() for m in messages], self._settings[1])
        sample = self._asked[conversation]
        self._asked[conversation] += 1
        key = _digest(conversation.hex(), self.attempt, sample)
        if not self.refresh and (stored := self.ledger.call(key)):
            return stored

        async def keep(completion: Completion) -> None:
            self.ledger.store_call(key, completion)
            await self.ledger.written()

        return await self.governor.complete(self.model, messages, settings, keep)

    async def aclose(self) -> None:
        """Nothing: the model belongs to the run."""


def _pause(failures: int, error: ModelError) -> float:
    if isinstance(error, RateLimited) and error.retry_after is not None:
        return min(error.retry_after, 300.0) + random.uniform(0, 0.1)
    return float(min(LONGEST_PAUSE, 0.5 * 2 ** min(failures, 10)) * random.uniform(0.5, 1.0))


def _digest(*parts: object) -> bytes:
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).digest()[:16]
