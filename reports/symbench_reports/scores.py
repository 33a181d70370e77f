"""Scores of a set of episodes: rates with intervals, by level, with the frontier and the cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from codesteer.models.chat import Usage
from codesteer.models.prices import price
from pytest_symbench.ledger import Row
from pytest_symbench.outcome import OUTCOMES
from pytest_symbench.stats import wilson
from pytest_symbench.tasks import registry


def score(rows: Sequence[Row], model: str) -> dict[str, Any]:
    """Counts, rate and 95 % interval, tokens, time and cost.

    Infrastructure is no answer of the model: it is counted apart from ``n``.
    """
    counts = Counter(row.outcome for row in rows)
    n, right = len(rows) - counts["infrastructure"], counts["correct"]
    low, high = wilson(right, n)
    return {
        "n": n,
        "right": right,
        "rate": right / n if n else None,
        "low": low,
        "high": high,
        "outcomes": {name: counts[name] for name in OUTCOMES if counts[name]},
        "calls": sum(row.calls for row in rows),
        "input_tokens": sum(row.input_tokens for row in rows),
        "output_tokens": sum(row.output_tokens for row in rows),
        "seconds": sum(row.seconds for row in rows),
        "cost": cost(rows, model),
    }


def task_score(task: str, rows: Sequence[Row], model: str) -> dict[str, Any]:
    """The score of one task, with its levels and frontier."""
    by_level: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_level[row.level].append(row)
    levels = [
        {"level": level, **_rate(by_level[level])} for level in sorted(by_level, key=level_key)
    ]
    return {"task": task, **facts(task), **score(rows, model), "levels": levels,
            "frontier": frontier(levels)}  # fmt: skip


def facts(task: str) -> dict[str, Any]:
    """What the registry knows of a task; a ledger may hold tasks of a conftest that is not here."""
    if task not in registry.names():
        return {"title": task, "split": "seen", "family": "own"}
    try:
        title = registry.get(task).title
    except ImportError:
        title = task
    return {"title": title, "split": registry.split(task), "family": registry.family(task)}


def order(tasks: Iterable[str]) -> list[str]:
    """Tasks in the paper's order, then others by name."""
    known = {name: position for position, name in enumerate(registry.names())}
    return sorted(set(tasks), key=lambda name: (known.get(name, len(known)), name))


def level_key(level: str) -> tuple[int, int, str]:
    """Numbers first, then names."""
    return (0, int(level), "") if level.isdecimal() else (1, 0, level)


def frontier(levels: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The level at which success crosses one half, by the curve that searches and the gate fit.

    ``low`` and ``high`` are the ends of its 95 % interval; None where an end lies outside the
    levels that were run.
    """
    points = {
        int(entry["level"]): (entry["right"], entry["n"] - entry["right"])
        for entry in levels
        if entry["level"].isdecimal() and entry["n"]
    }
    if len(points) < 2:
        return None
    # Here, because NumPy takes 25 MB, and a run of one level needs none of it.
    from pytest_symbench.frontier.curve import Trials, fit

    found = fit({level: Trials(*counts) for level, counts in points.items()})
    first, last = found.grid.low, found.grid.high
    low, high = found.interval
    level: float | None = round(found.frontier, 1)
    text = f"{found.frontier:.1f}"
    if found.frontier < first or found.frontier > last:
        text, level = f"<{first}" if found.frontier < first else f">{last}", None
    return {
        "level": level,
        "text": text,
        "low": round(low, 1) if low > first - 0.5 else None,
        "high": round(high, 1) if high < last + 0.5 else None,
    }


def cost(rows: Iterable[Row], model: str) -> float | None:
    """US dollars at list price, without discounts for cached input; None if no price is known."""
    total = 0.0
    for row in rows:
        found = _price(model, row.input_tokens, row.output_tokens)
        if found is None:
            return None
        total += found
    return total


@lru_cache(maxsize=50_000)
def _price(model: str, tokens_in: int, tokens_out: int) -> float | None:
    return price(model, Usage(input=tokens_in, output=tokens_out))


def _rate(rows: Sequence[Row]) -> dict[str, Any]:
    n = sum(row.outcome != "infrastructure" for row in rows)
    right = sum(row.outcome == "correct" for row in rows)
    low, high = wilson(right, n)
    return {"n": n, "right": right, "rate": right / n if n else None, "low": low, "high": high}
