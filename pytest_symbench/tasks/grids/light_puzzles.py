"""Light Puzzles: the lights of a grid after buttons were pressed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import ascii_uppercase
from typing import Any, TypeGuard

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import matrix, show
from pytest_symbench.tasks.answers.numbers import plain_integer
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "light_puzzles"
FOLDER = "light_puzzles_dataset"
LEVELS = {1: (2, 1, 1), 2: (3, 2, 2), 3: (4, 2, 3), 4: (4, 3, 3), 5: (5, 3, 4)}
HARDEST = 105  # a thousand presses of 26 buttons on a 30 x 30 grid


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    beyond = level - 5
    harder = (min(30, 5 + 2 * beyond), min(26, 3 + 2 * beyond), 4 + 10 * beyond)
    side, buttons, presses = LEVELS.get(level, harder)
    return {"side": side, "buttons": buttons, "presses": presses}


def size(params: Params) -> float:
    return float(params["side"] ** 2 + params["buttons"] + params["presses"])


def generate(params: Params, rng: Random) -> Data:
    side, labels = params["side"], ascii_uppercase[: params["buttons"]]
    cells = [[row, column] for row in range(1, side + 1) for column in range(1, side + 1)]
    grid = [[rng.randint(0, 1) for _ in range(side)] for _ in range(side)]
    while True:
        lights = [sorted(rng.sample(cells, rng.randint(2, side**2 // 2))) for _ in labels]
        extra = max(0, params["presses"] - len(labels))
        presses = [*rng.sample(labels, params["presses"] - extra)]
        presses += [rng.choice(labels) for _ in range(extra)]
        rng.shuffle(presses)
        data = {
            "grid": grid,
            "buttons": dict(zip(labels, lights, strict=True)),
            "presses": presses,
        }
        # Buttons that do the same, or presses that undo one another, would leave less to work out.
        distinct = all(lights[i] not in lights[:i] for i in range(len(lights)))
        if distinct and _final(data) != grid:
            return data


def render(data: Data) -> str:
    side = len(data["grid"])
    grid = "\n".join(show(row, " ") for row in data["grid"])
    buttons = "\n".join(
        f"Button {label}: " + show([f"({row}, {column})" for row, column in cells])
        for label, cells in data["buttons"].items()
    )
    return (
        f"Lights stand in a square grid of {side} rows and {side} columns; 1 is a light that is "
        f"on, 0 one that is off. At the start they are:\n\n{grid}\n\n"
        "Every press of a button switches each light on that button's list to its other state: on "
        "becomes off and off becomes on. A light is named by (row, column): row 1 is the top row, "
        f"column 1 the leftmost column. The buttons and their lights:\n\n{buttons}\n\n"
        f"These buttons are pressed, one after the other: {show(data['presses'])}\n\n"
        "Which lights are on in the end? Write the whole grid row by row, from the top row to the "
        f"bottom row and from left to right in each, as {side**2} values 0 or 1.\n"
        + final_answer("the final grid", "VALUE, VALUE, VALUE, ...")
    )


def verify(data: Data, text: str) -> Verdict:
    final = _final(data)
    side = len(final)
    answer = [
        [plain_integer(cell) for cell in row] for row in matrix(text, side, side, alphabet="01")
    ]
    if any(value not in (0, 1) for row in answer for value in row):
        raise Unreadable("a light is written 0 or 1")
    if answer == final:
        return right("every light")
    if answer == data["grid"]:
        return wrong("this is the grid before any press")
    errors = [row for row in range(side) for c in range(side) if answer[row][c] != final[row][c]]
    return wrong(f"{len(errors)} of {side**2} lights are wrong, the first in row {errors[0] + 1}")


def solve(data: Data) -> str:
    return show([value for row in _final(data) for value in row])


def _final(data: Data) -> list[list[int]]:
    grid = [list(row) for row in data["grid"]]
    for label, cells in data["buttons"].items():
        if data["presses"].count(label) % 2:
            for row, column in cells:
                grid[row - 1][column - 1] ^= 1
    return grid


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    question, solution = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    if not question:
        raise Damaged("question.txt is empty")
    fields = solution if isinstance(solution, dict) else {}
    grid, buttons, presses = map(fields.get, ("initial_state", "buttons", "operations"))
    stored = fields.get("solution")
    if not _is_grid(grid):
        raise Damaged("initial_state is not a square grid of 0 and 1")
    if not isinstance(buttons, dict) or not all(
        _are_lights(cells, len(grid)) for cells in buttons.values()
    ):
        raise Damaged("buttons does not map each button to lights of the grid")
    if not isinstance(presses, list) or not all(
        isinstance(label, str) and label in buttons for label in presses
    ):
        raise Damaged("operations is not a list of buttons")
    if not isinstance(stored, list) or not stored or any(value not in (0, 1) for value in stored):
        raise Damaged("solution is not a list of 0 and 1")
    data = {"grid": grid, "buttons": buttons, "presses": presses}
    unchanged = "the presses cancel: the grid ends as it began" if _final(data) == grid else ""
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data=data,
        stored=show(stored, ","),
        notes=unchanged,
    )


def _is_grid(grid: Any) -> TypeGuard[list[list[int]]]:
    return (
        isinstance(grid, list)
        and len(grid) > 1
        and all(isinstance(row, list) and len(row) == len(grid) for row in grid)
        and all(type(value) is int and value in (0, 1) for row in grid for value in row)
    )


def _are_lights(cells: Any, side: int) -> bool:
    return isinstance(cells, list) and all(
        isinstance(cell, list)
        and len(cell) == 2
        and all(type(part) is int and 1 <= part <= side for part in cell)
        for cell in cells
    )


TASK = Task(
    name=NAME,
    title="Light Puzzles",
    version=1,
    split="seen",
    family="grids",
    idea="Lights in a grid are switched by pressing buttons, each of which toggles some of them; "
    "report which lights are on in the end.",
    knobs="The side of the grid, the number of buttons and the number of presses.",
    acceptance=(
        "The exact final grid: flat, as rows in brackets, or as lines; with commas, blanks or "
        "nothing between the values of a row."
    ),
    published_defects=(
        "The 200 keys are right, but in 55 instances the presses cancel and the grid ends as it "
        "began, and in 111 some button is never pressed. The text does not say outright that a "
        "press toggles, nor where rows and columns begin; the judge refuses brackets and lines."
    ),
    size_name="cells, buttons and presses",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"side-{side}-buttons-{buttons}-presses-{presses}": {
            "side": side,
            "buttons": buttons,
            "presses": presses,
        }
        for side, buttons, presses in LEVELS.values()
    },
    published=published,
    spaces={1: 96},
)
