"""BoxNet: agents on a grid pass boxes on until each one is on a target of its colour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.literals import Literal, Object, literal
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.planning.boxnet_solver import Grid, Square, plan
from pytest_symbench.tasks.planning.colours import COLOURS
from pytest_symbench.tasks.published import Damaged, Fault, Record, read_json, sample_folders
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "boxnet"
FOLDERS = ("BoxNet1_dataset", "BoxNet1_dataset_SFT")
PALETTE = ["blue", "red", "green", "purple", "orange"]
LEVELS = {  # rows, columns, colours, boxes of a colour, steps above the reference plan's
    1: (1, 2, 1, [1, 1], None),
    2: (1, 2, 3, [1, 1], None),
    3: (2, 2, 5, [1, 3], None),
    4: (2, 4, 5, [1, 3], None),
    5: (4, 8, 5, [1, 3], 3),
    6: (5, 8, 6, [1, 3], 2),
    7: (6, 7, 6, [2, 4], 2),
    8: (6, 8, 7, [2, 4], 1),
    9: (7, 8, 8, [2, 5], 1),
}
HARDEST = 22  # a grid of 8 x 20
MOST = 10  # boxes of one colour in a published instance that is read

CENTRE = re.compile(r"\+?([0-9]{1,4})\.50*", re.ASCII)
_PLACE = r"\[\s*([-+]?[0-9.]{1,9})\s*,\s*([-+]?[0-9.]{1,9})\s*\]"
AGENT = re.compile(rf"\s*agent\s*{_PLACE}\s*", re.IGNORECASE | re.ASCII)
MOVE = re.compile(
    rf"\s*move\s*\(\s*box_([a-z]{{1,20}})\s*,\s*(?:square\s*{_PLACE}|target_([a-z]{{1,20}}))\s*\)\s*",
    re.IGNORECASE | re.ASCII,
)


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    rows, columns, colours, boxes, slack = LEVELS.get(level, (8, level - 2, 8, [3, 6], 0))
    return {
        "rows": rows,
        "columns": columns,
        "palette": list(COLOURS),
        "colours": colours,
        "boxes": boxes,
        "slack": slack,
    }


def setting(rows: int, columns: int, *, colours: int, boxes: list[int]) -> Params:
    return {
        "rows": rows,
        "columns": columns,
        "palette": PALETTE[:colours],
        "colours": colours,
        "boxes": boxes,
        "slack": None,
    }


def size(params: Params) -> float:
    return int(params["rows"] * params["columns"] * params["colours"] * params["boxes"][1])


def generate(params: Params, rng: Random) -> Data:
    rows, columns = params["rows"], params["columns"]
    colours = params["palette"]
    if params["colours"] < len(colours):
        colours = rng.sample(colours, params["colours"])
    while True:
        squares: list[list[list[str]]] = [[[] for _ in range(columns)] for _ in range(rows)]
        for colour in colours:
            for _ in range(rng.randint(*params["boxes"])):
                for kind in ("box", "target"):
                    squares[rng.randrange(rows)][rng.randrange(columns)].append(f"{kind}_{colour}")
        if any(_unsettled(things) for row in squares for things in row):
            break
    limit = None if params["slack"] is None else len(plan(squares)) + params["slack"]
    return {"squares": squares, "limit": limit}


def _unsettled(things: list[str]) -> bool:
    """Is there a box without a target of its colour in its square?"""
    return any(
        things.count(thing) > things.count(thing.replace("box_", "target_"))
        for thing in things
        if thing.startswith("box_")
    )


def render(data: Data) -> str:
    squares, limit = data["squares"], data["limit"]
    listing = "\n".join(
        f"{_name('square', row, column)}: {', '.join(things) or 'nothing'}"
        for row, line in enumerate(squares)
        for column, things in enumerate(line)
    )
    within = (
        f"Use at most {limit} steps; a step without actions counts too."
        if limit is not None
        else "The number of steps is free."
    )
    return (
        f"A grid of {len(squares)} x {len(squares[0])} squares holds coloured boxes and targets. "
        "square[x, y] is named by its centre: x grows by 1 from row to row, y from column to "
        "column. Agent[x, y] stands in square[x, y] for good.\n\n"
        f"{listing}\n\n"
        "Work goes on in steps. In one step every agent may do one thing, or nothing:\n"
        "- move(box_COLOUR, square[x, y]) moves a box from the agent's own square to a square "
        "that shares a side with it;\n"
        "- move(box_COLOUR, target_COLOUR) puts a box on a target of the same colour, where both "
        "are in the agent's own square; this box and this target are then gone.\n"
        "All actions of a step happen at the same time: each must be possible as things stand "
        "when the step begins, so a box that arrives in a step can be used in the next one at "
        "the earliest. A square can hold any number of boxes and targets.\n"
        f"Plan steps that leave no box and no target. Every action must be possible. {within}\n"
        + final_answer(
            "all steps as a JSON list, one object per step with at most one action per agent,",
            '[{"Agent[x, y]": "move(box_COLOUR, square[x, y])", ...}, '
            '{"Agent[x, y]": "move(box_COLOUR, target_COLOUR)", ...}, ...]',
        )
    )


def _name(kind: str, row: int, column: int) -> str:
    return f"{kind}[{row}.5, {column}.5]"


class Written(NamedTuple):
    """An action as it is written; a place that no grid has is None."""

    agent: str
    start: Square | None
    colour: str
    destination: str
    end: Square | None
    """None for a target too."""


def verify(data: Data, text: str) -> Verdict:
    squares = [[list(things) for things in row] for row in data["squares"]]
    steps, limit = _steps(text), data["limit"]
    if limit is not None and len(steps) > limit:
        return wrong(f"there are {len(steps)} steps, and at most {limit} are allowed")
    for count, actions in enumerate(steps, 1):
        fault = _carry_out(squares, actions)
        if fault:
            return wrong(f"step {count}: {fault}")
    left = sum(len(things) for row in squares for things in row)
    if left:
        return wrong(f"after {len(steps)} steps {left // 2} boxes are not on a target")
    return right(f"all boxes are on targets after {len(steps)} steps")


def _carry_out(squares: list[list[list[str]]], actions: list[Written]) -> str | None:
    """Changes the squares by one step of simultaneous actions, or says what is impossible."""
    arrivals: list[tuple[list[str], str]] = []
    busy: set[Square] = set()
    for agent, start, colour, destination, end in actions:
        things = _content(squares, start)
        if start is None or things is None:
            return f"there is no {agent}"
        if start in busy:
            return f"{agent} acts twice"
        busy.add(start)
        box, target = f"box_{colour}", f"target_{colour}"
        if box not in things:
            return f"{agent} has no {box}"
        things.remove(box)
        if destination.startswith("target_"):
            if destination != target:
                return f"{box} is put on {destination}"
            if target not in things:
                return f"{agent} has no {target}"
            things.remove(target)
            continue
        goal = _content(squares, end)
        if end is None or goal is None:
            return f"there is no {destination}"
        if abs(start[0] - end[0]) + abs(start[1] - end[1]) != 1:
            return f"{destination} is not next to {agent}"
        arrivals.append((goal, box))
    for goal, box in arrivals:  # only now: what arrives in a step is not there yet
        goal.append(box)
    return None


def _content(squares: list[list[list[str]]], place: Square | None) -> list[str] | None:
    if place is None or place[0] >= len(squares) or place[1] >= len(squares[0]):
        return None
    return squares[place[0]][place[1]]


def _steps(text: str) -> list[list[Written]]:
    value = literal(text)
    if not isinstance(value, list):
        raise Unreadable("expected a list of steps")
    return [_actions(step) for step in value]


def _actions(step: Literal) -> list[Written]:
    if not isinstance(step, Object):
        raise Unreadable('expected an object {"Agent[x, y]": "move(...)", ...} for each step')
    actions = []
    for key, value in step.pairs:
        agent = AGENT.fullmatch(key) if isinstance(key, str) else None
        if not agent:
            raise Unreadable(f"expected 'Agent[x, y]', got {shorten(str(key))}")
        move = MOVE.fullmatch(value) if isinstance(value, str) else None
        if not move:
            raise Unreadable(
                "expected 'move(box_COLOUR, square[x, y])' or 'move(box_COLOUR, target_COLOUR)', "
                f"got {shorten(str(value))}"
            )
        colour, row, column, target = move.groups()
        actions.append(
            Written(
                f"Agent[{agent[1]}, {agent[2]}]",
                _place(agent[1], agent[2]),
                colour.lower(),
                f"target_{target.lower()}" if target else f"square[{row}, {column}]",
                None if target else _place(row, column),
            )
        )
    return actions


def _place(row: str, column: str) -> Square | None:
    """Row and column of a centre such as ``0.5``, ``1.50``."""
    halves = [CENTRE.fullmatch(row), CENTRE.fullmatch(column)]
    indexes = [int(half[1]) for half in halves if half]
    return (indexes[0], indexes[1]) if len(indexes) == 2 else None


def solve(data: Data) -> str:
    steps = []
    for actions in plan(data["squares"]):
        written = []
        for agent, colour, destination in actions:
            goal = f"target_{colour}" if destination == agent else _name("square", *destination)
            written.append(f'"{_name("Agent", *agent)}": "move(box_{colour}, {goal})"')
        steps.append("{" + ", ".join(written) + "}")
    return "[" + ",\n".join(steps) + "]"


def published(root: Path) -> Iterator[Record | Fault]:
    for name in FOLDERS:
        found = []
        for grid in (root / name).glob("env_pg_state_*_*"):
            numbers = grid.name.split("_")[3:]
            if all(number.isascii() and number.isdigit() for number in numbers):
                found.append(([int(number) for number in numbers], grid))
        for shape, grid in sorted(found):
            for index, folder in sample_folders(grid, "pg_state"):
                identity = f"{name}/{grid.name}/pg_state{index}"
                try:
                    yield _record(folder / f"{folder.name}.json", identity, shape)
                except Damaged as damage:
                    yield Fault(task=NAME, id=identity, reason=str(damage))


def _record(file: Path, identity: str, shape: list[int]) -> Record:
    content = read_json(file)
    rows, columns = shape
    if not isinstance(content, dict) or len(content) != rows * columns:
        raise Damaged(f"{file.name} does not have {rows * columns} squares")
    squares = [
        [_things(content, f"{row}.5_{column}.5", file.name) for column in range(columns)]
        for row in range(rows)
    ]
    _check_balance(squares, file.name)
    data = {"squares": squares, "limit": None}
    return Record(task=NAME, id=identity, question=render(data), data=data, stored=None)


def _things(content: dict[str, Any], key: str, file: str) -> list[str]:
    things = content.get(key)
    if not isinstance(things, list):
        raise Damaged(f"{file} does not say what square {key} holds")
    for thing in things:
        if not isinstance(thing, str) or not re.fullmatch(r"(box|target)_[a-z]{1,20}", thing):
            raise Damaged(f"{file} has something else than boxes and targets in square {key}")
    return things


def _check_balance(squares: Grid, file: str) -> None:
    things = [thing for row in squares for square in row for thing in square]
    for thing in things:
        kind, _, colour = thing.partition("_")
        twin = f"{'target' if kind == 'box' else 'box'}_{colour}"
        if things.count(thing) != things.count(twin):
            raise Damaged(f"{file} has not as many boxes as targets of the colour {colour}")
        if things.count(thing) > MOST:
            raise Damaged(f"{file} has more than {MOST} boxes of the colour {colour}")


TASK = Task(
    name=NAME,
    title="BoxNet",
    version=1,
    split="seen",
    family="planning",
    idea=(
        "Plan for agents on a grid, who act at the same time and pass boxes to neighbouring "
        "squares, so that every box ends on a target of its colour."
    ),
    knobs=(
        "The size of the grid, the number of colours and of boxes of each colour; from level 5 "
        "on the steps are limited, more and more tightly."
    ),
    acceptance=(
        "Every plan whose actions are all possible at the start of their step and that leaves no "
        "box and no target, within the limit if there is one. JSON and Python literals are read, "
        "with any blanks; an agent that acts twice in a step makes the plan wrong."
    ),
    published_defects=(
        "The judge carries the actions of a step out one after the other, so a box can cross the "
        "grid in one step. It skips impossible actions, drops minus signs, ignores an action "
        "without a blank after its comma, refuses fenced JSON, and stops the whole run at a "
        "square that is not on the grid. It never checks the efficiency that the question wants."
    ),
    size_name="squares times the most boxes",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        **{
            f"grid-{rows}-{columns}": setting(rows, columns, colours=5, boxes=[1, 3])
            for rows, columns in ((1, 2), (2, 2), (2, 4), (4, 4), (4, 8))
        },
        **{
            f"training-grid-{rows}-{columns}": setting(rows, columns, colours=3, boxes=[1, 1])
            for rows, columns in ((1, 2), (1, 3), (1, 4), (2, 2), (2, 3), (2, 4))
        },
    },
    published=published,
    spaces={1: 2 * len(COLOURS)},
)
