"""The exact paired test: under "no worse", each instance's difference is as likely either way.

The differences' sizes are taken as they are and their signs as fair coins. With one attempt at
each instance that is McNemar's exact test; with several, an instance is one draw however often
it was asked. Exactness holds for any weights, so that tasks of unequal size can be averaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELLS = 100_000
"""Cells of a distribution at most; finer weights are rounded, which the test stays exact under."""

EQUAL = 1 - 1e-9
"""Tails that differ by less come from rounding in floating point."""


@dataclass(frozen=True, slots=True)
class SignFlip:
    """The distribution of a sum of signed differences, and where the observed sum lies."""

    p: float
    """The chance of a sum at least as large."""
    tails: NDArray[Any]
    """All p-values that these differences could have given, ascending."""

    def size(self, level: float) -> float:
        """The chance that the p-value is at most ``level``: never more, often much less."""
        position = int(np.searchsorted(self.tails, level / EQUAL, side="right"))
        return float(self.tails[position - 1]) if position else 0.0


def signflip(differences: Sequence[float]) -> SignFlip:
    """Tests whether the sum of differences is above zero.

    Args:
        differences: one for each instance, positive for worse; zeros tell nothing.
    """
    values = _integers(differences)
    sizes = Counter(abs(value) for value in values if value)
    if not sizes:
        return SignFlip(1.0, np.ones(1))
    unit = gcd(*sizes)
    tails = _tails(tuple(sorted((size // unit, count) for size, count in sizes.items())))
    # The sum of the positive sizes tells the sum of all: it is what the coins decide.
    gain = sum(value for value in values if value > 0) // unit
    return SignFlip(float(tails[gain]), np.unique(tails))


@cache
def _tails(sizes: tuple[tuple[int, int], ...]) -> NDArray[Any]:
    """P(sum of the positive sizes >= s) for s = 0, 1, ..."""
    from scipy.signal import fftconvolve
    from scipy.stats import binom

    mass = np.ones(1)
    for size, count in sizes:
        part = np.zeros(size * count + 1)
        part[::size] = binom.pmf(np.arange(count + 1), count, 0.5)
        small = min(len(mass), len(part)) < 500
        mass = np.convolve(mass, part) if small else fftconvolve(mass, part)
    upward = np.cumsum(np.clip(mass, 0, None)[::-1])[::-1]
    tails: NDArray[Any] = np.minimum(upward / upward[0], 1.0)
    return tails


def _integers(differences: Sequence[float]) -> list[int]:
    """The differences in a common unit, coarse enough for a distribution of bounded size."""
    largest = sum(map(abs, differences))
    if not largest:
        return [0] * len(differences)
    smallest = min(abs(value) for value in differences if value)
    exact = [value / smallest for value in differences]
    if largest / smallest <= CELLS and all(abs(v - round(v)) < 1e-6 for v in exact):
        return [round(value) for value in exact]
    return [round(value / largest * CELLS) for value in differences]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A test among others: its p-value, and the part of the error rate that its group has."""

    p: float
    group: str
    part: float
    test: SignFlip | None = None
    """Where the p-value is discrete: what it could have been."""
    decided: bool = False
    """By an earlier look: it is asked no more, but keeps its part of the error rate."""

    def size(self, level: float) -> float:
        """The chance of a p-value of at most ``level`` if nothing is wrong."""
        return self.test.size(level) if self.test else min(1.0, level)


def adjusted(tests: Sequence[Hypothesis], *, step_down: bool = True) -> list[float]:
    """p-values to be compared with the error rate of all tests together.

    Each group has its part of the error rate (Bonferroni). Within it, Holm's procedure for
    discrete tests. Holm charges each test its nominal level; but an exact test on few discordant
    pairs cannot reach most levels, and what it cannot spend, the others get (Tarone 1990;
    Westfall and Young 1993). The charge is exact: signs do not depend on sizes.

    Args:
        tests: all tests of one error rate; the parts of their groups sum to at most 1.
        step_down: False for a later look at growing data, where Holm's steps would lean on
            rules that were decided by chance.
    """
    found = [1.0] * len(tests)
    for group in {test.group for test in tests}:
        members = [n for n, test in enumerate(tests) if test.group == group]
        order = sorted(members, key=lambda n: tests[n].p)
        largest = 0.0
        for rank, position in enumerate(order):
            test = tests[position]
            if step_down:
                charge = sum(tests[other].size(test.p) for other in order[rank:])
            else:
                # Depends on sizes alone, and charges what was decided the most it could have cost:
                # so it holds whichever rules earlier looks decided.
                charge = sum(
                    test.p if tests[other].decided else tests[other].size(test.p)
                    for other in members
                )
            largest = max(largest, min(1.0, charge / test.part))
            found[position] = largest
    return found
