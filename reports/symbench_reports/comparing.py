"""Two series on the very same instances: what one lost and gained against the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Any, NamedTuple

from pytest_symbench.ledger import Row
from pytest_symbench.stats import Z95, Interval, mcnemar, paired_bootstrap
from symbench_reports import words
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

    ``p`` is of McNemar's exact test; ``harm`` are the tasks whose whole interval is below zero. The
    interval over all tasks is a bootstrap over tasks and instances, the one of a task is Bonett and
    Price's (2012) for paired rates.
    """
    before, after = _answered(base), _answered(other)
    both = before.keys() & after.keys()
    by_task: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for identity in both:
        was, now = (rows[identity].outcome == "correct" for rows in (before, after))
        by_task[identity[0]].append((was, now))
    if not by_task:
        return None
    tasks = [_task(name, _count(by_task[name])) for name in order(by_task)]
    total = Counts(*(sum(task[name] for task in tasks) for name in Counts._fields))
    price = _price([before[i] for i in both], [after[i] for i in both], _figures(total))
    harm = [task["task"] for task in tasks if task["high"] < 0]
    return {
        **_figures(total), **_interval(by_task, total), "p": _p(total), "price": price,
        "harm": harm, "tasks": tasks,
    }  # fmt: skip


def _answered(rows: Sequence[Row]) -> dict[Identity, Row]:
    return {
        (row.task, row.version, row.level, row.seed, row.attempt): row
        for row in rows
        if row.outcome != "infrastructure"
    }


def _price(base: Sequence[Row], other: Sequence[Row], figures: dict[str, Any]) -> dict[str, Any]:
    """What an episode costs more in ``other``, and that for each point (1 %) that it gains.

    The latter is None where nothing is gained.
    """
    more = {
        "calls": _mean(row.calls for row in other) - _mean(row.calls for row in base),
        "tokens": _mean(_tokens(row) for row in other) - _mean(_tokens(row) for row in base),
        "seconds": _mean(row.seconds for row in other) - _mean(row.seconds for row in base),
    }
    gained = 100 * figures["difference"]
    a_point = {
        f"{name}_a_point": value / gained if gained > 0 else None
        for name, value in more.items()
        if name != "calls"
    }
    return {**more, **a_point, "text": words.price({**more, **a_point})}


def _tokens(row: Row) -> int:
    return row.input_tokens + row.output_tokens


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


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
