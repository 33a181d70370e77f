"""The published Pooling, against the facts that are known of it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from pytest_symbench.tasks import get
from tests.tasks.cases.pooling import REDUCTIONS, pooled, shown
from tests.tasks.published_data import (
    assert_damage_is_reported,
    correct,
    needs_published,
    number,
    records,
    solved,
    stored_correct,
)

NAME = "pooling"
pytestmark = needs_published

SETTINGS = (
    *((18, 3, 2, "max"), (36, 4, 2, "max"), (50, 5, 3, "max")),
    *((68, 4, 2, "average"), (86, 5, 3, "average"), (100, 6, 3, "average")),
)
"""First number, modulo 100, after the block; sides of matrix and window, type."""


def test_every_key_is_right_and_the_solver_finds_it() -> None:
    for record in records(NAME):
        assert stored_correct(record), record.id
        assert solved(record), record.id
        assert not record.flags
        rows = pooled(record.data, REDUCTIONS[record.data["type"]])
        assert [[float(v) for v in row] for row in rows] == json.loads(record.stored or "")


def test_sizes_and_types_follow_the_blocks() -> None:
    for record in records(NAME):
        side, window, kind = next(
            (n, w, k) for end, n, w, k in SETTINGS if number(record) % 100 < end
        )
        assert len(record.data["matrix"]) == side
        assert record.data["window"] == window
        assert record.data["type"] == kind
        assert all(-10 <= value <= 20 for row in record.data["matrix"] for value in row)


def test_matrices_and_windows_stand_in_the_questions() -> None:
    for record in records(NAME):
        rows = "\n".join(", ".join(map(str, row)) for row in record.data["matrix"])
        window = record.data["window"]
        assert f"by using a {window}*{window} sliding window:\n{rows}\n" in record.question
        assert f'the "{record.data["type"]} pooling" operation' in record.question


def test_averages_which_the_published_judge_never_accepts_are_read() -> None:
    matches = get(NAME).matches_key
    assert matches is not None
    for record in records(NAME):
        rows = pooled(record.data, REDUCTIONS[record.data["type"]])
        if record.data["type"] == "average":
            assert any(value.denominator > 1 for row in rows for value in row)
            coarse = [[f"{float(value):.2f}" for value in row] for row in rows]
            assert correct(record, shown(coarse)), record.id
        flat = ",".join(str(value) for row in rows for value in row)
        assert correct(record, flat)
        assert matches(record, record.stored or "")
        assert matches(record, shown(rows)) == all(
            Fraction(value) == Fraction(float(value)) for row in rows for value in row
        )


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    for record in (records(NAME)[0], records(NAME)[-1]):
        assert_damage_is_reported(NAME, record.id, tmp_path / record.id)
