"""Navigate: where a walk of steps and turns ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks import big_bench_hard
from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.choices import yes_no
from pytest_symbench.tasks.answers.lists import integers, peel
from pytest_symbench.tasks.answers.numbers import integer, shorten
from pytest_symbench.tasks.published import Damaged, Fault, Flag, Record
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "navigate"
MIXED = ["return", "position", "distance"]
LEVELS: dict[int, Params] = {
    level: {
        "commands": commands,
        "longest": longest,
        "mode": mode,
        "dimensions": dimensions,
        "queries": ["distance"] if level == 1 else MIXED,
    }
    for level, (commands, longest, mode, dimensions) in {
        1: (2, 10, "face", 2),
        2: (3, 10, "face", 2),
        3: (5, 10, "face", 2),
        4: (7, 10, "turn", 2),
        5: (9, 10, "turn", 2),
        6: (12, 10, "turn", 2),
        7: (16, 20, "turn", 3),
        8: (22, 20, "turn", 3),
        9: (30, 50, "turn", 3),
        10: (40, 99, "turn", 3),
    }.items()
}
HARDEST = 33  # five hundred commands
PAPER = {"longest": 10, "dimensions": 2, "queries": ["return"]}
NORTH = (0, 1, 0)
FACING = {  # of somebody who looks north
    "forward": NORTH,
    "backward": (0, -1, 0),
    "left": (-1, 0, 0),
    "right": (1, 0, 0),
    "up": (0, 0, 1),
    "down": (0, 0, -1),
}
WAYS = list(FACING)
TURNS = ["left", "right", "around"]


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    return LEVELS.get(level) or {**LEVELS[10], "commands": 40 + 20 * (level - 10)}


def size(params: Params) -> float:
    number = params["commands"]
    return float(number if isinstance(number, int) else max(number))


def generate(params: Params, rng: Random) -> Data:
    query = rng.choice(params["queries"])
    number = params["commands"]
    if isinstance(number, list):
        number = rng.randint(*number)
    while True:
        commands = _commands(params, number, rng)
        if query == "return":
            if not _close(commands, params["longest"], rng):
                continue
            if rng.random() < 0.5:  # miss the start by little, in a single step count
                _miss(commands, params["longest"], rng)
        walk = {"mode": params["mode"], "dimensions": params["dimensions"], "commands": commands}
        return {**walk, "query": query}


def _commands(params: Params, number: int, rng: Random) -> list[list[Any]]:
    """Random commands: at least two walks and, where there are turns, one before the last walk."""
    upright = WAYS[4:] if params["dimensions"] == 3 else []
    while True:
        commands: list[list[Any]] = []
        for _ in range(number):
            steps = rng.randint(1, params["longest"])
            if params["mode"] == "face":
                commands.append([rng.choice(WAYS[:4] + upright), steps])
            elif rng.random() < 0.4:
                commands.append(["turn", rng.choice(TURNS)])
            elif upright and rng.random() < 0.3:
                commands.append([rng.choice(upright), steps])
            else:
                commands.append(["walk", steps])
        walks = [place for place, (verb, _) in enumerate(commands) if verb != "turn"]
        turns = [place for place, (verb, _) in enumerate(commands) if verb == "turn"]
        if len(walks) >= 2 and (params["mode"] == "face" or any(t < walks[-1] for t in turns)):
            return commands


def _close(commands: list[list[Any]], longest: int, rng: Random) -> bool:
    """Changes step counts so that the walk ends where it began; False where none can."""
    walks = legs(commands)
    for axis in range(3):
        along = [(place, way[axis]) for place, way in walks if way[axis]]
        rest = sum(sign * commands[place][1] for place, sign in along)
        while rest:
            helpful = []
            for place, sign in along:
                change = -1 if (rest > 0) == (sign > 0) else 1
                if 1 <= commands[place][1] + change <= longest:
                    helpful.append((place, sign, change))
            if not helpful:
                return False
            place, sign, change = rng.choice(helpful)
            commands[place][1] += change
            rest += sign * change
    return True


def _miss(commands: list[list[Any]], longest: int, rng: Random) -> None:
    while True:
        place, _ = rng.choice(legs(commands))
        steps = commands[place][1] + rng.choice((-3, -2, -1, 1, 2, 3))
        if 1 <= steps <= longest:
            commands[place][1] = steps
            return


def legs(commands: Sequence[Sequence[Any]]) -> list[tuple[int, tuple[int, int, int]]]:
    """The place of each walk among the commands, and the direction in which it goes."""
    legs, (x, y, _) = [], NORTH
    for place, (verb, what) in enumerate(commands):
        if verb == "turn":
            x, y = {"left": (-y, x), "right": (y, -x), "around": (-x, -y)}[what]
        else:
            legs.append((place, (x, y, 0) if verb == "walk" else FACING[verb]))
    return legs


def _end(data: Data) -> list[int]:
    """East, north and upward steps from the start to the end."""
    end = [0, 0, 0]
    for place, way in legs(data["commands"]):
        for axis in range(3):
            end[axis] += way[axis] * data["commands"][place][1]
    return end[: data["dimensions"]]


def render(data: Data) -> str:
    upright = data["dimensions"] == 3
    if data["mode"] == "face":
        bearing = (
            "You face north all the time, whichever way you walk: forward is north, backward is "
            "south, left is west and right is east."
        )
    else:
        bearing = (
            "You face north at the start and always walk the way that you face. A turn to the "
            "left or to the right is one by 90 degrees, a turn around one by 180 degrees; turns "
            "do not move you."
        )
    if upright:
        bearing += " Steps up and down change your height alone."
    height = ", then upward (negative: downward)" if upright else ""
    ways = "north, south, east, west, up or down" if upright else "north, south, east or west"
    question, closing = {
        "return": (
            "Do you end at the place where you started? Which way you face there does not matter.",
            final_answer("Yes or No", "Yes or No"),
        ),
        "position": (
            "Where do you end, seen from the place where you started? Give the number of steps "
            f"eastward (negative: westward), then northward (negative: southward){height}.",
            final_answer("the position", "(EAST, NORTH, UP)" if upright else "(EAST, NORTH)"),
        ),
        "distance": (
            "What is the smallest number of steps that leads back from where you end to where you "
            f"started, if each step goes {ways}?",
            final_answer("the number of steps", "INTEGER"),
        ),
    }[data["query"]]
    commands = "\n".join(_sentence(command) for command in data["commands"])
    return f"Follow these instructions in their order. {bearing}\n\n{commands}\n\n{question}\n{closing}"


def _sentence(command: Sequence[Any]) -> str:
    verb, what = command
    if verb == "turn":
        return f"Turn {what}."
    steps = "1 step" if what == 1 else f"{what} steps"
    return f"Walk {steps}." if verb == "walk" else f"Go {steps} {verb}."


def verify(data: Data, text: str) -> Verdict:
    end = _end(data)
    if data["query"] == "return":
        if yes_no(peel(text)) == (not any(end)):
            return right("whether the walk ends where it began")
        return wrong(f"the walk {'misses' if any(end) else 'ends at'} the starting point")
    if data["query"] == "distance":
        steps = integer(re.sub(r"(?<=[0-9]) *steps?\.?$", "", text.strip()))
        if steps == sum(map(abs, end)):
            return right("the number of steps back")
        return wrong(f"the way back does not have {shorten(str(steps))} steps")
    answer = integers(text)
    if len(answer) != len(end):
        raise Unreadable(f"expected {len(end)} numbers, got {len(answer)}")
    for direction, given, true in zip(("east", "north", "up"), answer, end, strict=False):
        if given != true:
            return wrong(f"the number of steps {direction} is not {shorten(str(given))}")
    return right("the position at the end")


def solve(data: Data) -> str:
    end = _end(data)
    if data["query"] == "return":
        return "No" if any(end) else "Yes"
    if data["query"] == "distance":
        return str(sum(map(abs, end)))
    return f"({', '.join(map(str, end))})"


def published(root: Path) -> Iterator[Record | Fault]:
    return big_bench_hard.records(root, task=NAME, file="navigate", read=_example)


_QUESTION = "If you follow these instructions, do you return to the starting point?"
_COMMAND = re.compile(
    r"Take (?P<steps>[0-9]{1,6}) steps?(?: (?P<way>forward|backward|left|right))?\.?"
    r"|Turn (?P<turn>left|right|around)\.?"
)


def _example(text: str) -> tuple[Data, frozenset[Flag]]:
    body, found, _ = text.partition("\nOptions:")
    if not found or not body.startswith(_QUESTION):
        raise Damaged("the text is not the usual question with its options")
    parts = re.split(r"(?<=\.) ", body.removeprefix(_QUESTION).strip())
    facing = parts[0] == "Always face forward."
    commands: list[list[Any]] = []
    for part in parts[facing:]:
        match = _COMMAND.fullmatch(part)
        if not match or facing == (match["way"] is None):
            raise Damaged(f"a command of an unknown kind: {part[:60]}")
        if match["turn"]:
            commands.append(["turn", match["turn"]])
        else:
            commands.append([match["way"] or "walk", int(match["steps"])])
    walk = {"mode": "face" if facing else "turn", "dimensions": 2, "commands": commands}
    return {**walk, "query": "return"}, frozenset()


def matches_key(record: Record, text: str) -> bool:
    try:
        return record.stored is not None and yes_no(peel(text)) == yes_no(record.stored)
    except Unreadable:
        return False


TASK = Task(
    name=NAME,
    title="Navigation",
    version=1,
    split="seen",
    family="words",
    idea=(
        "Follow a list of steps and turns. Say whether the walk ends where it began, or where it "
        "ends, or how far from the start."
    ),
    knobs=(
        "The number of commands; turns from level 4 on; longer walks and a third dimension from "
        "level 7 on. One of the three questions is drawn for each instance, because Yes or No "
        "alone can be guessed; level 1 asks for a distance."
    ),
    acceptance=(
        "Yes or No (also true or false, in any case); or the position as two or three integers, "
        "with or without brackets; or the distance as an integer, with or without the word steps."
    ),
    published_defects=(
        "The 250 keys are right, but 145 of them are No, so that a constant answer scores 58 %; "
        "and the judge, a language model, is taken to approve if its reply contains `correct`, "
        "which `incorrect` does too."
    ),
    size_name="commands",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        "facing-forward": {**PAPER, "mode": "face", "commands": [2, 9]},
        "turning": {**PAPER, "mode": "turn", "commands": [3, 9]},
    },
    published=published,
    matches_key=matches_key,
    spaces={1: 1600},
)
