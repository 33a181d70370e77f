"""Statistics of success rates. scipy is imported where it is used: a run without a gate needs none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb, sqrt
from typing import NamedTuple

Z95 = 1.959963984540054


class Interval(NamedTuple):
    """A confidence interval of a rate; both ends between 0 and 1."""

    low: float
    high: float


def wilson(successes: int, trials: int, z: float = Z95) -> Interval:
    """Wilson's score interval of a success rate; (0, 1) where nothing was tried."""
    _check(successes, trials)
    if trials == 0:
        return Interval(0.0, 1.0)
    rate, square = successes / trials, z * z
    centre = (rate + square / (2 * trials)) / (1 + square / trials)
    half = z * sqrt(rate * (1 - rate) / trials + square / (4 * trials**2)) / (1 + square / trials)
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return Interval(low, high)


def clopper_pearson(successes: int, trials: int, level: float = 0.95) -> Interval:
    """The exact interval of a success rate: never covers less often than ``level``."""
    _check(successes, trials)
    if trials == 0:
        return Interval(0.0, 1.0)
    from scipy.stats import binomtest

    found = binomtest(successes, trials).proportion_ci(confidence_level=level, method="exact")
    return Interval(float(found.low), float(found.high))


def mcnemar(lost: int, gained: int) -> float:
    """The exact two-sided p-value of McNemar's test on the discordant pairs."""
    if lost < 0 or gained < 0:
        raise ValueError(f"{lost} and {gained} discordant pairs")
    if lost + gained == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(lost, lost + gained, 0.5).pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the given order: compare each with the family's error rate."""
    if any(not 0 <= p <= 1 for p in p_values):  # NaN too
        raise ValueError("p-values are numbers from 0 to 1")
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, largest = [1.0] * len(p_values), 0.0
    for rank, position in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[position]))
        adjusted[position] = largest
    return adjusted


def pass_at_k(attempts: int, correct: int, k: int) -> float:
    """The chance that one of ``k`` attempts is right, estimated without bias from ``attempts``."""
    return at_least_k(attempts, correct, 1, of=k)


def at_least_k(attempts: int, correct: int, k: int, *, of: int) -> float:
    """The chance that ``k`` or more ``of`` so many attempts are right, estimated without bias.

    ``at_least_k(n, c, k, of=k)`` is "all of k"; with k = 1 it is pass@k.
    """
    _check(correct, attempts)
    if not 1 <= k <= of <= attempts:
        raise ValueError(f"{k} right of {of} cannot be estimated from {attempts} attempts")
    ways = sum(
        comb(correct, right) * comb(attempts - correct, of - right) for right in range(k, of + 1)
    )
    return ways / comb(attempts, of)


def paired_bootstrap(
    differences: Mapping[str, Sequence[float]],
    *,
    level: float = 0.95,
    draws: int = 10_000,
    seed: int = 0,
) -> Interval:
    """The percentile interval of the mean over tasks of a paired difference.

    Tasks are drawn with replacement, and within each its instances: the interval is for tasks
    like these, not for these alone, and so wider than one that takes the tasks as given.

    Args:
        differences: task -> one difference per instance.
        level: how often such intervals cover.
        draws: bootstrap samples.
        seed: makes the same interval every time.
    """
    import numpy as np

    groups = [np.asarray(values, dtype=float) for values in differences.values() if len(values)]
    if not groups:
        return Interval(-1.0, 1.0)
    if not all(np.isfinite(group).all() for group in groups):
        raise ValueError("a difference is not a number")
    rng = np.random.default_rng(seed)
    # Means of resampled instances first, then tasks are drawn among them: for every draw anew.
    means = np.stack([rng.choice(group, (draws, len(group))).mean(axis=1) for group in groups])
    chosen = rng.integers(len(groups), size=(len(groups), draws))
    totals = np.take_along_axis(means, chosen, axis=0).mean(axis=0)
    low, high = np.quantile(totals, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def _check(successes: int, trials: int) -> None:
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes of {trials} trials")
