"""Which questions teach most: those that are neither sure nor hopeless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def potential(successes: int, trials: int) -> float:
    """4 p (1 - p): 1 where half of the trials succeed, 0 where all or none do.

    Raises:
        ValueError: no trials, or more successes than trials.
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} successes of {trials} trials")
    share = successes / trials
    return 4 * share * (1 - share)


def staged(trials: Mapping[T, tuple[int, int]], stages: int = 4) -> list[list[T]]:
    """Questions in stages of equal size, those of the highest potential first.

    Args:
        trials: question -> (successes, trials).
        stages: how many.
    """
    ordered: Sequence[T] = sorted(trials, key=lambda key: -potential(*trials[key]))
    size, rest = divmod(len(ordered), stages)
    made, start = [], 0
    for stage in range(stages):
        end = start + size + (stage < rest)
        made.append(list(ordered[start:end]))
        start = end
    return made
