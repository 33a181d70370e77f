from __future__ import annotations

from collections.abc import Iterator

from pytest_symbench.tasks.task import Data
from tests.tasks.cases.exchange_oracle import every_answer, forms, near_misses, play

SMALL = [
    {"raw": 2, "made": 1, "methods": 2, "counts": [1, 3]},
    {"raw": 2, "made": 1, "methods": 2, "counts": [2, 6], "ranges": [[3, 6], [2, 4]]},
    {
        "raw": 3,
        "made": 1,
        "methods": 3,
        "counts": [2, 8],
        "ranges": [[4, 8], [3, 6], [2, 5]],
    },
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    return [gold, *forms(play(data, once=True), data["kinds"])]


def REJECTED(data: Data, gold: str) -> list[str]:
    counts, other = play(data, once=True), play(data, once=False)
    rejected = near_misses(counts, data)
    if other != counts:
        rejected.append(str(other))
    # the key of the publication, which always has five numbers
    return [*rejected, str([*counts, *[0] * (6 - len(counts))])]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    yield from every_answer(data, [play(data, once=True)], 12)
