"""All that reports show, as JSON-able data. Renderers only lay it out."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from itertools import combinations
from typing import Any

from pytest_symbench.ledger import Row
from pytest_symbench.outcome import LETTERS, OUTCOMES
from symbench_reports.comparing import compare
from symbench_reports.reading import Run
from symbench_reports.reference import reference
from symbench_reports.scores import cost, facts, level_key, order, score, task_score

FORMAT = "symbench-report/1"

LISTED = 5
"""Episodes in each list of extremes."""

MOST_PAIRS = 15
"""Comparisons at most: with more series than this takes, each is compared with the first."""


@dataclass(kw_only=True)
class Circumstances:
    """What a report knows beyond the ledgers, when it is made at the end of a run."""

    verdict: Mapping[str, Any] | None = None
    """The gate's, as its ``to_json`` gives it."""
    replayed: int = 0
    seconds: float | None = None
    sandbox: str = ""
    missing: int = 0
    stopped: str = ""
    columns: Sequence[str] = ()
    """Columns of the paper's table to show."""
    notes: Sequence[str] = ()
    files: dict[str, str] = field(default_factory=dict)
    """What is where: ``{"ledger": path, "html": path}``."""


def figures(runs: Sequence[Run], around: Circumstances) -> dict[str, Any]:
    """The report's data."""
    notes = [*around.notes]
    series: list[tuple[dict[str, Any], list[Row]]] = []
    for number, run in enumerate(runs):
        for method, rows in _by_method(run.rows).items():
            current, old = _newest(rows)
            notes += old
            series.append((_series(number, run, method, current, len(runs) > 1), current))
    for number, (entry, _) in enumerate(series):
        entry["id"] = number
    everything = [row for _, rows in series for row in rows]
    return {
        "format": FORMAT,
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "version": _version(),
        "verdict": dict(around.verdict) if around.verdict else None,
        "runs": [_run(run) for run in runs],
        "series": [entry for entry, _ in series],
        "tasks": {name: facts(name) for name in order(row.task for row in everything)},
        "levels": sorted({row.level for row in everything}, key=level_key),
        "outcomes": {name: LETTERS[name] for name in OUTCOMES},
        "comparisons": list(_comparisons(series)),
        "reference": reference(around.columns, {row.task for row in everything}),
        "extremes": _extremes(series),
        "facts": {
            "episodes": len(everything),
            "replayed": around.replayed,
            "seconds": around.seconds,
            "sandbox": around.sandbox or next((r.sandbox for r in everything if r.sandbox), ""),
            "missing": around.missing,
            "stopped": around.stopped,
        },
        "notes": list(dict.fromkeys(notes)),
        "files": dict(around.files),
    }


def _series(number: int, run: Run, method: str, rows: list[Row], several: bool) -> dict[str, Any]:
    by_task: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_task[row.task].append(row)
    tasks = [task_score(name, by_task[name], run.model) for name in order(by_task)]
    groups = {
        split: score(
            [r for t in tasks if t["split"] == split for r in by_task[t["task"]]], run.model
        )
        for split in ("seen", "unseen")
    }
    families = {
        family: score(
            [r for t in tasks if t["family"] == family for r in by_task[t["task"]]], run.model
        )
        for family in dict.fromkeys(task["family"] for task in tasks)
    }
    rated = [task["rate"] for task in tasks if task["rate"] is not None]
    return {
        "run": number,
        "model": run.model,
        "method": method,
        "label": f"{run.label} · {method}" if several else method,
        "total": score(rows, run.model),
        "splits": {name: found for name, found in groups.items() if found["n"]},
        "families": families,
        "task_mean": sum(rated) / len(rated) if rated else None,
        "tasks": tasks,
    }


def _by_method(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.method].append(row)
    return found


def _newest(rows: list[Row]) -> tuple[list[Row], list[str]]:
    """The rows of each task's highest version: instances of different versions are not pooled."""
    versions: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        versions[row.task].add(row.version)
    mixed = {task: max(found) for task, found in versions.items() if len(found) > 1}
    notes = [
        f"{task}: answers to versions {', '.join(map(str, sorted(versions[task])))} of the task "
        f"are in the ledger; only version {newest} counts here"
        for task, newest in mixed.items()
    ]
    return [row for row in rows if row.version == mixed.get(row.task, row.version)], notes


def _comparisons(series: Sequence[tuple[dict[str, Any], list[Row]]]) -> Iterable[dict[str, Any]]:
    numbers = list(range(len(series)))
    pairs = list(combinations(numbers, 2))
    if len(pairs) > MOST_PAIRS:
        pairs = [(0, other) for other in numbers[1:]]
    for base, other in pairs:
        found = compare(series[base][1], series[other][1])
        if found:
            yield {"base": base, "other": other, **found}


def _extremes(series: Sequence[tuple[dict[str, Any], list[Row]]]) -> dict[str, Any]:
    rows = [(entry, row) for entry, members in series for row in members]
    slowest = sorted(rows, key=lambda pair: -pair[1].seconds)[:LISTED]
    priced = [(entry, row, cost([row], entry["model"]) or 0.0) for entry, row in rows]
    paid = any(amount for _, _, amount in priced)
    dearest = sorted(
        priced, key=lambda found: (-found[2], -found[1].input_tokens - found[1].output_tokens)
    )[:LISTED]
    return {
        "slowest": [_mention(entry, row) for entry, row in slowest],
        "dearest": [
            {**_mention(entry, row), "cost": amount if paid else None}
            for entry, row, amount in dearest
        ],
        "smallest_failures": [_mention(entry, row) for entry, row in _smallest(rows)],
    }


def _smallest(rows: Sequence[tuple[dict[str, Any], Row]]) -> list[tuple[dict[str, Any], Row]]:
    """One failure of each task and method: at its lowest failing level, the shortest exchange."""
    best: dict[tuple[int, str], tuple[Any, tuple[dict[str, Any], Row]]] = {}
    for entry, row in rows:
        if row.outcome in ("correct", "infrastructure"):
            continue
        key = (*level_key(row.level), row.input_tokens, row.seed, row.attempt)
        known = best.get((entry["id"], row.task))
        if known is None or key < known[0]:
            best[entry["id"], row.task] = key, (entry, row)
    return [pair for _, pair in sorted(best.values(), key=lambda found: found[0])]


def _mention(entry: Mapping[str, Any], row: Row) -> dict[str, Any]:
    return {
        "series": entry["id"],
        "id": row.id,
        "task": row.task,
        "level": row.level,
        "seed": row.seed,
        "method": row.method,
        "attempt": row.attempt,
        "outcome": row.outcome,
        "reason": row.reason[:300],
        "answer": row.answer[:300],
        "seconds": row.seconds,
        "tokens": row.input_tokens + row.output_tokens,
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "label": run.label,
        "model": run.model,
        "created": run.created,
        "identity": dict(run.identity),
        "ledgers": [str(path) for path in run.paths],
        "episodes": len(run.rows),
    }


def _version() -> str:
    try:
        return version("pytest-symbench")
    except PackageNotFoundError:
        return ""
