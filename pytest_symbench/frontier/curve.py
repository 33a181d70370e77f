"""Success against level: a logistic curve with a lapse rate, and what is known of it.

Success at level x is (1 - lapse) / (1 + exp(slope * (x - m))). The curve is described by its
frontier, the level where it crosses one half, rather than by m: that is what is asked for. All
three are known only as a distribution on a grid, so that an interval needs no normal theory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pytest_symbench.stats import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

LAPSES = {0.0: 0.3, 0.02: 0.3, 0.05: 0.2, 0.1: 0.12, 0.2: 0.08}
"""How often even the easiest is missed, and how likely that is before anything is asked."""

STEEPEST = 8.0
SLOPES = 10
FRONTIERS = 121
"""Points of the grid."""


MASS = 0.97
"""Of the posterior in an interval of 95 %: a search that ends when its interval is narrow ends
too early a little too often, which benchmarks/frontier_simulation.py shows and this makes good.
"""


class Trials(NamedTuple):
    """Answers at one level."""

    right: float
    wrong: float


class Grid(NamedTuple):
    """All curves that are considered for a range of levels, with their prior weights."""

    low: int
    high: int
    frontier: NDArray[Any]
    slope: NDArray[Any]
    lapse: NDArray[Any]
    prior: NDArray[Any]

    def success(self, level: float) -> NDArray[Any]:
        """Of each curve at a level."""
        shift = np.log1p(-2 * self.lapse) / self.slope
        slope = np.clip(self.slope * (level - self.frontier + shift), -40, 40)
        found: NDArray[Any] = np.clip((1 - self.lapse) / (1 + np.exp(slope)), 1e-6, 1 - 1e-6)
        return found


@lru_cache(maxsize=16)
def grid(low: int, high: int) -> Grid:
    """The curves for levels ``low`` to ``high``; frontiers may lie a quarter of them outside."""
    span = max(high - low, 2)
    frontiers = np.linspace(low - span / 4, high + span / 4, FRONTIERS)
    slopes = np.geomspace(min(2 / span, 1.0), STEEPEST, SLOPES)
    lapses, weights = np.array(list(LAPSES)), np.array(list(LAPSES.values()))
    frontier, slope, lapse = np.meshgrid(frontiers, slopes, lapses, indexing="ij")
    prior = np.broadcast_to(weights, frontier.shape)
    return Grid(
        low, high, frontier.ravel(), slope.ravel(), lapse.ravel(), np.ravel(prior) / prior.sum()
    )


@lru_cache(maxsize=8)
def successes(low: int, high: int) -> NDArray[Any]:
    """`Grid.success` at all levels of a range."""
    return np.stack([grid(low, high).success(level) for level in range(low, high + 1)])


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is known of a curve after some answers."""

    grid: Grid
    weights: NDArray[Any]

    @property
    def frontier(self) -> float:
        """The median of the frontier."""
        return self._quantile(0.5)

    @property
    def interval(self) -> Interval:
        """Covers the true frontier in 95 % of searches; cut where no level was to be asked."""
        low, high = (1 - MASS) / 2, (1 + MASS) / 2
        return Interval(self._cut(self._quantile(low)), self._cut(self._quantile(high)))

    @property
    def width(self) -> float:
        """Of the interval, in levels."""
        low, high = self.interval
        return high - low

    def below(self, level: float) -> float:
        """The probability that the frontier is below a level."""
        return float(self.weights[self.grid.frontier < level].sum())

    def success(self, level: float) -> float:
        """The expected success at a level: the fitted curve."""
        return float(self.weights @ self.grid.success(level))

    def describe(self) -> str:
        """In words, with the interval."""
        low, high = self.interval
        ends = f"{self._end(low)} to {self._end(high)}"
        if self.frontier < self.grid.low:
            return f"below level {self.grid.low} (95 %: {ends})"
        if self.frontier > self.grid.high:
            return f"above level {self.grid.high} (95 %: {ends})"
        return f"at level {self.frontier:.1f} (95 %: {ends})"

    def after(self, level: int, right: float, wrong: float) -> Posterior:
        """With more answers at a level."""
        success = successes(self.grid.low, self.grid.high)[level - self.grid.low]
        weights = self.weights * success**right * (1 - success) ** wrong
        return Posterior(self.grid, weights / weights.sum())

    def _quantile(self, share: float) -> float:
        marginal = self.weights.reshape(FRONTIERS, -1).sum(axis=1)
        points = self.grid.frontier.reshape(FRONTIERS, -1)[:, 0]
        half = (points[1] - points[0]) / 2
        return float(np.interp(share, np.r_[0, np.cumsum(marginal)], np.r_[points - half,
                                                                          points[-1] + half]))  # fmt: skip

    def _cut(self, frontier: float) -> float:
        return min(max(frontier, self.grid.low - 0.5), self.grid.high + 0.5)

    def _end(self, end: float) -> str:
        if end <= self.grid.low - 0.5:
            return f"below {self.grid.low}"
        return f"above {self.grid.high}" if end >= self.grid.high + 0.5 else f"{end:.1f}"


def fit(
    points: Mapping[int, Trials], *, low: int | None = None, high: int | None = None
) -> Posterior:
    """The posterior after all answers; the range of levels is that of the answers if not given."""
    low = min(points) if low is None else low
    high = max(points) if high is None else high
    curves = grid(low, high)
    logs = np.log(curves.prior)
    for level, (right, wrong) in points.items():
        success = curves.success(level)
        logs = logs + right * np.log(success) + wrong * np.log1p(-success)
    weights = np.exp(logs - logs.max())
    return Posterior(curves, weights / weights.sum())


def trials(answers: Iterable[tuple[str, bool]]) -> dict[int, Trials]:
    """Answers counted by level; those at the paper's named settings have no place on the scale."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for level, right in answers:
        if level.isdecimal():
            counts[int(level)][not right] += 1
    return {level: Trials(*found) for level, found in sorted(counts.items())}
