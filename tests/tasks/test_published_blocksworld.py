"""Blocksworld's published instances, and files that are not as they should be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pytest_symbench.tasks import get, judge
from pytest_symbench.tasks.planning.blocksworld_solver import constructed, shortest
from tests.tasks.published_data import (
    assert_damage_is_reported,
    needs_published,
    read,
    records,
    solved,
)

TASK = get("blocksworld")

EVALUATED_LENGTHS = {1: 3, 2: 16, 3: 11, 4: 6, 5: 5, 6: 6, 7: 1}
"""Fewest moves -> how many of the samples 0 and 1 of the 24 settings need them."""


def fewest_by_breadth(start: list[list[str]], goal: list[list[str]]) -> int:
    def packed(stacks: list[list[str]]) -> str:
        return "/".join("".join(stack) for stack in stacks)

    wanted, layer, seen, depth = packed(goal), {packed(start)}, {packed(start)}, 0
    while wanted not in layer:
        following = set()
        for state in layer:
            stacks = state.split("/")
            for i, source in enumerate(stacks):
                for j in range(len(stacks)):
                    if source and i != j:
                        moved = list(stacks)
                        moved[i], moved[j] = source[:-1], moved[j] + source[-1]
                        following.add("/".join(moved))
        layer, depth = following - seen, depth + 1
        seen |= layer
    return depth


@needs_published
def test_every_record_is_read_and_solved() -> None:
    lengths: Counter[int] = Counter()
    for record in records("blocksworld"):
        assert record.stored is None
        start, goal = record.data["start"], record.data["goal"]
        setting = record.id.removeprefix("Blocksworld_dataset/").split("_")
        blocks, stacks, goal_stacks, index = map(int, setting)
        assert (sum(map(len, start)), len(start)) == (blocks, stacks)
        assert len(goal) == stacks
        assert not any(goal[goal_stacks:])
        assert all(stack == sorted(stack) for stack in goal), "published goals are sorted"
        assert solved(record)
        length = len(TASK.solve(record.data).splitlines())
        assert length == fewest_by_breadth(start, goal)
        lengths[length] += index < 2
        assert record.flags == ({"ambiguous"} if length == 0 else set())
    assert +lengths == EVALUATED_LENGTHS


@needs_published
def test_constructed_plans_are_legal_too() -> None:
    for record in records("blocksworld"):
        start, goal = record.data["start"], record.data["goal"]
        plan = constructed(start, goal)
        text = "\n".join(f"Move {block} from {a + 1} to {b + 1}" for block, a, b in plan)
        assert TASK.verify(record.data, text).correct
        assert len(plan) >= len(shortest(start, goal))


@needs_published
def test_damage_is_reported(tmp_path: Path) -> None:
    assert_damage_is_reported("blocksworld", "Blocksworld_dataset/2_3_2_0", tmp_path)


def write(root: Path, name: str, text: str) -> None:
    folder = root / "Blocksworld_dataset" / name
    folder.mkdir(parents=True)
    (folder / "blocksworld_task.txt").write_text(text)


def test_a_start_that_is_the_goal_is_flagged(tmp_path: Path) -> None:
    write(
        tmp_path,
        "2_3_2_7",
        "Initial State:\nstack1: A B\nstack2: \nstack3: \n\nGoal State:\nstack1: A B\nstack2: \n",
    )
    (record,), faults = read("blocksworld", tmp_path)
    assert not faults
    assert record.flags == {"ambiguous"}
    assert TASK.solve(record.data) == ""
    assert judge(TASK, record.data, "<<<>>>").correct
    there_and_back = "Move B from 1 to 2; Move B from 2 to 1"
    assert judge(TASK, record.data, f"<<<{there_and_back}>>>").correct
    assert not judge(TASK, record.data, "<<<Move B from 1 to 2>>>").correct


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("stack1: A", "initial state"),
        ("Initial State:\nstack1: A\nstack2:\nstack3:\n", "goal state"),
        ("Initial State:\nstack1: A\nstack2:\nstack3:\n\nGoal State:\nstack1: B\n", "same blocks"),
        ("Initial State:\nstack1: A\nstack2:\n\nGoal State:\nstack1: A\n", "fewer than three"),
        ("Initial State:\nstack1: A\nstack3:\nstack2:\n\nGoal State:\nstack1: A\n", "stack 2"),
        ("Initial State:\nstack1: A A\nstack2:\nstack3:\n\nGoal State:\nstack1: A A", "one name"),
        ("Initial State:\nstack1: A,B\nstack2:\nstack3:\n\nGoal State:\nstack1: A B", "stack 1"),
    ],
)
def test_a_damaged_file_is_a_fault(tmp_path: Path, text: str, reason: str) -> None:
    write(tmp_path, "2_3_2_0", text)
    found, (fault,) = read("blocksworld", tmp_path)
    assert not found
    assert fault.id == "Blocksworld_dataset/2_3_2_0"
    assert reason in fault.reason


def test_a_missing_file_is_a_fault_and_a_missing_folder_is_nothing(tmp_path: Path) -> None:
    assert read("blocksworld", tmp_path) == ([], [])
    (tmp_path / "Blocksworld_dataset" / "2_3_2_0").mkdir(parents=True)
    (tmp_path / "Blocksworld_dataset" / "2_3_x_0").mkdir()
    found, (fault,) = read("blocksworld", tmp_path)
    assert not found
    assert "missing" in fault.reason
