"""The published Pattern Recognition, against the facts that are known of it."""

from __future__ import annotations

from pathlib import Path

from pytest_symbench.tasks import get
from tests.tasks.cases.pattern_recognition import contains, squares
from tests.tasks.published_data import (
    assert_damage_is_reported,
    correct,
    needs_published,
    records,
    solved,
    stored_correct,
)

NAME = "pattern_recognition"
pytestmark = needs_published


def test_every_key_is_the_corner_of_the_only_maximal_square() -> None:
    for record in records(NAME):
        found = squares(record.data)
        maximal = [s for s in found if not any(contains(o, s) for o in found if o != s)]
        assert len(maximal) == 1, record.id
        top, left, side = maximal[0]
        assert record.stored == f"[{top + side - 1}, {left + side - 1}]"
        assert stored_correct(record), record.id
        assert solved(record), record.id
        assert ("ambiguous" in record.flags) == (side > 3)
        assert not record.flags - {"ambiguous"}


def test_about_39_in_100_are_ambiguous() -> None:
    ambiguous = sum("ambiguous" in record.flags for record in records(NAME))
    assert 39 - (100 - len(records(NAME))) <= ambiguous <= 39
    assert ambiguous


def test_the_matrices_stand_in_the_questions() -> None:
    for record in records(NAME):
        matrix = "\n".join(" ".join(row) for row in record.data["matrix"])
        assert f"\n\n{matrix}\n\n" in record.question
        assert 6 <= len(record.data["matrix"]) <= 15
        assert 6 <= len(record.data["matrix"][0]) <= 15
        assert all(row.isalpha() and row.isupper() for row in record.data["matrix"])


def test_what_the_published_judge_mistakes_is_judged() -> None:
    matches = get(NAME).matches_key
    assert matches is not None
    for record in records(NAME):
        bare = (record.stored or "").strip("[]")
        assert correct(record, f"[{bare}]")
        assert matches(record, bare)
        assert not correct(record, f"{bare}, 9")
        assert not matches(record, f"{bare}, 9")


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    assert_damage_is_reported(NAME, records(NAME)[0].id, tmp_path / "root")
