"""Requests that wait for a model in this process are answered together, in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

from codesteer.models.chat import Completion, Message, Settings
from codesteer.models.errors import BadRequest, ModelError


@dataclass(frozen=True, slots=True)
class Request:
    """A conversation that waits for its completion."""

    messages: tuple[Message, ...]
    settings: Settings


Reply: TypeAlias = "Completion | ModelError"

AnswerAll: TypeAlias = Callable[[Sequence[Request]], Sequence[Reply]]
"""Blocks; one reply for each request, in their order."""

_Waiting: TypeAlias = "tuple[Request, asyncio.Future[Completion]]"


class Batches:
    """Gathers what waits while a batch is being answered; that is the next batch.

    Used on one loop. No request waits for others to come: a single one is a batch.
    """

    def __init__(self, answer_all: AnswerAll, *, most: int) -> None:
        """``most``: requests of one batch at most."""
        self._answer_all = answer_all
        self._most = most
        self._waiting: list[_Waiting] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="codesteer-model")
        self._task: asyncio.Task[None] | None = None

    async def ask(self, messages: Sequence[Message], settings: Settings) -> Completion:
        """The completion of a conversation. Raises `ModelError`."""
        future: asyncio.Future[Completion] = asyncio.get_running_loop().create_future()
        self._waiting.append((Request(tuple(messages), settings), future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await future

    async def aclose(self) -> None:
        """Ends after the batch that is being answered; what still waits is given up."""
        for _, future in self._waiting:
            future.cancel()
        self._waiting.clear()
        if self._task is not None:
            await asyncio.wait([self._task])
        self._thread.shutdown(wait=False)

    async def _work(self) -> None:
        await asyncio.sleep(0)  # whoever is ready to ask at this moment belongs to the batch
        while self._waiting:
            batch = [pair for pair in self._waiting[: self._most] if not pair[1].cancelled()]
            del self._waiting[: self._most]
            if batch:
                await self._answered(batch)

    async def _answered(self, batch: Sequence[_Waiting]) -> None:
        loop = asyncio.get_running_loop()
        requests = [request for request, _ in batch]
        replies: Sequence[Reply]
        try:
            replies = await loop.run_in_executor(self._thread, self._answer_all, requests)
        except ModelError as error:
            replies = [error] * len(batch)
        except Exception as error:  # of the model's library: a memory fault, a bug
            said = f"the model failed: {error.__class__.__name__}: {error}"
            replies = [BadRequest(said[:300])] * len(batch)
        for (_, future), reply in zip(batch, replies, strict=True):
            if future.cancelled():
                continue
            if isinstance(reply, ModelError):
                future.set_exception(reply)
            else:
                future.set_result(reply)
