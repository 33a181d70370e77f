"""How fast a process may ask: connections, fixed or found by trying, and rates a minute.

The adaptive limit grows by one for each window of answers and halves on a rate limit, as TCP
does (additive increase, multiplicative decrease; Chiu and Jain 1989), and grows more slowly where
it was refused before. Server errors only keep it from growing: they say that the server is ill,
not that we ask too much.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

FIRST = 8
"""Connections that an adaptive limit begins with."""

CALM = 1.0
"""Seconds in which several rate limits count as one, and in which the limit does not grow."""

CAUTION = 8
"""Windows of answers that one more connection takes where the last ones were refused."""


@dataclass(slots=True)
class Connections:
    """Calls in flight: at most ``most``, and if ``adaptive`` as many as the server bears."""

    most: int
    adaptive: bool = False
    first: int = FIRST
    """Where an adaptive limit begins: one of several processes has its part of `FIRST`."""
    limit: int = field(init=False)
    in_flight: int = 0
    _waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    _answers: int = 0
    _halved: float = 0.0
    _refused_at: int = 0
    _frozen_until: float = 0.0

    def __post_init__(self) -> None:
        self.limit = min(self.first, self.most) if self.adaptive else self.most

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Holds one connection."""
        await self._acquire()
        try:
            yield
        finally:
            self.in_flight -= 1
            self._admit()

    def answered(self) -> None:
        """An answer came: the limit may grow."""
        self._answers += 1
        if not self.adaptive:
            return
        windows = CAUTION if self._refused_at and self.limit >= self._refused_at - 1 else 1
        busy = self.in_flight + len(self._waiting) >= self.limit
        if busy and self._answers >= self.limit * windows:
            self._answers = 0
            if self.limit < self.most and time.monotonic() >= self._frozen_until:
                self.limit += 1
                self._admit()

    def rate_limited(self) -> None:
        """The server said too many: half as many, once for a burst of refusals."""
        now = time.monotonic()
        if self.adaptive and now - self._halved > CALM:
            self._halved = now
            self._frozen_until = now + CALM
            self._answers = 0
            self._refused_at = self.limit
            self.limit = max(1, min(self.limit, self.in_flight) // 2)

    def server_failed(self) -> None:
        """A server error: no growth for a while."""
        self._answers = 0
        self._frozen_until = time.monotonic() + 5 * CALM

    async def _acquire(self) -> None:
        if self.in_flight < self.limit and not self._waiting:
            self.in_flight += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.in_flight -= 1  # admitted in the moment of the cancellation
                self._admit()
            raise

    def _admit(self) -> None:
        while self._waiting and self.in_flight < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self.in_flight += 1
                turn.set_result(None)


@dataclass(slots=True)
class Rate:
    """Units a minute, as a bucket that fills evenly; requests or tokens."""

    a_minute: float
    _level: float = field(init=False)
    _filled: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        # A tenth of a minute may be spent at once; more would be a burst that servers refuse.
        self._level = self.a_minute / 10

    async def take(self, units: float) -> None:
        """Waits until the units may be used. What is in excess is paid by later waiting."""
        while True:
            now = time.monotonic()
            gained = (now - self._filled) * self.a_minute / 60
            self._level = min(self.a_minute / 10, self._level + gained)
            self._filled = now
            if self._level > 0:
                self._level -= units
                return
            await asyncio.sleep((1e-3 - self._level) * 60 / self.a_minute)

    def correct(self, units: float) -> None:
        """Books what a call really used beyond what was taken for it."""
        self._level -= units
