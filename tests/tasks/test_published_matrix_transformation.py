"""The published Matrix Transformation, against the facts that are known of it."""

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

NAME = "matrix_transformation"
pytestmark = needs_published


def test_every_key_is_right_and_the_solver_finds_it() -> None:
    for record in records(NAME):
        assert stored_correct(record), record.id
        assert solved(record), record.id
        assert not record.flags
        assert not record.notes


def test_the_matrix_stands_in_the_question_and_is_no_answer() -> None:
    for record in records(NAME):
        rows = [" ".join(row) for row in record.data["matrix"]]
        assert "\n".join(rows) + "." in record.question
        turned = [list(column)[::-1] for column in zip(*record.data["matrix"], strict=True)]
        given = record.data["matrix"]
        assert correct(record, "\n".join(" ".join(row) for row in given)) == (turned == given)


def test_the_settings_stand_in_their_blocks() -> None:
    letters, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "123456789"
    settings = (
        *((2, 2, letters), (2, 3, digits), (3, 3, letters)),
        *((3, 4, letters + digits), (4, 4, "!@#$%^&*")),
    )
    for record in records(NAME):
        matrix = record.data["matrix"]
        rows, columns, alphabet = settings[number(record) // 20 % 5]
        assert (len(matrix), len(matrix[0])) == (rows, columns)
        assert {cell for row in matrix for cell in row} <= set(alphabet)


def test_no_two_samples_are_alike() -> None:
    found = records(NAME)
    assert len({record.question for record in found}) == len(found)


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    for record in records(NAME)[:2]:
        assert_damage_is_reported(NAME, record.id, tmp_path / record.id)
