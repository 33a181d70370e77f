"""Runs snippets in zygotes: for plain Python, with numpy ready, with everything ready."""

from __future__ import annotations

import contextlib
import functools
import logging
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codesteer.sandbox.execution import Execution, Limits
from codesteer.sandbox.imports import IMPORTS, Kind, zygote_for
from codesteer.sandbox.inside.wire import Job, Setup
from codesteer.sandbox.pipes import open_pipes
from codesteer.sandbox.scratch import Scratch
from codesteer.sandbox.tasks import TaskCount
from codesteer.sandbox.verdict import judge
from codesteer.sandbox.watch import Cut, WorkerLost, watch
from codesteer.sandbox.zygotes import SetupRefused, Zygote

MB = 1 << 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """How every worker of one sandbox is to be built."""

    setup: Setup
    scratch: Scratch | None
    """Where the level has no private mounts and snippets may write."""

    tasks: TaskCount


class ZygoteWorker:
    """One snippet at a time; zygotes are started when first wanted and when found dead."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._zygotes: dict[Kind, Zygote] = {}
        self._unusable: set[Kind] = set()
        self._left_out: set[str] = set()  # packages that are not imported ahead

    def execute(self, code: str, limits: Limits, cancel_fd: int) -> Execution:
        kind = self._usable(zygote_for(code))
        try:
            return self._execute(code, limits, cancel_fd, self.zygote(kind))
        except WorkerLost:
            self._discard(kind)
            raise

    def zygote(self, kind: Kind) -> Zygote:
        """Started now, unless it runs already. One package that starts threads is left out,
        the others are not the slower for it.
        """
        while kind not in self._zygotes:
            imports = [
                name for name in IMPORTS[kind] if name.partition(".")[0] not in self._left_out
            ]
            try:
                self._zygotes[kind] = Zygote({**self._plan.setup, "imports": imports})
            except SetupRefused as refused:
                if not refused.package or refused.package in self._left_out:
                    raise
                logger.warning(
                    "snippets have to import %s for themselves: %s", refused.package, refused
                )
                self._left_out.add(refused.package)
        return self._zygotes[kind]

    def close(self) -> None:
        for kind in list(self._zygotes):
            self._discard(kind)

    def _usable(self, kind: Kind) -> Kind:
        """A package that cannot be imported ahead (it starts threads, or crashes) must not
        cost more than time: the plain zygote's snippets import for themselves.
        """
        if kind not in ("plain", *self._unusable, *self._zygotes):
            try:
                self.zygote(kind)
            except WorkerLost as lost:
                logger.warning("snippets have to import for themselves (%s): %s", kind, lost)
                self._unusable.add(kind)
        return "plain" if kind in self._unusable else kind

    def _discard(self, kind: Kind) -> None:
        zygote = self._zygotes.pop(kind, None)
        if zygote is not None:
            zygote.close()

    def _execute(self, code: str, limits: Limits, cancel_fd: int, zygote: Zygote) -> Execution:
        scratch = self._plan.scratch
        if scratch is None:
            return self._run(code, limits, cancel_fd, zygote, "", None)
        with scratch.box(limits) as box:
            return self._run(code, limits, cancel_fd, zygote, box.path, box.excess)

    def _run(
        self,
        code: str,
        limits: Limits,
        cancel_fd: int,
        zygote: Zygote,
        box: str,
        excess: Callable[[int], Cut] | None,
    ) -> Execution:
        with open_pipes() as pipes, _text_file(code) as source:
            subject = zygote.fork(self._job(limits, box), source, pipes.writers)
            readers = pipes.hand_over()
        try:
            seen = watch(
                subject,
                pipes=readers,
                limits=limits,
                cancel_fd=cancel_fd,
                excess=None if excess is None else functools.partial(excess, subject.pid),
            )
        finally:
            subject.close()
        return judge(seen, limits=limits, level=self._plan.setup["level"])

    def _job(self, limits: Limits, box: str) -> Job:
        return Job(
            cpu_s=math.ceil(limits.processor_s),
            memory=limits.memory_mb * MB,
            file_size=limits.disk_mb * MB,
            disk=limits.disk_mb * MB,
            entries=limits.files,
            tasks=self._plan.tasks.allowed(limits.threads),
            box=box,
        )


@contextlib.contextmanager
def _text_file(code: str) -> Iterator[int]:
    """A nameless file in memory: a message on a socket could not hold a long snippet."""
    with open(os.memfd_create("snippet"), "wb") as file:
        file.write(code.encode("utf-8", "surrogatepass"))
        file.flush()
        yield file.fileno()
