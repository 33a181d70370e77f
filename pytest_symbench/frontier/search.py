"""One search: the level at which a method's answers to a task are half right, and what fails first.

A search asks in batches, each chosen by what is known by then; the episodes of a batch run at
once, as those of other searches do. What it asks follows from the answers alone, so a search that
is resumed from its ledger takes the same way again without asking.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pytest_symbench.cases import Case, Search
from pytest_symbench.engine import Result
from pytest_symbench.frontier.curve import Posterior
from pytest_symbench.frontier.staircase import Staircase
from pytest_symbench.ledger import Row
from pytest_symbench.tasks import LevelError, registry
from pytest_symbench.tasks.instance import level_params

BATCH = 4
"""Episodes of one search at once."""

SEEDS = 5
"""Instances of a level among which the smallest failing one is sought, beside those that failed."""

FOR_SHRINKING = 6
"""One part in so many of the budget is left for the smallest failing instance."""

Ask: TypeAlias = Callable[[Case], Coroutine[Any, Any, Result]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Where a search may look, and how long."""

    low: int
    high: int
    width: float
    """Of the 95 % interval, in levels, with which it is content."""
    episodes: int
    """At most, the search for the smallest failing instance included."""
    seed: int


@dataclass(slots=True, kw_only=True)
class Found:
    """What a search brought."""

    posterior: Posterior
    bounds: Bounds
    results: list[Result] = field(default_factory=list)
    smallest: Row | None = None
    """The smallest instance that fails, of those that were asked."""

    @property
    def narrow(self) -> bool:
        """Is the interval as narrow as it was to be? Else the budget ended the search."""
        return self.posterior.width <= self.bounds.width

    @property
    def counted(self) -> int:
        """Episodes that say something of the model."""
        return sum(_counts(result) for result in self.results)

    def describe(self) -> str:
        """The frontier, what it took, and the smallest failing instance: one line."""
        lost = len(self.results) - self.counted
        parts = [f"{self.posterior.describe()}, {self.counted} episodes"]
        if lost:
            parts.append(f"{lost} lost to infrastructure")
        if not self.narrow:
            parts.append(f"the budget ended before {self.bounds.width:g} levels were reached")
        if self.smallest:
            parts.append(
                f"smallest failing: level {self.smallest.level}, seed {self.smallest.seed} "
                f"({self.smallest.outcome.replace('_', ' ')})"
            )
        return "; ".join(parts)


def span(task: str, levels: Sequence[int]) -> tuple[int, int]:
    """The lowest and the highest of the levels that a task has.

    Raises:
        LevelError: it has none of them.
    """
    found = registry.get(task)
    low, high = min(levels), max(levels)
    level_params(found, low)
    while high > low:
        try:
            level_params(found, high)
        except LevelError:
            high -= 1
        else:
            break
    return low, high


def wide_enough(low: int, high: int) -> float:
    """The width that ``auto`` stands for: two levels, more where there are many."""
    return max(2.0, 0.15 * (high - low + 1))


def at_most(sought: Search, bounds: Bounds) -> list[Case]:
    """As many cases as a search may ask, spread evenly over its levels: for plans."""
    levels = range(bounds.low, bounds.high + 1)
    return [
        Case(
            sought.task,
            levels[n % len(levels)],
            bounds.seed + n // len(levels),
            sought.method,
        )
        for n in range(bounds.episodes)
    ]


async def search(ask: Ask, sought: Search, bounds: Bounds) -> Found:
    """Finds the frontier, then the smallest failing instance.

    Raises:
        What ``ask`` raises.
    """
    most = bounds.episodes - bounds.episodes // FOR_SHRINKING
    stairs = Staircase(bounds.low, bounds.high, bounds.width, most)
    asked, results = Counter[int](), list[Result]()
    while len(results) < most and not await asyncio.to_thread(stairs.done):
        room = min(BATCH, most - len(results))
        cases = []
        for level in await asyncio.to_thread(stairs.next_levels, room):
            cases.append(Case(sought.task, level, bounds.seed + asked[level], sought.method))
            asked[level] += 1
        answers = await asyncio.gather(*(ask(case) for case in cases))
        results += answers
        stairs.add(
            [
                (int(result.row.level), result.row.outcome == "correct")
                for result in answers
                if _counts(result)
            ]
        )
    found = Found(posterior=stairs.posterior(), bounds=bounds, results=results)
    await _shrink(ask, sought, found)
    return found


async def _shrink(ask: Ask, sought: Search, found: Found) -> None:
    """Looks below the lowest failure for a smaller one: Hypothesis shrinks, the ledger remembers."""
    known = {
        (int(result.row.level), result.row.seed): result
        for result in found.results
        if _counts(result)
    }
    failing = [place for place, result in known.items() if result.row.outcome != "correct"]
    if not failing:
        return
    loop = asyncio.get_running_loop()
    lost = dict[tuple[int, int], Result]()
    trouble = list[Exception]()

    def fails(place: tuple[int, int]) -> bool:
        if place not in known:
            if trouble or place in lost or len(found.results) >= found.bounds.episodes:
                return False
            case = Case(sought.task, *place, sought.method)
            try:
                result = asyncio.run_coroutine_threadsafe(ask(case), loop).result()
            except Exception as error:  # Hypothesis would take it for a failure to be shrunk
                trouble.append(error)
                return False
            found.results.append(result)
            (known if _counts(result) else lost)[place] = result
            if place in lost:
                return False
        return known[place].row.outcome != "correct"

    smallest = await asyncio.to_thread(_smallest, _candidates(found.bounds, failing), fails)
    if trouble:
        raise trouble[0]
    found.smallest = known[smallest].row


def _candidates(bounds: Bounds, failing: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Levels and seeds to look at, the simplest first."""
    least = min(level for level, _ in failing)
    seeds = range(bounds.seed, bounds.seed + SEEDS)
    places = {(level, seed) for level in range(bounds.low, least + 1) for seed in seeds}
    return sorted(places.union(failing))


def _smallest(
    pool: Sequence[tuple[int, int]], fails: Callable[[tuple[int, int]], bool]
) -> tuple[int, int]:
    """The first of the pool that Hypothesis can shrink a failure to; the known ones are in it."""
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis import strategies as st

    profile = settings(
        max_examples=20 * len(pool),
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    return find(st.sampled_from(pool), fails, settings=profile)


def _counts(result: Result) -> bool:
    return result.row.outcome != "infrastructure"
