"""BoxLift: lift boxes with teams of lifters within a number of steps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.literals import Literal, literal, literal_at
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.planning.boxlift_solver import Round, greedy, least_rounds, packed
from pytest_symbench.tasks.published import Damaged, Fault, Record, read_json, sample_folders
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "boxlift"
FOLDERS = ("BoxLift_dataset", "BoxLift_dataset_SFT")
RANGES = {  # boxes up to which they hold, weights, capacities
    5: ([10, 50], [30, 50]),
    10: ([10, 100], [40, 80]),
    16: ([20, 200], [30, 120]),
    21: ([30, 300], [40, 160]),
    25: ([40, 400], [50, 200]),
}
BEYOND = ([50, 500], [60, 240])
LEVELS = {  # boxes, lifters, steps to spare, must the limit be below the greedy schedule's
    1: (3, 2, 1, False),
    2: (10, 3, 1, False),
    3: (15, 4, 1, False),
    4: (20, 5, 0, False),
    5: (25, 6, 0, True),
    6: (30, 7, 0, True),
    7: (36, 8, 0, True),
    8: (42, 9, 0, True),
    9: (50, 10, 0, True),
}
HARDEST = 24  # 200 boxes
LONGEST = 30_000  # characters; the schedule of 200 boxes takes a sixth of them
TRIES, NODES = 10, 100  # of the search for a short schedule: the same ones find it again

STEP = re.compile(r"step\s{0,9}([0-9]{1,6})\s{0,9}[\"']?\s{0,9}:\s{0,9}(?=\[)", re.IGNORECASE)


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    boxes, lifters, spare, below = LEVELS.get(level, (10 * level - 40, 10, 0, True))
    return _setting(boxes, lifters) | {"limit": "best", "spare": spare, "below_greedy": below}


def _setting(boxes: int, lifters: int) -> dict[str, Any]:
    ranges = next((ranges for most, ranges in RANGES.items() if boxes <= most), BEYOND)
    return {"boxes": boxes, "lifters": lifters, "weights": ranges[0], "capacities": ranges[1]}


def size(params: Params) -> float:
    return int(params["boxes"])


def generate(params: Params, rng: Random) -> Data:
    while True:
        boxes = [rng.randint(*params["weights"]) for _ in range(params["boxes"])]
        lifters = [rng.randint(*params["capacities"]) for _ in range(params["lifters"])]
        if max(boxes) > sum(lifters):
            continue
        simple = len(greedy(boxes, lifters))
        if params["limit"] == "greedy":
            return {"boxes": boxes, "lifters": lifters, "limit": simple}
        target = least_rounds(boxes, lifters)
        if params["below_greedy"] and simple <= target:
            continue
        best = len(packed(boxes, lifters, target=target, tries=TRIES, nodes=NODES))
        if not params["below_greedy"] or best < simple:
            limit = min(best + params["spare"], len(boxes))
            return {"boxes": boxes, "lifters": lifters, "limit": limit}


def render(data: Data) -> str:
    boxes, lifters = data["boxes"], data["lifters"]
    return (
        f"There are {len(boxes)} boxes with the weights {_listed(boxes)} and {len(lifters)} "
        "lifters. The lifters are numbered from 0 in the order of this list of what each can "
        f"lift: {_listed(lifters)}.\n\n"
        "Work goes on in steps. In one step any number of boxes can be lifted, each by a team of "
        "one or more lifters whose capacities add up to at least the weight of the box. In one "
        "step a lifter belongs to one team at most. Every box is lifted exactly once; boxes of "
        "equal weight are different boxes.\n"
        f"Lift all boxes in at most {data['limit']} steps.\n"
        + final_answer(
            "all steps, one per line, each as a list of pairs of a box's weight and its team,",
            "Step 1: [(WEIGHT, [LIFTER, ...]), ...]\nStep 2: [(WEIGHT, [LIFTER, ...]), ...]\n...",
        )
    )


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def verify(data: Data, text: str) -> Verdict:
    boxes: Counter[int] = Counter(data["boxes"])
    lifters, limit = data["lifters"], data["limit"]
    rounds = _rounds(text)
    if len(rounds) > limit:
        return wrong(f"there are {len(rounds)} steps, and at most {limit} are allowed")
    for number, lifted in enumerate(rounds, 1):
        busy: set[int] = set()
        for weight, team in lifted:
            if not team:
                return wrong(f"step {number}: nobody lifts the box of weight {weight}")
            for lifter in team:
                if not 0 <= lifter < len(lifters):
                    return wrong(f"step {number}: there is no lifter {lifter}")
                if lifter in busy:
                    return wrong(f"lifter {lifter} is used twice in step {number}")
                busy.add(lifter)
            strength = sum(lifters[lifter] for lifter in team)
            if strength < weight:
                return wrong(
                    f"step {number}: the team of the box of weight {weight} lifts only {strength}"
                )
            if not boxes[weight]:
                return wrong(f"step {number}: no box of weight {weight} is left")
            boxes[weight] -= 1
    left = sorted(boxes.elements())
    if left:
        return wrong(f"{len(left)} boxes are not lifted, among them one of weight {left[-1]}")
    return right(f"all boxes are lifted in {len(rounds)} steps, {limit} are allowed")


def _rounds(text: str) -> list[Round]:
    """Lists after ``Step 1:``, ``Step 2:`` ... with any plain text around them, or one list."""
    if len(text) > LONGEST:
        raise Unreadable(f"more than {LONGEST} characters, which no schedule needs")
    rounds: list[Round] = []
    position = 0
    while step := STEP.search(text, position):
        _plain(text[position : step.start()])
        value, position = literal_at(text, step.end())
        rounds.append(_round(value))
    if rounds:
        _plain(text[position:])
        return rounds
    value = literal(text)
    if not isinstance(value, list):
        raise Unreadable("expected a list of steps")
    return [_round(step) for step in value]


def _plain(text: str) -> None:
    """Refuses what may be a list that was not read, or a mark-up, between the steps."""
    if re.search(r"[\[\]<]|step\s{0,9}[0-9]{1,6}\s{0,9}:", text, re.IGNORECASE):
        raise Unreadable(f"expected nothing but steps with their lists, got {shorten(text)}")


def _round(value: Literal) -> Round:
    if not isinstance(value, list):
        raise Unreadable("expected a list of pairs for a step")
    lifted: Round = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            raise Unreadable("expected pairs (weight, [lifters]) in a step")
        weight, team = pair
        if not isinstance(weight, int) or not isinstance(team, list):
            raise Unreadable("expected a whole weight and a list of lifters in a pair")
        lifters = [lifter for lifter in team if isinstance(lifter, int)]
        if len(lifters) < len(team):
            raise Unreadable("expected whole numbers as lifters")
        lifted.append((weight, lifters))
    return lifted


def solve(data: Data) -> str:
    rounds = packed(data["boxes"], data["lifters"], target=data["limit"], tries=TRIES, nodes=NODES)
    return "\n".join(f"Step {number}: {lifted}" for number, lifted in enumerate(rounds, 1))


def published(root: Path) -> Iterator[Record | Fault]:
    for name in FOLDERS:
        found = []
        for setting in (root / name).glob("BoxLift_*_*"):
            numbers = setting.name.split("_")[1:]
            if all(number.isascii() and number.isdigit() for number in numbers):
                found.append(([int(number) for number in numbers], setting))
        for _, setting in sorted(found):
            for index, folder in sample_folders(setting, "BoxLift"):
                identity = f"{name}/{setting.name}/BoxLift{index}"
                try:
                    yield _record(folder, identity)
                except Damaged as damage:
                    yield Fault(task=NAME, id=identity, reason=str(damage))


def _record(folder: Path, identity: str) -> Record:
    content = read_json(folder / "BoxLift.json")
    if not isinstance(content, dict):
        raise Damaged("BoxLift.json is not an object")
    boxes, lifters = (_weights(content, name) for name in ("boxes", "lifters"))
    liftable = max(boxes) <= sum(lifters)
    limit = len(greedy(boxes, lifters)) if liftable else len(boxes)
    data = {"boxes": boxes, "lifters": lifters, "limit": limit}
    return Record(
        task=NAME,
        id=identity,
        question=render(data),
        data=data,
        stored=None,
        flags=frozenset() if liftable else frozenset({"no_valid_answer"}),
        notes="" if liftable else "All lifters together cannot lift the heaviest box.",
    )


def _weights(content: dict[str, Any], name: str) -> list[int]:
    values = content.get(name)
    if not isinstance(values, list) or not 1 <= len(values) <= 500:
        raise Damaged(f"{name} in BoxLift.json is not a list of numbers")
    if not all(type(value) is int and 0 < value < 10**9 for value in values):
        raise Damaged(f"{name} in BoxLift.json has something else than positive integers")
    return values


TASK = Task(
    name=NAME,
    title="BoxLift",
    version=1,
    split="seen",
    family="planning",
    idea=(
        "Share lifters of different strength out to boxes, step by step, so that all boxes are "
        "lifted within a given number of steps."
    ),
    knobs=(
        "The number of boxes and of lifters, the spread of their weights, and how tight the limit "
        "is: one step more than the best known schedule, then that schedule's length, from level "
        "5 on always fewer steps than lifting the heaviest box first takes."
    ),
    acceptance=(
        "Every schedule within the limit that lifts each box exactly once, with sufficient teams "
        "and no lifter twice in a step. Steps are read as `Step 1: [(weight, [lifters]), ...]` "
        "with any plain text around them, or as one list of steps; an empty step counts."
    ),
    published_defects=(
        "The question asks for the fewest steps, and the limit is the length of a greedy schedule, "
        "which exceeds the optimum in 25 of 40 evaluated instances. The judge counts a lifter "
        "twice in a team, takes negative numbers for lifters in use, skips bad assignments and "
        "surplus steps, evaluates the answer as code, and refuses right answers after a sentence "
        "with the word step. The generator can make a box that cannot be lifted."
    ),
    size_name="boxes",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"boxes-{boxes}-{lifters}": _setting(boxes, lifters) | {"limit": "greedy"}
        for boxes, lifters in (
            *((10, 3), (10, 4), (15, 4), (15, 5), (16, 5)),
            *((20, 5), (20, 6), (21, 6), (25, 6), (25, 7)),
        )
    },
    published=published,
)
