"""The published Statistical Counting, against the facts that are known of it."""

from __future__ import annotations

from pathlib import Path

from pytest_symbench.tasks import get
from tests.tasks.cases.statistical_counting import once_per_rule, per_pair
from tests.tasks.published_data import (
    assert_damage_is_reported,
    correct,
    needs_published,
    number,
    records,
    solved,
    stored_correct,
)

NAME = "statistical_counting"
pytestmark = needs_published

SETTINGS = (
    *((2, 5, 2), (6, 10, 3), (10, 15, 4), (20, 20, 5), (40, 25, 6)),
    *((60, 35, 3), (80, 45, 3), (100, 55, 3), (120, 65, 3)),
    *((140, 65, 4), (160, 65, 5), (180, 65, 6), (200, 65, 7)),
)
"""First number after the block, length, letters."""


def test_every_key_is_right_and_the_solver_finds_it() -> None:
    matches = get(NAME).matches_key
    assert matches is not None
    for record in records(NAME):
        assert stored_correct(record), record.id
        assert solved(record), record.id
        assert correct(record, f"{record.stored}.0")
        assert matches(record, f"+{record.stored}")
        assert not matches(record, f"{record.stored}1")
        assert not record.flags


def test_lengths_letters_and_rules_follow_the_blocks() -> None:
    for record in records(NAME):
        length, letters = next((n, k) for end, n, k in SETTINGS if number(record) < end)
        assert len(record.data["sequence"]) == length
        rules = [(r["letter"], r["score"], r["min_consecutive"]) for r in record.data["rules"]]
        assert rules == [("ABCDEFG"[i], i + 1, 2) for i in range(letters)]


def test_rules_and_strings_stand_in_the_questions() -> None:
    for record in records(NAME):
        assert f"the string {record.data['sequence']}?" in record.question
        for i, rule in enumerate(record.data["rules"], 1):
            text = (
                f"{i}. If there are two or more consecutive {rule['letter']}'s, add {rule['score']}"
            )
            assert f"{text} to the total score.\n" in record.question


def test_other_readings_would_change_most_answers() -> None:
    found = records(NAME)
    once = sum(str(once_per_rule(record.data)) != record.stored for record in found)
    pairs = sum(str(per_pair(record.data)) != record.stored for record in found)
    missing = 200 - len(found)
    assert 179 - missing <= once <= 179
    assert 159 - missing <= pairs <= 159
    assert sum(record.stored == "0" for record in found) <= 1


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    assert_damage_is_reported(NAME, records(NAME)[0].id, tmp_path / "root")
