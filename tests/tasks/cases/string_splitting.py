from __future__ import annotations

from collections.abc import Iterator

from pytest_symbench.tasks.task import Data
from tests.tasks.cases.exchange_oracle import every_answer, forms, near_misses, play

SMALL = [
    {"raw": 2, "made": 1, "methods": 2, "counts": [1, 2]},
    {"raw": 2, "made": 1, "methods": 3, "counts": [2, 4]},
    {"published": True, "raw": 3, "made": 3, "methods": 5, "counts": [1, 2]},
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    counts = play(data, once=True)
    accepted = [gold, *forms(counts, data["kinds"])]
    if max(counts) < 10:
        digits = "".join(map(str, counts))
        accepted += [digits, f" {digits}\n", f"[{digits}]", f'"{digits}"', f"`{digits}`"]
    return accepted


def REJECTED(data: Data, gold: str) -> list[str]:
    counts, other = play(data, once=True), play(data, once=False)
    rejected = near_misses(counts, data)
    digits = "".join(map(str, counts))
    if other != counts:
        rejected.append(str(other))
    # the published judge compares the digits of all counts together
    rejected += [f"{digits}0", f"0{digits}", " ".join([digits, digits])]
    if max(counts) > 9:
        rejected += [digits, digits[: len(counts)]]
        split = [*digits[: len(counts) - 1], digits[len(counts) - 1 :]]
        if [int(part) for part in split] != counts:
            rejected.append(", ".join(split))
    else:
        rejected += ["9" * len(counts), digits[::-1] if digits != digits[::-1] else "7"]
    return rejected


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    most = 15 if len(data["start"]) == 3 else 4
    yield from every_answer(data, [play(data, once=True)], most)
