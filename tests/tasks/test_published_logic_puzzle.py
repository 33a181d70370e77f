"""The published Logic Puzzle, against the facts that are known of it."""

from __future__ import annotations

from itertools import combinations
from math import prod
from pathlib import Path

import pytest

from pytest_symbench.tasks import get
from pytest_symbench.tasks.published import Record
from tests.tasks.cases.logic_puzzle import is_right, show
from tests.tasks.published_data import (
    assert_damage_is_reported,
    correct,
    needs_published,
    number,
    records,
    solved,
    stored_correct,
)

NAME = "logic_puzzle"
pytestmark = needs_published

SETTINGS = (
    *((16, 2, 3), (32, 3, 4), (48, 4, 6), (64, 5, 9), (80, 5, 10)),
    *((96, 6, 12), (122, 7, 16), (148, 8, 18), (174, 9, 20), (200, 10, 25)),
)
"""First number after the block, side, numbers to choose."""


def solvable(record: Record) -> bool:
    return "no_valid_answer" not in record.flags


def stored(record: Record) -> list[list[int]]:
    cells = (record.stored or "").split(", ")
    return [[int(part) for part in cell.split()] for cell in cells]


def lines_keep_the_rule(record: Record, cells: list[list[int]]) -> bool:
    """The rule for rows and columns alone, whatever else is broken."""
    grid = record.data["grid"]
    for axis in (0, 1):
        for line in range(len(grid)):
            numbers = [grid[cell[0]][cell[1]] for cell in cells if cell[axis] == line]
            if record.data["rule"]["kind"] == "sum" and sum(numbers) > 4:
                return False
            if record.data["rule"]["kind"] == "product" and prod(numbers) <= 0:
                return False
    return True


def test_sides_picks_and_rules_follow_the_blocks() -> None:
    for record in records(NAME):
        data = record.data
        side, pick = next((s, k) for end, s, k in SETTINGS if number(record) < end)
        assert (len(data["grid"]), data["pick"]) == (side, pick)
        assert data["rule"] == ({"kind": "sum", "most": 4} if side < 4 else {"kind": "product"})
        assert (record.stored or "").count(",") == pick - 1
        for row in data["grid"]:
            assert ", ".join(map(str, row)) in record.question


def test_wrong_keys_are_as_many_as_are_known() -> None:
    wrong = [record for record in records(NAME) if not stored_correct(record)]
    assert len(wrong) <= 27
    sums = [record for record in wrong if record.data["rule"]["kind"] == "sum"]
    assert 0 < len(sums) <= 22
    assert all(len(record.data["grid"]) <= 4 for record in wrong)
    for record in wrong:  # under every reading: a row or column breaks the rule
        assert not lines_keep_the_rule(record, stored(record)), record.id
    assert sum(solvable(record) for record in wrong) <= 3


def test_solvable_instances_are_solved_and_others_have_no_answer() -> None:
    unsolvable = 0
    for record in records(NAME):
        if solvable(record):
            assert solved(record), record.id
        else:
            unsolvable += 1
            with pytest.raises(ValueError, match="no choice"):
                get(NAME).solve(record.data)
    assert 0 < unsolvable <= 24


def test_small_grids_agree_with_a_full_enumeration() -> None:
    unique = 0
    for record in records(NAME):
        side = len(record.data["grid"])
        if side > 4:
            continue
        cells = [(row, column) for row in range(side) for column in range(side)]
        right = [
            chosen
            for chosen in combinations(cells, record.data["pick"])
            if is_right(record.data, chosen)
        ]
        assert bool(right) == solvable(record), record.id
        unique += len(right) == 1
        for chosen in right:
            assert correct(record, show(list(chosen)))
    assert 0 < unique <= 11


def test_what_the_published_judge_lets_pass_is_wrong() -> None:
    for record in records(NAME):
        assert not correct(record, ", ".join(["99 99"] * record.data["pick"]))


def test_damaged_samples_become_faults(tmp_path: Path) -> None:
    for record in (records(NAME)[0], records(NAME)[-1]):
        assert_damage_is_reported(NAME, record.id, tmp_path / record.id)
