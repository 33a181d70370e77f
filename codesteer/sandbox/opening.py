"""Chooses the best protection that can be had here, and opens it."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Sequence

from codesteer.sandbox import canary, zygotes
from codesteer.sandbox.direct import DirectWorker
from codesteer.sandbox.execution import SandboxUnavailable
from codesteer.sandbox.inside.wire import Probed, Setup
from codesteer.sandbox.levels import RANKS, VISIBLE, best, degradation
from codesteer.sandbox.pool import Sandbox
from codesteer.sandbox.readable import view_of
from codesteer.sandbox.scratch import Scratch
from codesteer.sandbox.tasks import TaskCount
from codesteer.sandbox.watch import WorkerLost
from codesteer.sandbox.worker import Plan, ZygoteWorker

ORDINARY_USER = 60777  # no distribution hands it out; whom root becomes
MOST_WORKERS = 8


def open_sandbox(
    require: str = "landlock",
    unsafe: bool = False,
    workers: int | None = None,
    *,
    level: str | None = None,
    readable: Sequence[str] = (),
) -> Sandbox:
    """Open the best sandbox that this machine allows.

    `require` is the weakest level that will do (``full``, ``landlock``, ``seccomp``), or
    ``docker:IMAGE`` or ``podman:IMAGE``. `unsafe` accepts anything, down to no protection
    at all. `level` asks for one level although a better one could be had. `readable` are
    folders that snippets may read beside the interpreter's libraries.

    Raises `SandboxUnavailable` if it cannot be had.
    """
    count = workers or min(_processors(), MOST_WORKERS)
    if ":" in require:
        from codesteer.sandbox.container import open_container

        return open_container(require, workers=count)
    if require not in RANKS or (level is not None and level not in RANKS):
        raise SandboxUnavailable(
            f"unknown sandbox level {level or require!r}: use one of {', '.join(RANKS)}"
        )
    if require == "none" and not unsafe:
        raise SandboxUnavailable("running snippets unprotected must be asked for as unsafe")
    floor = 0 if unsafe else RANKS[require]
    if sys.platform == "darwin":
        from codesteer.sandbox.seatbelt import open_seatbelt

        return open_seatbelt(floor=floor, workers=count)
    if sys.platform != "linux":
        return _unprotected(floor, count, f"no sandbox on {sys.platform}")
    return _open_linux(floor, level, count, tuple(readable))


def _open_linux(floor: int, level: str | None, workers: int, readable: tuple[str, ...]) -> Sandbox:
    probed = probe(readable)
    wanted = level or best(probed)
    if RANKS[wanted] > RANKS[best(probed)]:
        raise SandboxUnavailable(
            f"sandbox level {wanted} cannot be had: {degradation('none', probed)}"
        )
    failures = [degradation(wanted, probed)] if level is None else []
    candidates = [wanted] if level else [name for name in RANKS if RANKS[name] <= RANKS[wanted]]
    for candidate in sorted(candidates, key=RANKS.__getitem__, reverse=True):
        if candidate in ("none", "seatbelt"):
            continue
        if RANKS[candidate] < floor:
            break
        try:
            return _open_level(candidate, workers, readable, _listed(failures))
        except WorkerLost as lost:
            failures.append(f"{candidate}: {lost}")
    return _unprotected(floor, workers, _listed(failures))


def _open_level(level: str, workers: int, readable: tuple[str, ...], degraded: str) -> Sandbox:
    user = ORDINARY_USER if os.geteuid() == 0 else None
    scratch = Scratch(user) if level == "landlock" else None
    setup = _setup(level, readable, scratch.path if scratch else "")
    tasks = TaskCount(level=level, user=os.geteuid() if user is None else user)
    plan = Plan(setup, scratch, tasks)
    first = ZygoteWorker(plan)
    try:
        ready = first.zygote("plain").ready
        if escaped := canary.escapes(first, level=level):
            raise WorkerLost(f"the canary escaped: {escaped}")
    except BaseException:
        first.close()
        if scratch:
            scratch.close()
        raise
    layers = ["namespaces"] if level == "full" else []
    layers += [f"Landlock {ready['landlock']}"] if ready["landlock"] else []
    details = [", ".join([*layers, "seccomp"]), f"{workers} workers" if workers > 1 else "1 worker"]
    if ready["search_capability"]:
        details += ["the interpreter lies in a closed folder: names in all such folders visible"]
    details += [f"degraded: {degraded}"] if degraded else []
    details += [VISIBLE[level]] if VISIBLE[level] else []
    return Sandbox(
        lambda: ZygoteWorker(plan),
        level=level,
        description=f"sandbox: {level} ({'; '.join(details)})",
        workers=workers,
        first=first,
        clean_up=scratch.close if scratch else None,
    )


def _unprotected(floor: int, workers: int, causes: str) -> Sandbox:
    if floor > 0:
        raise SandboxUnavailable(f"no sufficient sandbox on this machine: {causes}")
    return Sandbox(
        DirectWorker,
        level="none",
        description=f"sandbox: none ({_listed([VISIBLE['none'], f'{workers} workers', causes])})",
        workers=workers,
    )


@functools.cache
def probe(readable: tuple[str, ...]) -> Probed:
    """Once per process; never kept longer, for the next one may stand in another container."""
    try:
        return zygotes.probe(_setup("probe", readable, ""))
    except WorkerLost as lost:
        raise SandboxUnavailable(f"the sandbox cannot be probed: {lost}") from lost


def _setup(level: str, readable: tuple[str, ...], boxes: str) -> Setup:
    return Setup(level=level, view=view_of(readable), imports=[], user=ORDINARY_USER, boxes=boxes)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _listed(causes: list[str]) -> str:
    return "; ".join(filter(None, causes))
