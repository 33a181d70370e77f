"""Model calls on their way out: answered by the ledger, else asked within limits and patience."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from codesteer.models.chat import ChatModel, Completion, Message, Settings
from codesteer.models.errors import ModelError, RateLimited, Transient
from pytest_symbench.ledger import Ledger

LONGEST_PAUSE = 30.0
"""Seconds between two tries at most."""


@dataclass
class Governor:
    """How many calls are in flight, and how long trouble is waited out.

    One per process, used on its loop alone. A rate limit pauses all calls: the next ones would
    meet it too.
    """

    connections: int
    patience: float
    """Seconds without any success after which a call is given up."""
    asked: int = 0
    """Calls that a provider answered."""
    retries: int = 0
    _free: asyncio.Semaphore = field(init=False)
    _paused_until: float = 0.0
    _last_success: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.connections)

    async def complete(
        self, model: ChatModel, messages: Sequence[Message], settings: Settings
    ) -> Completion:
        """A completion, asked as often as patience allows. Raises `ModelError`."""
        began = time.monotonic()
        for tries in range(1_000_000):
            while (pause := self._paused_until - time.monotonic()) > 0:
                await asyncio.sleep(pause)
            try:
                async with self._free:
                    completion = await model.complete(messages, settings=settings)
            except ModelError as error:
                if not error.retryable:
                    raise
                wait = _pause(tries, error)
                # An outage counts from the last success of any call, so that a long queue of
                # calls does not wait it out one after the other.
                trouble_since = max(self._last_success, began)
                if time.monotonic() + wait - trouble_since > self.patience:
                    raise Transient(f"{error}; given up after {tries + 1} tries") from None
                self.retries += 1
                if isinstance(error, RateLimited):
                    self._paused_until = max(self._paused_until, time.monotonic() + wait)
                else:
                    await asyncio.sleep(wait)
            else:
                self._last_success = time.monotonic()
                self.asked += 1
                return replace(completion, retries=tries)
        raise AssertionError("unreachable")


@dataclass
class LedgerModel:
    """A model as one episode sees it: what the ledger holds is not asked again.

    The key of a call is the model, its settings, the messages, the attempt, and how often the
    episode has already asked the same (samples of one prompt are different calls).
    """

    model: ChatModel
    ledger: Ledger
    governor: Governor
    attempt: int
    refresh: bool = False
    _asked: Counter[bytes] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        return self.model.name

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """The stored completion, or a new one, which is stored. Raises `ModelError`."""
        conversation = _digest([m.to_json() for m in messages], settings.to_json(), self.name)
        sample = self._asked[conversation]
        self._asked[conversation] += 1
        key = _digest(conversation.hex(), self.attempt, sample)
        if not self.refresh and (stored := self.ledger.call(key)):
            return stored
        completion = await self.governor.complete(self.model, messages, settings)
        self.ledger.store_call(key, completion)
        return completion

    async def aclose(self) -> None:
        """Nothing: the model belongs to the run."""


def _pause(tries: int, error: ModelError) -> float:
    if isinstance(error, RateLimited) and error.retry_after is not None:
        return min(error.retry_after, 300.0) + random.uniform(0, 0.1)
    return float(min(LONGEST_PAUSE, 0.5 * 2 ** min(tries, 10)) * random.uniform(0.5, 1.0))


def _digest(*parts: object) -> bytes:
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).digest()[:16]
