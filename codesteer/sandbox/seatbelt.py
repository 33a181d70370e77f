"""Snippets on macOS, behind the system's own sandbox. Never yet run on a Mac.

No fork from a prepared process there: Apple's libraries do not survive it. A fresh
interpreter per snippet is put behind a profile that denies everything but reading the
interpreter's libraries and using a scratch folder. The canary decides whether it holds.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Sequence

from codesteer.sandbox import canary
from codesteer.sandbox.direct import DirectSubject, DirectWorker, interpreter
from codesteer.sandbox.execution import Limits, SandboxUnavailable
from codesteer.sandbox.levels import RANKS, VISIBLE
from codesteer.sandbox.pool import Sandbox
from codesteer.sandbox.readable import view_of
from codesteer.sandbox.watch import Cut

LEVEL = "seatbelt"
MEASURE_S = 0.5

_PROFILE = """(version 1)
(deny default)
(allow process-exec (literal (param "PYTHON")))
(allow signal (target self))
(allow sysctl-read)
(allow file-read-metadata)
(allow file-read-data {readable})
(allow file-read* file-write-data (literal "/dev/null"))
(allow file-read* (literal "/dev/random") (literal "/dev/urandom") (literal "/dev/zero"))
(allow file-read* file-write* (subpath (param "SCRATCH")))
"""


def profile(roots: Sequence[str]) -> str:
    """What a snippet may do, in the language of ``sandbox-exec``."""
    system = ["/System/Library", "/usr/lib", "/Library/Frameworks"]
    folders = " ".join(f'(subpath "{path}")' for path in [*system, *roots])
    return _PROFILE.format(readable=folders)


class SeatbeltWorker(DirectWorker):
    """Starts one confined interpreter per snippet."""

    def __init__(self) -> None:
        super().__init__(level=LEVEL)
        self._profile = profile(view_of()["roots"])

    def command(self, limits: Limits, status_fd: int, scratch: str) -> Sequence[str]:
        python = shutil.which(interpreter()[0]) or interpreter()[0]
        words = ["-D", f"PYTHON={python}", "-D", f"SCRATCH={scratch}", "-p", self._profile]
        return ["sandbox-exec", *words, *super().command(limits, status_fd, scratch)]

    def excess(self, subject: DirectSubject, limits: Limits) -> Callable[[], Cut] | None:
        """The limit of address space is not enforced there, so memory is measured."""
        return MemoryGauge(subject.pid, limits.memory_mb)


class MemoryGauge:
    """Asks `ps` now and then."""

    def __init__(self, pid: int, limit_mb: int) -> None:
        self._command = ["ps", "-o", "rss=", "-p", str(pid)]
        self._limit_kb = limit_mb * 1024
        self._next = 0.0

    def __call__(self) -> Cut:
        if time.monotonic() < self._next:
            return ""
        self._next = time.monotonic() + MEASURE_S
        told = subprocess.run(self._command, capture_output=True, text=True, check=False).stdout
        resident = int(told) if told.strip().isdigit() else 0
        return "memory" if resident > self._limit_kb else ""


def open_seatbelt(*, floor: int, workers: int) -> Sandbox:
    """`floor`: the rank of the weakest level that will do."""
    cause = ""
    if RANKS[LEVEL] < floor:
        cause = f"macOS offers {LEVEL} only, below what is required"
    elif shutil.which("sandbox-exec") is None:
        cause = "sandbox-exec is missing"
    else:
        worker = SeatbeltWorker()
        cause = canary.escapes(worker, level=LEVEL)
    if cause:
        raise SandboxUnavailable(f"no sufficient sandbox on this machine: {cause}")
    return Sandbox(
        SeatbeltWorker,
        level=LEVEL,
        description=f"sandbox: {LEVEL} ({VISIBLE[LEVEL]}; {workers} workers)",
        workers=workers,
        first=worker,
    )
