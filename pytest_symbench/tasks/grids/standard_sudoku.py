"""Standard Sudoku: completes a square grid whose rows, columns and boxes hold each number once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from math import isqrt
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import matrix
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.grids.standard_sudoku_solver import Position, completed, layout
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "standard_sudoku"
LEVELS = {1: (2, 2), 2: (2, 8), 3: (3, 40), 4: (3, 51), 5: (3, 55)}
BEYOND = {4: (88, 10), 5: (240, 10), 6: (400, 30)}  # box -> empty cells of 5 levels: first, step
HARDEST = 20


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    if level in LEVELS:
        box, blanks = LEVELS[level]
    else:
        box = 4 + (level - 6) // 5
        first, step = BEYOND[box]
        blanks = first + step * ((level - 6) % 5)
    return {"box": box, "blanks": [blanks, blanks]}


def size(params: Params) -> float:
    return float(params["blanks"][1])


def generate(params: Params, rng: Random) -> Data:
    blanks = rng.randint(*params["blanks"])
    while True:
        cells = _full_grid(params["box"], rng)
        if _dig(cells, blanks, rng, search=params["box"] <= 3):
            side = params["box"] ** 2
            return {"puzzle": [cells[i : i + side] for i in range(0, side * side, side)]}


def _full_grid(box: int, rng: Random) -> list[int]:
    side, boxes = box * box, range(box)
    values = rng.sample(range(1, side + 1), side)
    if box == 3:  # the boxes of a diagonal do not see each other; a search fills the rest
        position = Position([0] * side * side)
        for unit in (18, 22, 26):
            for cell, value in zip(layout(81).units[unit], rng.sample(values, 9), strict=True):
                position.put(cell, 1 << (value - 1))
        position.complete()
        return position.cells
    # On larger boards a search may take for ever. Values are pairs of digits; the first digit is
    # a Latin square over (column of boxes, row in the box), the second one of `side` others.
    first = _latin_square(box, rng)
    second = [_latin_square(box, rng) for _ in range(side)]
    cells = [
        values[first[c][row] * box + second[c * box + row][column][r]]
        for r in boxes
        for row in boxes
        for c in boxes
        for column in boxes
    ]
    for _ in range(4 * side):
        _switch(cells, rng.randrange(len(cells)), rng.randint(1, side))
    return cells


def _latin_square(order: int, rng: Random) -> list[list[int]]:
    rows, columns, values = (rng.sample(range(order), order) for _ in range(3))
    return [[values[(row + column) % order] for column in columns] for row in rows]


def _switch(cells: list[int], start: int, value: int) -> None:
    """Exchanges two values along the chain of cells in which they see each other.

    Every unit keeps its values, so the grid stays right, yet shuffling lines and values alone
    would not reach it.
    """
    at = layout(len(cells))
    pair = (cells[start], value)
    chain, reached = [start], {start}
    for cell in chain:
        for unit in (at.row[cell], at.side + at.column[cell], 2 * at.side + at.box[cell]):
            for other in at.units[unit]:
                if cells[other] in pair and other not in reached:
                    reached.add(other)
                    chain.append(other)
    for cell in chain:
        cells[cell] = sum(pair) - cells[cell]


def _dig(cells: list[int], blanks: int, rng: Random, *, search: bool) -> bool:
    """Empties cells at random while the solution stays the only one; are there enough?

    A cell that is a single when it is emptied leaves no choice. Other cells go, where ``search``
    is affordable, if no second solution exists.
    """
    position = Position(cells)
    left = blanks
    for cell in rng.sample(range(len(cells)), len(cells)):
        if not left:
            break
        bit = position.clear(cell)
        if position.forces(cell, bit) or (search and not position.has_other_solution(cell, bit)):
            left -= 1
        else:
            position.put(cell, bit)
    cells[:] = position.cells
    return not left


def render(data: Data) -> str:
    side = len(data["puzzle"])
    box = isqrt(side)
    grid = "\n".join(",".join(str(value or "_") for value in row) for row in data["puzzle"])
    return (
        f"This is a Sudoku of {side} rows and {side} columns, divided into {side} boxes of {box} "
        f"rows and {box} columns each. Each line is a row, commas separate the cells, and _ is an "
        f"empty cell:\n\n{grid}\n\n"
        f"Fill every empty cell with a number from 1 to {side}, and keep the numbers that are "
        f"there, so that every row, every column and every box contains each of the numbers 1 "
        f"to {side} exactly once. There is exactly one way to do it.\n"
        + final_answer(
            f"the complete grid ({side} rows of {side} numbers each)", "[[n,n,...],[n,n,...],...]"
        )
    )


def verify(data: Data, text: str) -> Verdict:
    puzzle = data["puzzle"]
    grid = _read(text, len(puzzle))
    side, box = len(puzzle), isqrt(len(puzzle))
    for r, row in enumerate(grid):
        for c, value in enumerate(row):
            if puzzle[r][c] and value != puzzle[r][c]:
                return wrong(
                    f"row {r + 1}, column {c + 1} is {value}, but {puzzle[r][c]} is given there"
                )
            if not 1 <= value <= side:
                return wrong(
                    f"row {r + 1}, column {c + 1} is {value}, which is not from 1 to {side}"
                )
    units = [(f"row {n + 1}", row) for n, row in enumerate(grid)]
    units += [(f"column {n + 1}", list(column)) for n, column in enumerate(zip(*grid, strict=True))]
    for top in range(0, side, box):
        for left in range(0, side, box):
            name = f"the box of rows {top + 1}-{top + box}, columns {left + 1}-{left + box}"
            units.append(
                (name, [v for row in grid[top : top + box] for v in row[left : left + box]])
            )
    for name, values in units:
        twice = _first_repeated(values)
        if twice:
            return wrong(f"{name} contains {twice} twice")
    return right("every row, column and box holds each number once, and the givens are kept")


def _first_repeated(values: Iterable[int]) -> int:
    seen = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return 0


def _read(text: str, side: int) -> list[list[int]]:
    alphabet = "123456789"[:side] if side <= 9 else ""
    return [[_cell(cell) for cell in row] for row in matrix(text, side, side, alphabet=alphabet)]


def _cell(text: str) -> int:
    if not re.fullmatch("[0-9]{1,4}", text):
        raise Unreadable(f"expected an integer in every cell, got {shorten(text)}")
    return int(text)


def solve(data: Data) -> str:
    grid = completed(data["puzzle"])
    if grid is None:
        raise ValueError("the puzzle has no solution")
    return _show(grid)


def _show(grid: list[list[int]]) -> str:
    return json.dumps(grid, separators=(",", ":"))


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / NAME, _record)


def _record(folder: Path, identity: str) -> Record:
    content = read_json(folder / "solution.json")
    question = read_text(folder / "question.txt")
    if not isinstance(content, dict):
        raise Damaged("solution.json is not an object")
    if not question:
        raise Damaged("question.txt is empty")
    puzzle = _published_grid(content.get("puzzle"), "puzzle", smallest=0)
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data={"puzzle": puzzle},
        stored=_show(_published_grid(content.get("solution"), "solution", smallest=1)),
        flags=frozenset() if completed(puzzle) else frozenset(["no_valid_answer"]),
    )


def _published_grid(grid: Any, name: str, *, smallest: int) -> list[list[int]]:
    rows = grid if isinstance(grid, list) else []
    if [len(row) if isinstance(row, list) else 0 for row in rows] != [9] * 9 or not all(
        type(value) is int and smallest <= value <= 9 for row in rows for value in row
    ):
        raise Damaged(f"the {name} in solution.json is not a 9 x 9 grid of digits")
    return rows


def matches_key(record: Record, text: str) -> bool:
    try:
        return _show(_read(text, 9)) == record.stored
    except Unreadable:
        return False


TASK = Task(
    name=NAME,
    title="Standard Sudoku",
    version=1,
    split="seen",
    family="grids",
    idea=(
        "Complete a Sudoku grid so that every row, column and box contains each number once. "
        "Every generated grid has exactly one solution."
    ),
    knobs=(
        "The side of the boxes (2 gives a grid of 4 x 4 cells, 3 the usual one, up to 6) and the "
        "number of empty cells. Grids larger than 9 x 9 can be solved by singles alone."
    ),
    acceptance=(
        "Any complete grid of integers that keeps the givens and obeys the rules: as nested lists, "
        "as lines of numbers separated by commas or blanks, or, up to 9 x 9, as bare digits."
    ),
    published_defects=(
        "The 120 keys are right and the solutions unique. The three published complexities draw "
        "from one range of 51 to 55 empty cells, so they are one level. The judge reads strict "
        "JSON only, so it rejects the layout of the question's own grid; it accepts surplus rows "
        "and columns, and numbers written as decimals."
    ),
    size_name="empty cells",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"complexity-{complexity}": {"box": 3, "blanks": [51, 55]} for complexity in (5, 6, 7)
    },
    published=published,
    matches_key=matches_key,
    spaces={1: 34_560},
)
