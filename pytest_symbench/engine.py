"""The engine: runs episodes ahead of pytest's items, many at once.

pytest runs one item at a time. A thread with an event loop runs the episodes of later items
meanwhile; an item only waits for its own, which then is begun before all others. Between the calls of an episode no connection is
used, so more episodes are open than calls are in flight.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from codesteer.models.errors import Unauthorized
from codesteer.sandbox import SandboxUnavailable
from pytest_symbench.budget import BudgetSpent
from pytest_symbench.calls import Closing, Outage
from pytest_symbench.cases import Case
from pytest_symbench.ledger import Row

T = TypeVar("T")

Work: TypeAlias = Callable[[Case], Awaitable["Result"]]


FATAL = (Unauthorized, Outage, BudgetSpent, SandboxUnavailable)
"""What ends a run: every later episode would meet it too."""


class Stopped(Exception):
    """The run ends before this episode does: its item is neither passed nor failed."""


@dataclass(frozen=True, slots=True)
class Result:
    """An episode that has ended, as its item needs it."""

    row: Row
    replayed: bool
    """Taken whole from the ledger."""
    started: float
    """Seconds since 1970, as `stopped`; a replayed episode took no time."""
    stopped: float


class Engine:
    """Runs episodes on one background loop, in the order of ``submit``; ``take`` each."""

    def __init__(
        self,
        work: Work,
        *,
        window: int,
        close: Callable[[], Awaitable[None]],
        look_ahead: int | None = None,
    ) -> None:
        """``window``: episodes open at once. ``look_ahead``: how many may be begun beyond the
        items taken; None for no bound. ``close`` is awaited on the loop at the end.
        """
        self._work = work
        self._window = window
        self._close = close
        self._look_ahead = look_ahead
        self._queue: OrderedDict[Case, None] = OrderedDict()
        self._futures: dict[Case, Future[Result]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._beside: set[asyncio.Future[Any]] = set()
        self.submitted = self.begun = 0
        """Episodes so far; they only grow, so that a reader on another thread sees no more begun
        than submitted and no more ended than begun."""
        self._taken = 0
        self.outcomes: Counter[str] = Counter()
        """Of the episodes that have ended."""
        self.replayed = 0
        self._ending = False
        self._stopping = threading.Event()
        self._fatal: Exception | None = None
        self._loop = asyncio.new_event_loop()
        self._wake = asyncio.Event()
        self._thread = threading.Thread(target=self._main, name="symbench-engine", daemon=True)

    def start(self, cases: Iterable[Case]) -> None:
        """Begins with the episodes of these cases, in this order."""
        self._enqueue(cases)
        self._thread.start()

    def submit(self, cases: Iterable[Case]) -> None:
        """More cases, after those that wait."""
        self._enqueue(cases)
        self._loop.call_soon_threadsafe(self._wake.set)

    def _enqueue(self, cases: Iterable[Case]) -> None:
        for case in cases:
            if case not in self._futures:
                self._futures[case] = Future()
                self.submitted += 1
                self._queue[case] = None

    def take(self, case: Case, *, stop: Callable[[], bool] = lambda: False) -> Result:
        """Waits for the episode of a case; one that was not submitted is run next.

        Raises:
            Stopped: the run ends, or ``stop`` says so, before the episode does.
            One of `FATAL`: what ends the run.
        """
        future = self._futures.get(case)
        room = self._look_ahead is not None
        if future is None:
            future = self._futures[case] = Future()
            self.submitted += 1
            self._queue[case] = None
        self._taken += 1
        if room or case in self._queue:
            self._loop.call_soon_threadsafe(self._first, case)
        result = self.wait(future, stop=stop)
        del self._futures[case]  # taken again, it is asked again
        return result

    def _first(self, case: Case) -> None:
        """Begins a case before those that nobody waits for yet."""
        if case in self._queue:
            self._queue.move_to_end(case, last=False)
        self._wake.set()

    def wait(self, future: Future[T], *, stop: Callable[[], bool] = lambda: False) -> T:
        """Waits, on another thread than the loop's, for what the loop works on.

        Raises:
            As `take`, and what the work raised.
        """
        while True:
            try:
                return future.result(timeout=0.2)
            except CancelledError:
                raise Stopped from None
            except StillRunning:
                if future.done():
                    raise
                if self._fatal:
                    raise self._fatal from None
                if stop() or self._stopping.is_set() or not self._thread.is_alive():
                    raise Stopped from None

    def spawn(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begins a coroutine on the loop, beside the episodes; it ends with the engine."""
        return asyncio.run_coroutine_threadsafe(self._kept(work), self._loop)

    async def ask(self, case: Case) -> Result:
        """The episode of a case, for what `spawn` began. Raises as `take`."""
        if self._ending:
            raise Stopped
        self._enqueue([case])
        self._taken += 1
        self._wake.set()
        result = await self._kept(asyncio.wrap_future(self._futures[case]))
        self._futures.pop(case, None)
        return result

    async def _kept(self, work: Awaitable[T]) -> T:
        """Awaits what is cancelled when the engine ends, lest a thread wait for it for ever."""
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
        return await task

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine on the engine's loop, from another thread, and waits for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def stop(self, grace: float = 0.0) -> None:
        """Begins nothing more, waits up to ``grace`` seconds for what runs, ends the thread.

        Interrupted while it waits, it stops at once.
        """
        if not self._thread.is_alive():
            return
        self._ending = True
        self._queue.clear()
        deadline = time.monotonic() + grace
        with contextlib.suppress(KeyboardInterrupt):
            while self._running and time.monotonic() < deadline:
                time.sleep(0.02)
        self._stopping.set()
        self._loop.call_soon_threadsafe(self._wake.set)
        self._thread.join(30)

    def _main(self) -> None:
        asyncio.set_event_loop(self._loop)
        # Named, so that log records of episodes can be told from those of items.
        pool = ThreadPoolExecutor(thread_name_prefix="symbench-pool")
        self._loop.set_default_executor(pool)
        try:
            self._loop.run_until_complete(self._run())
        finally:
            pool.shutdown(wait=False)
            self._loop.close()

    async def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                while self._may_begin():
                    self.begun += 1
                    task = self._loop.create_task(self._episode(self._queue.popitem(last=False)[0]))
                    self._running.add(task)
                    task.add_done_callback(self._ended)
                self._wake.clear()
                await self._wake.wait()
        finally:
            left: list[asyncio.Future[Any]] = [*self._running, *self._beside]
            for work in left:
                work.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            with contextlib.suppress(Exception):
                await self._close()

    def _may_begin(self) -> bool:
        if not self._queue or self._fatal or len(self._running) >= self._window:
            return False
        return self._look_ahead is None or self.begun - self._taken < self._look_ahead

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()

    async def _episode(self, case: Case) -> None:
        future = self._futures[case]
        try:
            result = await self._work(case)
            self.outcomes[result.row.outcome] += 1
            self.replayed += result.replayed
            future.set_result(result)
        except asyncio.CancelledError:
            future.set_exception(Stopped())
            raise
        except Closing:
            future.set_exception(Stopped())
        except FATAL as error:
            self._fatal = error
            future.set_exception(error)
        except Exception as error:
            future.set_exception(error)
