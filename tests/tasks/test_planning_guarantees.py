"""What the planning tasks and the date task promise of every instance that they make."""

from __future__ import annotations

from itertools import combinations

import pytest

from pytest_symbench.tasks import get, judge, make
from pytest_symbench.tasks.planning.boxlift_solver import greedy, least_rounds
from pytest_symbench.tasks.planning.boxnet_solver import least_steps
from pytest_symbench.tasks.planning.path_plan_geometry import Box
from tests.tasks.test_published_blocksworld import fewest_by_breadth

SEEDS = range(12)


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_blocksworld_needs_so_many_moves(level: int) -> None:
    task = get("blocksworld")
    params = task.params(level)
    for seed in SEEDS:
        data = make(task, level, seed).data
        fewest = fewest_by_breadth(data["start"], data["goal"])
        assert params["min_moves"] <= fewest <= (params["max_moves"] or fewest)
        assert len(task.solve(data).splitlines()) == fewest


def test_blocksworld_goals_are_not_sorted() -> None:
    goals = [make(get("blocksworld"), 8, seed).data["goal"] for seed in SEEDS]
    assert not any(all(stack == sorted(stack) for stack in goal) for goal in goals)


@pytest.mark.parametrize("level", [2, 4, 5, 6, 9])
def test_boxlift_limits_can_be_met_and_from_level_5_on_not_by_the_greedy_schedule(
    level: int,
) -> None:
    task = get("boxlift")
    for seed in SEEDS:
        data = make(task, level, seed).data
        boxes, lifters = data["boxes"], data["lifters"]
        assert least_rounds(boxes, lifters) <= data["limit"]
        simple = greedy(boxes, lifters)
        text = "\n".join(f"Step {number}: {lifted}" for number, lifted in enumerate(simple, 1))
        correct = judge(task, data, f"<<<{text}>>>").correct
        assert correct == (len(simple) <= data["limit"])
        assert not (correct and level >= 5)


@pytest.mark.parametrize("level", [1, 2, 3, 5, 8])
def test_boxnet_has_work_and_a_limit_that_can_be_met(level: int) -> None:
    for seed in SEEDS:
        data = make(get("boxnet"), level, seed).data
        things = [things for row in data["squares"] for things in row]
        assert any(
            held.count(thing) > held.count(thing.replace("box", "target"))
            for held in things
            for thing in held
            if "box" in thing
        )
        assert (data["limit"] is None) == (level < 5)
        assert data["limit"] is None or least_steps(data["squares"]) <= data["limit"]


@pytest.mark.parametrize("level", [1, 3, 5, 7, 10])
def test_path_plan_has_gaps_as_wide_as_promised(level: int) -> None:
    task = get("path_plan")
    clearance = task.params(level)["clearance"]
    for seed in SEEDS:
        data = make(task, level, seed).data
        boxes = {name: Box(*extent) for name, *extent in data["boxes"]}
        for point in (data["start"], data["end"]):
            boxes[str(point)] = Box(point[0], point[0], point[1], point[1])
        for one, other in combinations(boxes.values(), 2):
            if one[:2] == one[1:2] * 2 and other[:2] == other[1:2] * 2:
                assert one != other, "start and end differ"
                continue
            apart = max(
                one.left - other.right,
                other.left - one.right,
                one.low - other.high,
                other.low - one.high,
            )
            assert apart > clearance
        inner = data["arena"] - 10
        assert max(abs(edge) for box in boxes.values() for edge in box) <= inner - clearance
        ends = f"{tuple(v / 100 for v in data['start'])}, {tuple(v / 100 for v in data['end'])}"
        assert not judge(task, data, f"<<<{ends}>>>").correct
        # a path among boxes to avoid that are wider by half the clearance on each side
        wider = [
            [name, *(Box(*extent).grown(clearance // 2) if name in data["avoid"] else extent)]
            for name, *extent in data["boxes"]
        ]
        robust = {**data, "boxes": wider}
        answer = task.solve(robust)
        assert judge(task, robust, f"<<<{answer}>>>").correct
        assert judge(task, data, f"<<<{answer}>>>").correct


@pytest.mark.parametrize("level", [1, 2, 4, 6, 8, 10])
def test_dates_are_not_printed_and_options_hold_one_right_date(level: int) -> None:
    task = get("date_understanding")
    for seed in range(60):
        instance = make(task, level, seed)
        data, gold = instance.data, task.solve(instance.data)
        body = instance.question.partition("One of these")[0]
        if data["options"]:
            rights = [
                text for text in data["options"] if judge(task, data, f"<<<{text}>>>").correct
            ]
            assert len(rights) == 1
            assert len(set(data["options"])) == len(data["options"])
            gold = rights[0]
        month, day, year = gold.split("/")
        assert f"{int(month)}/{int(day)}/{year}" not in body
        assert gold not in body
        assert task.params(level)["options"] == len(data["options"])


def test_the_right_option_is_not_in_a_favoured_place() -> None:
    task = get("date_understanding")
    places = [task.solve(make(task, 5, seed).data) for seed in range(120)]
    assert all(places.count(f"({name})") >= 8 for name in "ABCDEF")


def test_the_right_option_is_not_the_one_that_is_like_the_others() -> None:
    task, hits = get("date_understanding"), 0
    for seed in range(150):
        data = make(task, 5, seed).data
        parts = [text.split("/") for text in data["options"]]
        shared = [
            sum(own == its for it in parts for own, its in zip(part, it, strict=True))
            for part in parts
        ]
        guess = f"({'ABCDEF'[shared.index(max(shared))]})"
        hits += judge(task, data, f"<<<{guess}>>>").correct
    assert hits < 0.35 * 150
