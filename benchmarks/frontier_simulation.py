"""Simulates the search for the frontier on models with known curves.

    python -m benchmarks.frontier_simulation --repeats 1000

Prints how often the 95 % interval holds the true frontier, and the calls it took, beside a fixed
grid (every level once, again and again) that ends at an interval as narrow.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from pytest_symbench.frontier.curve import Posterior
from pytest_symbench.frontier.staircase import Staircase


class Curve(NamedTuple):
    """A model with a known success at each level."""

    frontier: float
    slope: float
    lapse: float
    kind: str

    def success(self, level: float) -> float:
        distance = self.slope * (level - self.frontier)
        if self.kind == "logistic":
            shift = math.log(1 - 2 * self.lapse)
            return (1 - self.lapse) / (1 + math.exp(min(40, distance + shift)))
        # Another shape than the one that is fitted: a normal curve, or a step at each end.
        if self.kind == "normal":
            deviation = statistics.NormalDist().inv_cdf(0.5 / (1 - self.lapse))
            return (1 - self.lapse) * statistics.NormalDist().cdf(deviation - distance * 0.6)
        return (1 - self.lapse) if level <= self.frontier else 0.0


@dataclass
class Tally:
    """What the repeats of one setting brought."""

    held: int = 0
    calls: list[int] | None = None
    grid_held: int = 0
    grid_calls: list[int] | None = None
    unfinished: int = 0


def draw(rng: random.Random, kind: str, low: int, high: int) -> Curve:
    """A curve whose frontier lies anywhere in the range."""
    return Curve(
        rng.uniform(low, high), math.exp(rng.uniform(math.log(0.5), math.log(3))),
        rng.uniform(0, 0.08), kind,
    )  # fmt: skip


def holds(found: Posterior, curve: Curve) -> bool:
    """Is the true frontier in the interval? Of a step, any point between its two levels is."""
    low, high = found.interval
    if curve.kind == "step":
        return low <= math.floor(curve.frontier) + 1 and high >= math.floor(curve.frontier)
    return low <= curve.frontier <= high


def search(curve: Curve, rng: random.Random, settings: argparse.Namespace) -> Staircase:
    """The adaptive search."""
    stairs = Staircase(1, settings.levels, settings.width, settings.budget)
    while not stairs.done():
        levels = stairs.next_levels(settings.batch)
        stairs.add([(level, rng.random() < curve.success(level)) for level in levels])
    return stairs


def fixed(curve: Curve, rng: random.Random, settings: argparse.Namespace) -> Staircase:
    """The grid: every level once, until the interval is as narrow."""
    stairs = Staircase(1, settings.levels, settings.width, 100 * settings.levels)
    while not stairs.done():
        levels = range(1, settings.levels + 1)
        stairs.add([(level, rng.random() < curve.success(level)) for level in levels])
    return stairs


def simulate(kind: str, settings: argparse.Namespace) -> Tally:
    """All repeats of one kind of model."""
    tally = Tally(calls=[], grid_calls=[])
    assert tally.calls is not None
    assert tally.grid_calls is not None
    for repeat in range(settings.repeats):
        rng = random.Random(f"{settings.seed}/{kind}/{repeat}")
        curve = draw(rng, kind, 1, settings.levels)
        found = search(curve, rng, settings)
        tally.held += holds(found.posterior(), curve)
        tally.calls.append(found.asked)
        tally.unfinished += found.posterior().width > settings.width
        grid = fixed(curve, rng, settings)
        tally.grid_held += holds(grid.posterior(), curve)
        tally.grid_calls.append(grid.asked)
    return tally


def main(arguments: list[str] | None = None, write: Callable[[str], object] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--levels", type=int, default=20, help="levels 1 to this")
    parser.add_argument("--width", type=float, default=3.0, help="of the interval, in levels")
    parser.add_argument("--budget", type=int, default=80, help="calls at most")
    parser.add_argument("--batch", type=int, default=4, help="calls at once")
    parser.add_argument("--seed", type=int, default=0)
    settings = parser.parse_args(arguments)
    show = write or (lambda line: sys.stdout.write(line + "\n"))
    show(f"{settings.repeats} models of each kind, levels 1-{settings.levels}, interval of "
         f"{settings.width:g} levels, at most {settings.budget} calls, {settings.batch} at once")  # fmt: skip
    show(
        "curve     coverage  calls: median  mean  90 %  narrow   grid ending by itself: coverage  median  ratio   grid fixed beforehand: calls  ratio"
    )
    for kind in ("logistic", "normal", "step"):
        tally = simulate(kind, settings)
        assert tally.calls
        assert tally.grid_calls
        median, grid = statistics.median(tally.calls), statistics.median(tally.grid_calls)
        tenth = sorted(tally.calls)[int(0.9 * len(tally.calls))]
        narrow = 1 - tally.unfinished / settings.repeats
        # A grid whose size is fixed beforehand must be as large as the same share of models needs.
        beforehand = sorted(tally.grid_calls)[
            min(int(narrow * len(tally.grid_calls)), len(tally.grid_calls) - 1)
        ]
        show(
            f"{kind:<9} {tally.held / settings.repeats:8.1%}  {median:12g}  "
            f"{statistics.mean(tally.calls):4.1f}  {tenth:4}  {narrow:6.1%}  "
            f"{tally.grid_held / settings.repeats:14.1%}  {grid:6g}  {median / grid:5.2f}  "
            f"{beforehand:5}  {median / beforehand:5.2f}"
        )


if __name__ == "__main__":
    main()
