"""The three pipes of a run: stdout, stderr and status."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

Ends = tuple[int, int, int]


class Pipes:
    """Both ends, until the reading ends are handed over."""

    def __init__(self) -> None:
        made = [os.pipe() for _ in range(3)]
        self.writers: Ends = (made[0][1], made[1][1], made[2][1])
        self._readers: Ends | None = (made[0][0], made[1][0], made[2][0])

    def hand_over(self) -> Ends:
        """The reading ends, which the receiver now has to close."""
        assert self._readers is not None
        readers, self._readers = self._readers, None
        return readers

    def close(self) -> None:
        for fd in (*self.writers, *(self._readers or ())):
            os.close(fd)


@contextlib.contextmanager
def open_pipes() -> Iterator[Pipes]:
    """Closes the writing ends at the end, and the reading ends unless handed over."""
    pipes = Pipes()
    try:
        yield pipes
    finally:
        pipes.close()
