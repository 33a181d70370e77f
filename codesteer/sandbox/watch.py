"""Watches one running snippet from outside: collects what it writes, ends it in time.

Knows nothing about how the snippet was started; every back end hands it a `Subject`.
"""

from __future__ import annotations

import math
import os
import select
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from codesteer.sandbox.execution import Limits

STARTED = b"started\n"  # said before the first line of the snippet runs
CHUNK = 1 << 16
STATUS_LIMIT = 4096  # bytes of hints that are read; nobody honest sends more
SETUP_S = 30.0  # how long a busy machine may take to make a process ready
DRAIN_S = 0.5  # after the end: how long another holder of the pipe may delay us
DEATH_S = 10.0  # after SIGKILL: how long the kernel may take
TICK_S = 0.05  # how often limits are measured that nobody enforces


class WorkerLost(Exception):
    """What ran the snippet is gone; says nothing about the snippet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What the kernel said about a finished process."""

    wait_status: int
    cpu_s: float
    peak_mb: float


class Subject(Protocol):
    """A running snippet."""

    def fileno(self) -> int:
        """Readable when `ending` may have an answer; -1 if there is no such descriptor."""
        ...

    def ending(self) -> Ending | None:
        """``None`` while it runs; `WorkerLost` if that cannot be known any more."""
        ...

    def kill(self) -> None: ...


Cut = Literal["", "timeout", "stdout", "stderr", "disk", "threads", "memory", "cancelled"]


@dataclass(slots=True)
class Stream:
    """One pipe of the snippet, read up to a limit."""

    fd: int
    limit: int
    kept: bytearray = field(default_factory=bytearray)
    open: bool = True
    overflowed: bool = False

    def read(self) -> None:
        try:
            data = os.read(self.fd, CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.open = False
            return
        room = self.limit - len(self.kept)
        self.kept += data[:room]
        self.overflowed = self.overflowed or len(data) > room


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """All that was seen of a run."""

    stdout: bytes
    stderr: bytes
    status: bytes
    ending: Ending
    cut: Cut
    wall_s: float


def watch(
    subject: Subject,
    *,
    pipes: tuple[int, int, int],
    limits: Limits,
    cancel_fd: int,
    excess: Callable[[], Cut] | None = None,
    speaks: bool = True,
) -> Watched:
    """Follow `subject` to its end. `pipes` are stdout, stderr and status; they are closed.

    `excess` is asked every so often; what it answers, if anything, is why it is ended.
    If the subject `speaks`, its time runs from the word that its set-up is completed.
    """
    watching = _Watching(subject, pipes, limits, cancel_fd, excess, speaks)
    try:
        return watching.to_the_end()
    except BaseException:
        subject.kill()
        raise
    finally:
        for fd in pipes:
            os.close(fd)


class _Watching:
    def __init__(
        self,
        subject: Subject,
        pipes: tuple[int, int, int],
        limits: Limits,
        cancel_fd: int,
        excess: Callable[[], Cut] | None,
        speaks: bool,
    ) -> None:
        self.subject = subject
        self.limits = limits
        self.cancel_fd = cancel_fd
        self.excess = excess
        size = limits.output_kb * 1024
        self.stdout, self.stderr, self.status = (
            Stream(fd, limit) for fd, limit in zip(pipes, (size, size, STATUS_LIMIT), strict=True)
        )
        self.streams = {stream.fd: stream for stream in (self.stdout, self.stderr, self.status)}
        self.cut: Cut = ""
        self.killed_at = 0.0
        self.began = time.monotonic()
        self.deadline = self.began + (SETUP_S if speaks else limits.wall_s)
        self.waits_for_word = speaks
        self.state_fd = subject.fileno()
        self.poller = select.poll()
        for fd in (*self.streams, cancel_fd, *([self.state_fd] if self.state_fd >= 0 else [])):
            self.poller.register(fd, select.POLLIN)
        for fd in self.streams:
            os.set_blocking(fd, False)

    def to_the_end(self) -> Watched:
        while (ending := self._step()) is None:
            pass
        wall = time.monotonic() - self.began
        self._drain()
        self._judge_output()
        return Watched(
            stdout=bytes(self.stdout.kept),
            stderr=bytes(self.stderr.kept),
            status=bytes(self.status.kept),
            ending=ending,
            cut=self.cut,
            wall_s=wall,
        )

    def _step(self) -> Ending | None:
        """Wait for something to happen, once, and deal with it."""
        now = time.monotonic()
        if self.killed_at:
            if now >= self.killed_at + DEATH_S:
                raise WorkerLost("the snippet did not die when it was killed")
            wait = self.killed_at + DEATH_S - now
        elif now >= self.deadline:
            self.cut = "timeout"
            wait = 0.0
        else:
            wait = self.deadline - now
        if self.state_fd < 0 or (self.excess is not None and not self.killed_at):
            wait = min(wait, TICK_S)
        # Rounded up, or the last millisecond before the deadline would be spent spinning.
        events = self.poller.poll(math.ceil(wait * 1000))
        ended = self.state_fd < 0
        for fd, _ in events:
            if fd == self.cancel_fd:
                self.cut = self.cut or "cancelled"
                self.poller.unregister(fd)
            elif fd == self.state_fd:
                ended = True
            else:
                self._read(fd)
        self._judge_output()
        if not self.cut and self.excess is not None:
            self.cut = self.excess()
        if self.cut and not self.killed_at:
            self.killed_at = time.monotonic()
            self.subject.kill()
        return self.subject.ending() if ended else None

    def _read(self, fd: int) -> None:
        stream = self.streams[fd]
        stream.read()
        # Nobody honest says so much: let the pipe fill up rather than be kept busy by it.
        if not stream.open or (stream is self.status and stream.overflowed):
            self.poller.unregister(fd)
        if self.waits_for_word and stream is self.status and stream.kept.startswith(STARTED):
            self.waits_for_word = False
            self.began = time.monotonic()
            self.deadline = self.began + self.limits.wall_s

    def _judge_output(self) -> None:
        if not self.cut and self.stdout.overflowed:
            self.cut = "stdout"
        if not self.cut and self.stderr.overflowed:
            self.cut = "stderr"

    def _drain(self) -> None:
        """Read what is still in the pipes. Normally the process was their only writer, but
        an end of file is never waited for without a bound.
        """
        until = time.monotonic() + DRAIN_S
        poller = select.poll()  # without the descriptors that tell of the end: they go on telling
        for stream in self.streams.values():
            if stream.open and not stream.overflowed:
                poller.register(stream.fd, select.POLLIN)
        while any(stream.open for stream in self.streams.values()):
            left = until - time.monotonic()
            if left <= 0 or self.stdout.overflowed or self.stderr.overflowed:
                return
            for fd, _ in poller.poll(left * 1000):
                self.streams[fd].read()
                if not self.streams[fd].open:
                    poller.unregister(fd)
