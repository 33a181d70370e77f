"""The asynchronous face of the sandbox: a bounded pool of workers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

from codesteer.sandbox.execution import Execution, Limits
from codesteer.sandbox.watch import WorkerLost

LOST_TWICE = "the sandbox failed twice: {}"
LOST_ONCE = "run twice: the sandbox failed at first ({})"


class Worker(Protocol):
    """Runs one snippet at a time."""

    def execute(self, code: str, limits: Limits, cancel_fd: int) -> Execution:
        """Blocks; ends early once `cancel_fd` is readable; `WorkerLost` when it broke down,
        after which the next call must find it repaired.
        """
        ...

    def close(self) -> None: ...


class Cancellation:
    """Asks a watching thread to end its snippet; safe from any thread, at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = False
        self._pipe: tuple[int, int] | None = None

    def fileno(self) -> int:
        """Readable once asked. Made when first wanted: snippets that wait have none."""
        with self._lock:
            if self._pipe is None:
                self._pipe = os.pipe()
                if self._asked:
                    os.write(self._pipe[1], b"x")
            return self._pipe[0]

    def ask(self) -> None:
        with self._lock:
            if not self._asked and self._pipe is not None:
                os.write(self._pipe[1], b"x")
            self._asked = True

    def close(self) -> None:
        with self._lock:
            if self._pipe is not None:
                for fd in self._pipe:
                    os.close(fd)
            self._pipe, self._asked = None, True


def _nothing() -> None:
    pass


class Sandbox:
    """Runs snippets, at most `workers` at a time; made by `open_sandbox`."""

    def __init__(
        self,
        make_worker: Callable[[], Worker],
        *,
        level: str,
        description: str,
        workers: int,
        first: Worker | None = None,
        clean_up: Callable[[], None] | None = None,
    ) -> None:
        self.level = level
        self.workers = workers
        self._description = description
        self._make_worker = make_worker
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        if first is not None:
            self._idle.put(first)
        # Also when the program ends without `aclose`.
        self._clean_up = weakref.finalize(self, clean_up or _nothing)
        self._lock = threading.Lock()
        self._running: set[Cancellation] = set()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="sandbox")
        self._closed = False

    def describe(self) -> str:
        """One line for a header: the level, and what is missing from the best one."""
        return self._description

    async def run(self, code: str, *, limits: Limits | None = None) -> Execution:
        """Run `code` in a fresh process and say what came of it.

        May be called from any event loop. Cancelling the call kills the snippet. Never
        raises because of what the snippet does.
        """
        if self._closed:
            raise RuntimeError("the sandbox is closed")
        cancel = Cancellation()
        with self._lock:
            self._running.add(cancel)
        future = self._threads.submit(self._run, code, limits or Limits(), cancel)
        future.add_done_callback(lambda _: self._finished(cancel))
        waiting = asyncio.wrap_future(future)
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            if not future.cancel():
                cancel.ask()
                with contextlib.suppress(Exception):
                    await asyncio.shield(waiting)
            raise

    async def aclose(self) -> None:
        """End all workers. Snippets that still run are killed, those that wait are cancelled."""
        await asyncio.get_running_loop().run_in_executor(None, self.close)

    def close(self) -> None:
        """As `aclose`, for callers without an event loop."""
        self._closed = True
        with self._lock:
            running = list(self._running)
        for cancel in running:
            cancel.ask()
        self._threads.shutdown(wait=True, cancel_futures=True)
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                break
        self._clean_up()

    def _finished(self, cancel: Cancellation) -> None:
        with self._lock:
            self._running.discard(cancel)
        cancel.close()

    def _run(self, code: str, limits: Limits, cancel: Cancellation) -> Execution:
        try:
            worker = self._idle.get_nowait()
        except queue.Empty:
            worker = self._make_worker()
        try:
            return self._twice(worker, code, limits, cancel)
        finally:
            self._idle.put(worker)

    def _twice(self, worker: Worker, code: str, limits: Limits, cancel: Cancellation) -> Execution:
        try:
            return worker.execute(code, limits, cancel.fileno())
        except (WorkerLost, OSError) as first:
            cause: Exception = first
        try:
            execution = worker.execute(code, limits, cancel.fileno())
        except (WorkerLost, OSError) as second:
            return Execution(
                outcome="sandbox_failure", level=self.level, note=LOST_TWICE.format(second)
            )
        notes = [LOST_ONCE.format(cause), *filter(None, [execution.note])]
        return replace(execution, note="; ".join(notes))
