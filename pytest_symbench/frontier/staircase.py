"""Which levels to ask next: those that are expected to tell most about the frontier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_symbench.frontier.curve import Posterior, Trials, fit, successes

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass
class Staircase:
    """An adaptive search: ask `next_levels`, tell the answers with `add`, until `done`."""

    low: int
    high: int
    width: float
    """Ends when the 95 % interval is as narrow as this, in levels."""
    budget: int
    """Answers at most."""
    points: dict[int, Trials] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """Answers so far."""
        return round(sum(right + wrong for right, wrong in self.points.values()))

    def add(self, answers: Sequence[tuple[int, bool]]) -> None:
        """Tells answers: level, and whether it was right."""
        for level, right in answers:
            before = self.points.get(level, Trials(0, 0))
            self.points[level] = Trials(before.right + right, before.wrong + (not right))

    def posterior(self) -> Posterior:
        """What is known so far."""
        return fit(self.points, low=self.low, high=self.high)

    def done(self) -> bool:
        """Is the interval narrow enough, or the budget spent?"""
        return self.asked >= self.budget or (
            self.asked > 0 and self.posterior().width <= self.width
        )

    def next_levels(self, batch: int) -> list[int]:
        """Levels to ask at once, within the budget.

        Each is chosen as if those before it in the batch had half succeeded, as expected: so a
        batch spreads instead of asking the best level many times.
        """
        posterior, chosen = self.posterior(), []
        for _ in range(min(batch, self.budget - self.asked)):
            level = _best(posterior, self.low, self.high)
            chosen.append(level)
            expected = posterior.success(level)
            posterior = posterior.after(level, expected, 1 - expected)
        return chosen


def _best(posterior: Posterior, low: int, high: int) -> int:
    """The level whose answer leaves the least expected variance of the frontier."""
    # Where exactly outside the range it lies cannot be found out and need not be.
    frontier = np.clip(posterior.grid.frontier, low - 0.5, high + 0.5)
    weights = posterior.weights
    found = successes(low, high)
    spread = _left(found, weights, frontier) + _left(1 - found, weights, frontier)
    return low + int(np.argmin(spread))


def _left(chance: NDArray[Any], weights: NDArray[Any], frontier: NDArray[Any]) -> NDArray[Any]:
    """The variance left by an answer, times how likely that answer is; for each level."""
    total = chance @ weights
    first = chance @ (weights * frontier)
    second = chance @ (weights * frontier**2)
    left: NDArray[Any] = second - first**2 / total
    return left
