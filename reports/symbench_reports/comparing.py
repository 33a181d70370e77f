"""Two series on the very same instances: what one lost and gained against the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import sqrt
from typing import Any, NamedTuple

from pytest_symbench.ledger import Row
from pytest_symbench.stats import Z95, Interval, mcnemar, paired_bootstrap
from symbench_reports.scores import facts, order

Identity = tuple[str, int, str, int, int]


class Counts(NamedTuple):
    """Pairs of answers to the same instances, by who was right."""

    both: int
    lost: int
    gained: int
    neither: int

    @property
    def pairs(self) -> int:
        return sum(self)


def compare(base: Sequence[Row], other: Sequence[Row]) -> dict[str, Any] | None:
    """The paired difference ``other - base``, in all and by task; None without a common instance.

    ``p`` is of McNemar's exact test. The interval over all tasks is a bootstrap over tasks and
    instances, the one of a task is Bonett and Price's (2012) for paired rates.
    """
    before, after = _answers(base), _answers(other)
    by_task: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for identity in before.keys() & after.keys():
        by_task[identity[0]].append((before[identity], after[identity]))
    if not by_task:
        return None
    tasks = [_task(name, _count(by_task[name])) for name in order(by_task)]
    total = Counts(*(sum(task[name] for task in tasks) for name in Counts._fields))
    return {**_figures(total), **_interval(by_task, total), "p": _p(total), "tasks": tasks}


def _answers(rows: Sequence[Row]) -> dict[Identity, bool]:
    return {
        (row.task, row.version, row.level, row.seed, row.attempt): row.outcome == "correct"
        for row in rows
        if row.outcome != "infrastructure"
    }


def _count(pairs: Sequence[tuple[bool, bool]]) -> Counts:
    return Counts(
        both=sum(was and now for was, now in pairs),
        lost=sum(was and not now for was, now in pairs),
        gained=sum(now and not was for was, now in pairs),
        neither=sum(not was and not now for was, now in pairs),
    )


def _task(name: str, counts: Counts) -> dict[str, Any]:
    low, high = bonett_price(counts)
    return {"task": name, **facts(name), **_figures(counts), "low": low, "high": high,
            "p": _p(counts)}  # fmt: skip


def _figures(counts: Counts) -> dict[str, Any]:
    pairs = counts.pairs
    return {
        "pairs": pairs,
        **counts._asdict(),
        "base_rate": (counts.both + counts.lost) / pairs,
        "rate": (counts.both + counts.gained) / pairs,
        "difference": (counts.gained - counts.lost) / pairs,
    }


def bonett_price(counts: Counts) -> Interval:
    """The adjusted Wald interval of a paired difference."""
    n = counts.pairs + 2
    gained, lost = (counts.gained + 1) / n, (counts.lost + 1) / n
    difference = gained - lost
    half = Z95 * sqrt(max(0.0, gained + lost - difference**2) / n)
    return Interval(max(-1.0, difference - half), min(1.0, difference + half))


def _interval(by_task: dict[str, list[tuple[bool, bool]]], total: Counts) -> dict[str, Any]:
    differences = {
        # Sorted: the same interval whatever order the ledger has.
        name: sorted(float(now) - float(was) for was, now in pairs)
        for name, pairs in sorted(by_task.items())
    }
    if len(differences) < 5:  # too few tasks to draw among: the instances are taken as given
        low, high = bonett_price(total)
        return {"low": low, "high": high, "interval": "instances"}
    try:
        low, high = paired_bootstrap(differences, draws=4000)
    except ImportError:
        low, high = bonett_price(total)
        return {"low": low, "high": high, "interval": "instances"}
    return {"low": low, "high": high, "interval": "tasks"}


def _p(counts: Counts) -> float | None:
    try:
        return mcnemar(counts.lost, counts.gained)
    except ImportError:
        return None
