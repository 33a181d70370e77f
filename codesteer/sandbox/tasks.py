"""How many processes and threads a snippet's user may have, all told.

The kernel counts per user, not per snippet. In a user namespace of its own (``full``) only
the zygote's two processes count beside the snippet; elsewhere everything that the user runs,
so that there the limit is only a backstop to counting the snippet's threads from outside.
"""

from __future__ import annotations

import contextlib
import os
import platform
import time

ZYGOTE_PROCESSES = 2
MARGIN = 200  # what else the user may start meanwhile, before a snippet suffers for it
RECOUNT_S = 2.0
FIRST_COUNTED_PER_NAMESPACE = (5, 14)


class TaskCount:
    """Counts the tasks of `user` now and then."""

    def __init__(self, *, level: str, user: int) -> None:
        self._user = user
        self._own_namespace = level == "full" and _kernel() >= FIRST_COUNTED_PER_NAMESPACE
        self._counted = 0
        self._counted_at = -RECOUNT_S

    def allowed(self, threads: int) -> int:
        """The limit that lets a snippet have `threads`."""
        if self._own_namespace:
            return ZYGOTE_PROCESSES + threads
        now = time.monotonic()
        if now - self._counted_at >= RECOUNT_S:
            self._counted, self._counted_at = _tasks_of(self._user), now
        return self._counted + threads + MARGIN


def _kernel() -> tuple[int, int]:
    major, minor = platform.release().split(".")[:2]
    return int(major), int("".join(c for c in minor if c.isdigit()) or 0)


def _tasks_of(user: int) -> int:
    count = 0
    with contextlib.suppress(OSError):
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if entry.stat().st_uid == user:
                        count += os.stat(f"/proc/{entry.name}/task").st_nlink - 2
    return count
