"""The published Light Puzzles, against the facts that are known of them."""

from __future__ import annotations

from pathlib import Path

from tests.tasks.published_data import (
    assert_damage_is_reported,
    correct,
    needs_published,
    number,
    records,
    solved,
    stored_correct,
)

NAME = "light_puzzles"
pytestmark = needs_published


def test_every_key_is_right_and_the_solver_finds_it() -> None:
    for record in records(NAME):
        assert stored_correct(record), record.id
        assert solved(record), record.id
        assert not record.flags


def test_grids_buttons_and_presses_stand_in_the_questions() -> None:
    for record in records(NAME):
        for row in record.data["grid"]:
            assert "".join(map(str, row)) in record.question
        for label, cells in record.data["buttons"].items():
            listed = ", ".join(f'["{row}", "{column}"]' for row, column in cells)
            assert f"Button {label} controls the lights at {listed}\n" in record.question
        rounds = [f"Round {i}: Button {x}" for i, x in enumerate(record.data["presses"], 1)]
        assert "\n".join(rounds) in record.question


def test_the_settings_stand_in_their_blocks() -> None:
    blocks = ((50, (5, 3, 4)), (64, (2, 1, 1)), (78, (3, 2, 2)), (92, (4, 2, 3)), (100, (4, 3, 3)))
    for record in records(NAME):
        data = record.data
        setting = (len(data["grid"]), len(data["buttons"]), len(data["presses"]))
        assert setting == next(
            (setting for end, setting in blocks if number(record) < end), (5, 3, 4)
        )


def test_grids_that_end_as_they_began_are_noted() -> None:
    noted = [record for record in records(NAME) if record.notes]
    assert 0 < len(noted) <= 55
    for record in records(NAME):
        copied = ",".join(str(value) for row in record.data["grid"] for value in row)
        assert correct(record, copied) == bool(record.notes)


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    sample = records(NAME)[0].id
    assert_damage_is_reported(NAME, sample, tmp_path / "root")
