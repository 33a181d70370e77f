from __future__ import annotations

from collections.abc import Iterator

from pytest_symbench.tasks.task import Data
from tests.tasks.cases.exchange_oracle import every_answer, forms, near_misses, play

SMALL = [
    {"raw": 2, "made": 1, "methods": 2, "counts": [1, 2], "schedules": ["exhaust"]},
    {"raw": 2, "made": 1, "methods": 3, "counts": [2, 4], "schedules": ["round_robin"]},
    {"raw": 2, "made": 2, "methods": 3, "counts": [1, 3], "schedules": ["exhaust", "round_robin"]},
]


def final(data: Data) -> list[int]:
    (schedule,) = data["schedules"]
    return play(data, once=schedule == "round_robin")


def ACCEPTED(data: Data, gold: str) -> list[str]:
    return [gold, *forms(final(data), data["kinds"])]


def REJECTED(data: Data, gold: str) -> list[str]:
    counts = final(data)
    rejected = near_misses(counts, data)
    rejected += [str(other) for once in (True, False) if (other := play(data, once=once)) != counts]
    # the published judge drops blanks and compares digits
    return [*rejected, "".join(map(str, counts)), " ".join(data["kinds"])]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    yield from every_answer(data, [final(data)], 15 if len(data["start"]) == 3 else 11)
