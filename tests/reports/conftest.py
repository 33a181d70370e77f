from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from symbench_reports.figures import Circumstances, figures
from symbench_reports.inside import inside
from symbench_reports.reading import Run, read_runs
from tests.reports.ledgers import simulated

Read: TypeAlias = Callable[..., tuple[dict[str, Any], list[Run]]]


@pytest.fixture(scope="session")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two simulated runs over the same instances; the second is better."""
    folder = tmp_path_factory.mktemp("ledgers")
    return [
        simulated(folder / "a.sqlite"),
        simulated(folder / "b.sqlite", name="simulated:b", frontier=4.0),
    ]


@pytest.fixture(scope="session")
def read() -> Read:
    """The data of ledgers, with what only transcripts tell."""

    def data(*paths: Path, **around: Any) -> tuple[dict[str, Any], list[Run]]:
        runs, notes = read_runs(paths)
        found = figures(runs, Circumstances(notes=notes, **around))
        found["inside"] = inside(runs, found)
        return found, runs

    return data


VERDICT = {
    "state": "fail",
    "policy": "gate.toml",
    "status": 1,
    "notes": ["compared with the baseline main of 2026-01-01"],
    "findings": [
        {"scope": "overall", "rule": "drop", "state": "pass", "text": "0.2 points lost of 3 tolerated", "numbers": {}, "needed": None},
        {"scope": "task letters", "rule": "drop", "state": "fail", "text": "40 points lost, 10 tolerated", "numbers": {}, "needed": None},
        {"scope": "task game24", "rule": "drop", "state": "undecided", "text": "5 points lost of 10 tolerated", "numbers": {}, "needed": 60},
    ],
}  # fmt: skip


@pytest.fixture
def verdict() -> dict[str, Any]:
    """A gate's verdict as its ``to_json`` gives it."""
    return VERDICT
