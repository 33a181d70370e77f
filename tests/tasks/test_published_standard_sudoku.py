"""The published Standard Sudoku, against the facts that are known of it."""

from __future__ import annotations

import json
from pathlib import Path

from pytest_symbench.tasks import get
from tests.tasks.published_data import (
    assert_damage_is_reported,
    correct,
    needs_published,
    number,
    records,
    solved,
    stored_correct,
)

NAME = "standard_sudoku"
pytestmark = needs_published


def test_every_key_is_right_and_the_only_solution() -> None:
    for record in records(NAME):
        assert stored_correct(record), record.id
        assert solved(record), record.id
        assert not record.flags
        assert get(NAME).solve(record.data) == record.stored
        # the same after a renaming of the values that turns the order of the search around
        renamed = [[value and 10 - value for value in row] for row in record.data["puzzle"]]
        mirror = json.loads(get(NAME).solve({"puzzle": renamed}))
        assert [[10 - v for v in row] for row in mirror] == json.loads(record.stored or "")


def test_the_grids_stand_in_the_questions() -> None:
    for record in records(NAME):
        grid = "\n".join(",".join(str(v or " ") for v in row) for row in record.data["puzzle"])
        assert f"\n{grid}\n" in record.question


def test_all_three_complexities_are_one_setting() -> None:
    assert len({json.dumps(record.data) for record in records(NAME)}) == len(records(NAME))
    seen: dict[int, set[int]] = {}
    for record in records(NAME):
        blanks = sum(row.count(0) for row in record.data["puzzle"])
        assert 51 <= blanks <= 55
        seen.setdefault(number(record) // 40, set()).add(blanks)
    assert {0, 1} <= set(seen) <= {0, 1, 2}
    assert all(len(counts) == 5 for counts in seen.values())


def test_the_layout_of_the_question_is_read_and_surplus_is_not() -> None:
    matches = get(NAME).matches_key
    assert matches is not None
    for record in records(NAME):
        grid = json.loads(record.stored or "")
        layout = "\n".join(",".join(map(str, row)) for row in grid)
        assert correct(record, layout)
        assert matches(record, layout)
        for surplus in ([*grid, grid[0]], [[*row, 1] for row in grid]):
            assert not correct(record, json.dumps(surplus))
            assert not matches(record, json.dumps(surplus))


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    assert_damage_is_reported(NAME, records(NAME)[0].id, tmp_path / "root")
