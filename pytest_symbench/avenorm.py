"""AveNorm, the paper's score: each task's success relative to the best of a reference set.

The reference set is always declared: with another one, the same run has another AveNorm.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Reference:
    """What scores are divided by: the best success in percent of each task."""

    name: str
    best: Mapping[str, float]


@cache
def paper_table() -> dict[str, dict[str, float]]:
    """Method -> task -> success in percent, as published (37 tasks, 13 methods)."""
    text = files("pytest_symbench.data").joinpath("paper_table.csv").read_text(encoding="utf-8")
    table: dict[str, dict[str, float]] = {}
    for row in csv.DictReader(text.splitlines()):
        for method in list(row)[3:]:
            table.setdefault(method, {})[row["task"]] = float(row[method])
    return table


def paper(methods: Sequence[str] | None = None) -> Reference:
    """The reference set of the paper: the best of its 13 methods, or of some of them."""
    table = paper_table()
    chosen = list(methods) if methods is not None else list(table)
    unknown = [method for method in chosen if method not in table]
    if unknown or not chosen:
        raise ValueError(
            f"the paper's table has no method {', '.join(map(repr, unknown)) or 'of no name'}; "
            f"it has: {', '.join(table)}"
        )
    tasks = table[chosen[0]]
    name = "the paper's 13 methods" if methods is None else ", ".join(chosen)
    return Reference(name, {task: max(table[m][task] for m in chosen) for task in tasks})


def avenorm(scores: Mapping[str, float], reference: Reference) -> float:
    """The mean over tasks of score / best of the reference, in percent.

    Args:
        scores: task -> success in percent. Tasks unknown to the reference are left out.
        reference: what 100 % is, task by task.

    Raises:
        ValueError: nothing can be compared: no common task, or a best of zero.
    """
    common = [task for task in scores if task in reference.best]
    if not common:
        raise ValueError(f"no task of this run is in the reference set ({reference.name})")
    zero = [task for task in common if not reference.best[task] > 0]
    if zero:
        raise ValueError(
            f"in the reference set ({reference.name}) nothing succeeds at {', '.join(zero)}; "
            "leave those tasks out, or choose another set"
        )
    return 100 * sum(scores[task] / reference.best[task] for task in common) / len(common)
