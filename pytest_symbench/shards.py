"""Shards: a run divided among machines, each of which needs to know only its number.

Calls of one task, method and attempt cost about the same at a level, and those of different tasks
do not. So each task and method is dealt out by itself, level after level, and a case's shard does
not depend on which other tasks are run.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pytest_symbench.cases import Case


class Shard(NamedTuple):
    """One of ``of`` parts of a run; ``number`` counts from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


WHOLE = Shard(1, 1)


def parse_shard(text: str) -> Shard:
    """``2/4``: the second of four.

    Raises:
        ValueError: in a sentence.
    """
    number, slash, of = text.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal() and text.isascii()):
        raise ValueError(f"{text!r} is not a shard: give its number and how many there are: 2/4")
    shard = Shard(int(number), int(of))
    if not 1 <= shard.number <= shard.of <= 10_000:
        raise ValueError(f"there is no shard {text}: shards of N are numbered from 1/N to N/N")
    return shard


def part(cases: Sequence[Case], shard: Shard) -> list[Case]:
    """The cases of one shard, in order. Each case is in exactly one of them."""
    if shard.of == 1:
        return list(cases)
    dealt: Counter[tuple[str, str]] = Counter()
    mine = []
    for case in cases:
        pile = case.task, case.method
        if (_first(*pile) + dealt[pile]) % shard.of == shard.number - 1:
            mine.append(case)
        dealt[pile] += 1
    return mine


def _first(task: str, method: str) -> int:
    # Every task begins at another shard, or the first would get the odd case of all of them.
    return int.from_bytes(hashlib.sha256(f"{task}/{method}".encode()).digest()[:4], "big")
