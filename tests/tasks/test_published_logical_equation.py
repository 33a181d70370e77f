"""The published Logical Equation, against the facts that are known of it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from pytest_symbench.tasks.logic.logical_equation_solver import solutions
from pytest_symbench.tasks.published import Record
from tests.tasks.cases.logical_equation import LETTERS, true
from tests.tasks.published_data import (
    assert_damage_is_reported,
    correct,
    needs_published,
    records,
    solved,
    stored_correct,
)

NAME = "logical_equation"
pytestmark = needs_published

UNIQUE = {
    "9_7": 3,
    "9_8": 8,
    "11_10": 7,
    "11_11": 6,
    "13_10": 0,
    "13_11": 2,
    "13_12": 4,
    "15_12": 1,
    "15_13": 1,
    "15_14": 7,
}
"""Setting -> how many of its 15 puzzles have one solution."""


def setting(record: Record) -> str:
    return record.id.rpartition("sample_")[2].rpartition("_")[0]


def test_every_key_is_right_and_the_solver_finds_an_answer() -> None:
    for record in records(NAME):
        assert stored_correct(record), record.id
        assert solved(record), record.id


def test_letters_and_constraints_are_those_of_the_folders_names() -> None:
    for record in records(NAME):
        letters, constraints = map(int, setting(record).split("_"))
        assert len(record.data["numbers"]) == letters
        assert len(record.data["constraints"]) == constraints
        assert f"There are {letters} letters" in record.question
        for number in record.data["numbers"]:
            assert re.search(rf"[ ,]{number}[,.]", record.question)


def test_as_many_puzzles_have_one_solution_as_are_known() -> None:
    unique: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for record in records(NAME):
        all_of[setting(record)] += 1
        unique[setting(record)] += not record.flags
        assert record.flags <= {"several_answers"}
    for name, known in UNIQUE.items():
        missing = 15 - all_of[name]
        assert known - missing <= unique[name] <= known
    assert sum(UNIQUE.values()) == 150 - 111


def test_all_solutions_are_accepted_and_no_others() -> None:
    most = 0
    for record in records(NAME):
        data = record.data
        letters = LETTERS[: len(data["numbers"])]
        found = solutions(letters, data["numbers"], data["constraints"], limit=1000)
        most = max(most, len(found))
        distinct = {tuple(values[letter] for letter in letters) for values in found}
        assert len(distinct) == len(found)
        assert (len(found) > 1) == ("several_answers" in record.flags)
        for values in sorted(distinct)[:3]:
            assert all(true(constraint, values) for constraint in data["constraints"])
            assert correct(record, str(list(values)))
            broken = [values[0], *values[:-1]]
            assert not correct(record, str(broken))
            assert not correct(record, str([value + 0.9 for value in values]))
    assert 1 < most <= 600


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    for record in records(NAME)[:2]:
        assert_damage_is_reported(NAME, record.id, tmp_path / record.id)
