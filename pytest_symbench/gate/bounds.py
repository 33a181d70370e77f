"""What can be excluded: how large a drop may still be, and how many instances would tell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pytest_symbench.stats import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT_UP_TO = 120
"""Pairs for which all outcomes are enumerated; beyond, the score test is as good."""


class Drops(NamedTuple):
    """The paired differences of one scope, worse counted positive."""

    drop: float
    """The mean over tasks."""
    variance: float
    """Of that mean."""
    pairs: int
    """Instances, however often each was asked."""
    lost: float
    gained: float
    """Discordant pairs, in units of independent ones."""
    effective: float
    """Independent pairs that tell as much."""
    tasks: int


def drops(groups: Sequence[Sequence[float]], attempts: Sequence[Sequence[int]]) -> Drops:
    """Sums up the differences of several tasks, each the mean over its instances' attempts."""
    arrays = [np.asarray(group, dtype=float) for group in groups]
    pairs = sum(map(len, arrays))
    total = sum(sum(counts) for counts in attempts)
    lost = gained = 0.0
    for values, counts in zip(arrays, attempts, strict=True):
        lost += float(np.clip(values, 0, None) @ np.asarray(counts))
        gained += float(np.clip(-values, 0, None) @ np.asarray(counts))
    mean = float(np.mean([values.mean() for values in arrays]))
    effective = _effective(groups, pairs, total)
    scale = effective / total
    return Drops(
        drop=mean,
        variance=_variance(arrays, pairs),
        pairs=pairs,
        lost=lost * scale,
        gained=gained * scale,
        effective=effective,
        tasks=len(groups),
    )


def _variance(groups: Sequence[NDArray[Any]], pairs: int) -> float:
    """Of the mean over tasks, the tasks being given. Never quite zero: one pair more could differ."""
    if min(map(len, groups)) > 1:
        within = sum(float(values.var(ddof=1)) / len(values) for values in groups)
        return within / len(groups) ** 2 + 1 / pairs**2
    values = np.concatenate(groups)
    return float(values.var()) / pairs + 1 / pairs**2


def _effective(groups: Sequence[Sequence[float]], pairs: int, total: int) -> float:
    """Attempts at one instance resemble each other: as many as tell the same (Rao and Scott)."""
    if total == pairs:
        return float(pairs)
    values = np.concatenate([np.asarray(group) for group in groups])
    each = total / pairs
    between = float(values.var(ddof=1)) if len(values) > 1 else 0.0
    share = float(np.abs(values).mean())
    alone = max(share - float(values.mean()) ** 2, 0.0) / each
    inflation = between / alone if alone > 0 else each
    return total / min(max(inflation, 1.0), each)


def p_at_least(found: Drops, margin: float) -> float:
    """The p-value of "the drop is ``margin`` or more": small if it can be excluded."""
    from scipy.stats import norm

    if found.effective > EXACT_UP_TO or (found.tasks > 1 and not _balanced(found)):
        z = (margin - found.drop) / sqrt(found.variance)
        return float(norm.sf(z))
    pairs = int(found.effective)
    lost, gained = ceil(found.lost - 1e-9), int(found.gained + 1e-9)
    if lost + gained > pairs:  # rounding
        gained = max(0, pairs - lost)
    return float(_exact(pairs, margin)[min(lost, pairs), gained])


def _balanced(found: Drops) -> bool:
    """Is the mean over tasks the mean over instances too?"""
    return abs((found.lost - found.gained) / found.effective - found.drop) < 1e-9


def largest_drop(found: Drops, miss_rate: float) -> float:
    """The largest drop that cannot be excluded at this error rate."""
    low, high = -1.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        if p_at_least(found, middle) > miss_rate:
            low = middle
        else:
            high = middle
    return high


@cache
def _exact(pairs: int, margin: float) -> NDArray[Any]:
    """For each (lost, gained): the chance of as little evidence of a drop, at worst.

    Unconditional: the largest over the share of gained pairs, which the hypothesis leaves open.
    Outcomes are ordered by the score statistic for a paired difference (Tango 1998).
    """
    from scipy.special import gammaln, xlogy

    lost, gained = np.meshgrid(np.arange(pairs + 1), np.arange(pairs + 1), indexing="ij")
    possible = lost + gained <= pairs
    b, c = lost[possible], gained[possible]
    order = np.argsort(_score(b, c, pairs, margin), kind="stable")
    b, c = b[order], c[order]
    ways = gammaln(pairs + 1) - gammaln(b + 1) - gammaln(c + 1) - gammaln(pairs - b - c + 1)
    worst = np.zeros(len(b))
    score = _score(b, c, pairs, margin)
    # Outcomes of the same score are one outcome: the last of each run speaks for all of it.
    last = np.searchsorted(score, score + 1e-9, side="right") - 1
    for share in np.linspace(max(0.0, -margin), (1 - max(margin, 0.0)) / 2 + max(0.0, -margin), 61):
        gone, won = share + margin, share
        if gone + won > 1 + 1e-12 or gone < 0:
            continue
        rest = max(1 - gone - won, 0.0)
        logs = ways + xlogy(b, gone) + xlogy(c, won) + xlogy(pairs - b - c, rest)
        worst = np.maximum(worst, np.cumsum(np.exp(logs))[last])
    table = np.ones((pairs + 1, pairs + 1))
    table[b, c] = np.minimum(worst, 1.0)
    return table


def _score(b: NDArray[Any], c: NDArray[Any], n: int, margin: float) -> NDArray[Any]:
    quadratic = 2.0 * n
    linear = -b - c + (2 * n - b + c) * margin
    constant = -c * margin * (1 - margin)
    root = np.sqrt(np.maximum(linear**2 - 4 * quadratic * constant, 0))
    share = (root - linear) / (2 * quadratic)
    variance = n * np.maximum(2 * share + margin * (1 - margin), 1e-12)
    score: NDArray[Any] = np.round((b - c - n * margin) / np.sqrt(variance), 9)
    return score


def needed(found: Drops, *, tolerance: float, detect: float, level: float, miss_rate: float) -> int:
    """About how many instances would decide, if they went on like these."""
    from scipy.stats import norm

    spread = sqrt(found.variance * found.pairs)
    counts = []
    if (room := detect - found.drop) > 0:
        count = float(norm.isf(miss_rate) * spread / room) ** 2
        counts.append(max(count, _enough(found, detect, miss_rate)))
    if (excess := found.drop - tolerance) > 0:
        counts.append(float(norm.isf(level) * spread / excess) ** 2)
    return max(ceil(min(counts)), found.pairs + 1)


def _enough(found: Drops, detect: float, miss_rate: float) -> float:
    """The same by the exact test, where that would judge."""
    scale = 1.0
    while scale * found.effective <= EXACT_UP_TO and found.tasks == 1:
        more = found._replace(
            effective=found.effective * scale,
            lost=found.lost * scale,
            gained=found.gained * scale,
        )
        if p_at_least(more, detect) <= miss_rate:
            return found.pairs * scale
        scale += max(0.05, 1 / found.pairs)
    return 0.0


class Scores(NamedTuple):
    """The success of one scope: the mean over its tasks."""

    score: float
    effective: float
    """Independent answers that tell as much."""
    answers: int


def scores(groups: Sequence[Sequence[float]], attempts: Sequence[Sequence[int]]) -> Scores:
    """Sums up the success of several tasks, given each instance's mean over its attempts."""
    means = [float(np.mean(group)) for group in groups]
    mean = float(np.mean(means))
    answers = sum(sum(counts) for counts in attempts)
    instances = sum(len(group) for group in groups)
    variance = sum(
        float(np.var(group, ddof=1)) / len(group) for group in groups if len(group) > 1
    ) / len(groups) ** 2  # fmt: skip
    if answers == instances and len(groups) == 1:
        return Scores(mean, float(answers), answers)
    alike = mean * (1 - mean) / variance if variance > 0 else float(instances)
    return Scores(mean, min(alike, float(answers)), answers)


def score_interval(found: Scores, *, low_error: float, high_error: float) -> Interval:
    """Clopper-Pearson limits, each with its own one-sided error rate (Korn and Graubard)."""
    from scipy.special import betaincinv

    right, n = found.score * found.effective, found.effective
    low = float(betaincinv(right, n - right + 1, low_error)) if right > 1e-9 else 0.0
    high = float(betaincinv(right + 1, n - right, 1 - high_error)) if n - right > 1e-9 else 1.0
    return Interval(low, high)


def p_score_below(found: Scores, minimum: float) -> float:
    """The p-value of "the score is ``minimum`` or more": small if it is below."""
    from scipy.special import betainc

    right, n = found.score * found.effective, found.effective
    if n - right < 1e-9:
        return 1.0
    return float(betainc(n - right, right + 1, 1 - minimum))


def needed_for_score(
    found: Scores, minimum: float, *, level: float, miss_rate: float
) -> int | None:
    """About how many answers would decide; None where the score lies on the minimum."""
    from scipy.stats import norm

    distance = found.score - minimum
    if abs(distance) < 1e-9:
        return None
    z = norm.isf(miss_rate if distance > 0 else level)
    spread = max(found.score * (1 - found.score), minimum * (1 - minimum), 1e-4)
    scale = found.answers / found.effective
    return max(ceil(float(z**2 * spread / distance**2 * scale)), found.answers + 1)
