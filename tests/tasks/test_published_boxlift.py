"""BoxLift's published instances."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from pytest_symbench.tasks import get, judge
from pytest_symbench.tasks.planning.boxlift_solver import greedy, least_rounds, packed
from tests.tasks.published_data import (
    assert_damage_is_reported,
    needs_published,
    read,
    records,
    solved,
)

TASK = get("boxlift")

LIMITS = {
    "10_3": [7, 5, 4, 5, 5, 8, 5, 6, 5, 5],
    "15_4": [9, 8, 8, 7, 13, 8, 10, 7, 6, 10],
    "20_5": [12, 8, 13, 10, 13, 8, 11, 7, 9, 8],
    "25_6": [9, 11, 9, 9, 9, 10, 10, 14, 8, 11],
}
"""The lengths of the publication's greedy schedules, sample by sample."""

SHORTEST = {
    "10_3": [7, 5, 4, 5, 5, 8, 5, 6, 4, 5],
    "15_4": [8, 6, 8, 6, 11, 7, 10, 6, 6, 8],
    "20_5": [11, 8, 9, 8, 9, 8, 9, 7, 8, 7],
    "25_6": [8, 9, 8, 7, 8, 8, 9, 11, 7, 9],
}
"""The shortest schedules known."""


@needs_published
def test_the_limits_are_those_of_the_greedy_schedule() -> None:
    compared = 0
    for record in records("boxlift"):
        folder, setting, sample = record.id.split("/")
        boxes, lifters = map(int, setting.split("_")[1:])
        assert (len(record.data["boxes"]), len(record.data["lifters"])) == (boxes, lifters)
        assert solved(record)
        assert not record.flags
        assert record.stored is None
        if folder == "BoxLift_dataset":
            index = int(sample.removeprefix("BoxLift"))
            assert record.data["limit"] == LIMITS[f"{boxes}_{lifters}"][index]
            compared += 1
    assert compared >= 20


@needs_published
def test_search_finds_the_shortest_schedules_known() -> None:
    excess = []
    for record in records("boxlift"):
        folder, setting, sample = record.id.split("/")
        boxes, lifters = record.data["boxes"], record.data["lifters"]
        bound = least_rounds(boxes, lifters)
        rounds = packed(boxes, lifters, target=bound, tries=10, nodes=100)
        text = "\n".join(f"Step {number}: {lifted}" for number, lifted in enumerate(rounds, 1))
        tight = {**record.data, "limit": len(rounds)}
        assert judge(TASK, tight, f"<<<{text}>>>").correct
        assert bound <= len(rounds)
        if folder == "BoxLift_dataset":
            known = SHORTEST[setting.removeprefix("BoxLift_")][int(sample.removeprefix("BoxLift"))]
            excess.append(len(rounds) - known)
    assert set(excess) <= {-1, 0, 1}, "two of the schedules known may not be the shortest"
    assert excess.count(0) >= 0.9 * len(excess)


@needs_published
def test_damage_is_reported(tmp_path: Path) -> None:
    assert_damage_is_reported("boxlift", "BoxLift_dataset/BoxLift_10_3/BoxLift0", tmp_path)


def test_a_box_too_heavy_for_all_is_flagged(tmp_path: Path) -> None:
    folder = tmp_path / "BoxLift_dataset_SFT" / "BoxLift_2_2" / "BoxLift3"
    folder.mkdir(parents=True)
    (folder / "BoxLift.json").write_text(json.dumps({"boxes": [5, 30], "lifters": [10, 12]}))
    (record,), faults = read("boxlift", tmp_path)
    assert not faults
    assert record.id == "BoxLift_dataset_SFT/BoxLift_2_2/BoxLift3"
    assert record.flags == {"no_valid_answer"}


def test_the_lower_bound_is_one() -> None:
    """Schedules found by trying every partition of the boxes into steps are never shorter."""
    for seed in range(12):
        boxes = [3 + seed * 7 % 5, 4, 6 + seed % 3, 9]
        lifters = [5, 3 + seed % 4, 4]
        fewest = _fewest_steps(tuple(sorted(boxes)), lifters)
        assert least_rounds(boxes, lifters) <= fewest <= len(greedy(boxes, lifters))
        found = packed(boxes, lifters, target=fewest, tries=10, nodes=100)
        assert len(found) == fewest


def _fewest_steps(boxes: tuple[int, ...], lifters: list[int]) -> int:
    if not boxes:
        return 0
    best = len(boxes)
    for count in range(1, len(boxes) + 1):
        for chosen in combinations(range(len(boxes)), count):
            if _together([boxes[index] for index in chosen], lifters):
                rest = tuple(box for index, box in enumerate(boxes) if index not in chosen)
                best = min(best, 1 + _fewest_steps(rest, lifters))
    return best


def _together(boxes: list[int], lifters: list[int]) -> bool:
    if not boxes:
        return True
    for count in range(1, len(lifters) + 1):
        for team in combinations(range(len(lifters)), count):
            if sum(lifters[lifter] for lifter in team) >= boxes[0]:
                others = [strength for index, strength in enumerate(lifters) if index not in team]
                if _together(boxes[1:], others):
                    return True
    return False


@pytest.mark.parametrize("text", ["Step 1: []" * 2900, "Step 1: [(1, [0])] " * 1500, "Step 1:" * 9])
def test_many_steps_are_read_in_time(text: str) -> None:
    assert not judge(TASK, {"boxes": [1], "lifters": [1], "limit": 1}, f"<<<{text}>>>").correct
