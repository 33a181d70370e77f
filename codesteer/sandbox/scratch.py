"""Scratch folders on the real file system, for the level without namespaces of its own.

Their size, and there the number of threads too, is bounded by looking every so often: a
snippet may overshoot by what it can do in between.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from codesteer.sandbox.execution import Limits
from codesteer.sandbox.watch import Cut


@dataclass(frozen=True, slots=True)
class Box:
    """The scratch folder of one snippet."""

    path: str
    max_bytes: int
    max_entries: int
    max_threads: int

    def excess(self, pid: int) -> Cut:
        if _threads(pid) > self.max_threads:
            return "threads"
        return "disk" if self._is_full(pid) else ""

    def _is_full(self, pid: int) -> bool:
        """Looks at the folder, and at files that `pid` holds open but has unlinked."""
        size, entries = _held_open(pid)
        if size > self.max_bytes:
            return True
        waiting = [self.path]
        while waiting:
            try:
                with os.scandir(waiting.pop()) as listing:
                    for entry in listing:
                        entries += 1
                        size += entry.stat(follow_symlinks=False).st_blocks * 512
                        if size > self.max_bytes or entries > self.max_entries:
                            return True
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
            except FileNotFoundError:
                continue  # removed while we looked
            except OSError as error:
                # A folder deeper than a path can tell: nothing honest is.
                return error.errno == errno.ENAMETOOLONG
        return False


class Scratch:
    """The folder of all scratch folders of one sandbox."""

    def __init__(self, user: int | None) -> None:
        """`user` shall own it, where that is not the caller."""
        base = tempfile.gettempdir() if user is None else _open_to_all()
        self._user = user
        self._numbers = itertools.count()
        self._empty: list[str] = []
        self.path = os.path.realpath(tempfile.mkdtemp(prefix="symbench-boxes-", dir=base))
        self._own(self.path)

    @contextlib.contextmanager
    def box(self, limits: Limits) -> Iterator[Box]:
        try:
            path = self._empty.pop()
        except IndexError:
            path = f"{self.path}/{next(self._numbers)}"
            os.mkdir(path, 0o700)
            self._own(path)
        try:
            yield Box(path, limits.disk_mb << 20, limits.files, limits.threads)
        finally:
            # Most snippets write nothing, and some file systems take their time over rmdir.
            if os.listdir(path):
                remove(path)
            else:
                self._empty.append(path)

    def close(self) -> None:
        if os.path.isdir(self.path):
            remove(self.path)

    def _own(self, path: str) -> None:
        if self._user is not None:
            os.chown(path, self._user, self._user)


def _open_to_all() -> str:
    """A folder for temporary files that an ordinary user can reach."""
    for path in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        with contextlib.suppress(OSError):
            if os.stat(path).st_mode & stat.S_IWOTH and os.path.dirname(path) in ("/", "/var"):
                return path
    return "/tmp"


def _held_open(pid: int) -> tuple[int, int]:
    size = entries = 0
    with contextlib.suppress(OSError):  # no /proc, or not ours to see: FSIZE still holds
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                held = os.stat(f"/proc/{pid}/fd/{name}")
                if stat.S_ISREG(held.st_mode) and held.st_nlink == 0:
                    size += held.st_blocks * 512
                    entries += 1
    return size, entries


def _threads(pid: int) -> int:
    try:
        return os.stat(f"/proc/{pid}/task").st_nlink - 2
    except OSError:
        return 0


def remove(path: str) -> None:
    """Remove a folder, however deep, whatever its modes, without following links.

    A folder's folders are first moved up to stand beside it: no path and no recursion gets
    longer than one step, as those of `shutil.rmtree` would.
    """
    numbers = itertools.count()
    with contextlib.suppress(OSError):
        os.chmod(path, 0o700)
        _flatten(path, numbers)
    shutil.rmtree(path, ignore_errors=True)


def _flatten(top: str, numbers: Iterator[int]) -> None:
    waiting = [entry.path for entry in os.scandir(top) if entry.is_dir(follow_symlinks=False)]
    while waiting:
        folder = waiting.pop()
        os.chmod(folder, 0o700)
        with os.scandir(folder) as listing:
            entries = list(listing)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.path, 0o700)
                moved = f"{top}/.moved-{next(numbers)}"
                os.rename(entry.path, moved)
                waiting.append(moved)
            else:
                os.unlink(entry.path)
        os.rmdir(folder)
