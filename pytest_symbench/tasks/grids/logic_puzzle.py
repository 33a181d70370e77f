"""Logic Puzzle: choose different numbers of a grid such that every row and column keeps a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeGuard

from pytest_symbench.tasks.answers import final_answer
from pytest_symbench.tasks.answers.lists import pairs, show
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.grids.logic_puzzle_solver import Cell, TooHard, by_products, by_sums
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Flag,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "logic_puzzle"
FOLDER = "logic_puzzle_dataset"
SUM: Params = {"kind": "sum", "most": 4}
PRODUCT: Params = {"kind": "product"}
# Side of the grid, numbers to choose, smallest and largest value, rule.
PAPER: tuple[tuple[int, int, int, int, Params], ...] = (
    (2, 3, 1, 3, SUM),
    (3, 4, 1, 4, SUM),
    (4, 6, -5, 8, PRODUCT),
    (5, 9, -8, 8, PRODUCT),
    (5, 10, -10, 10, PRODUCT),
    (6, 12, -12, 12, PRODUCT),
    (7, 16, -14, 14, PRODUCT),
    (8, 18, -16, 16, PRODUCT),
    (9, 20, -18, 18, PRODUCT),
    (10, 25, -20, 20, PRODUCT),
)
LEVELS = {2: PAPER[1], 3: PAPER[3], 4: PAPER[6], 5: PAPER[9]}
HARDEST = 25  # a side of 30


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    if level == 1:
        return {"side": 2, "pick": 2, "values": [1, 9], "rule": {**SUM, "most": 7}, "solutions": 1}
    side = level + 5
    harder = (side, 5 * side // 2, -2 * side, 2 * side, PRODUCT)
    return _setting(*LEVELS.get(level, harder))


def _setting(side: int, pick: int, low: int, high: int, rule: Params) -> Params:
    return {
        "side": side,
        "pick": pick,
        "values": [low, high],
        "rule": rule,
        "solutions": None,  # as many as there are
    }


def size(params: Params) -> float:
    return float(params["side"] ** 2)


def generate(params: Params, rng: Random) -> Data:
    side, pick, (low, high) = params["side"], params["pick"], params["values"]
    while True:
        grid = [
            [
                rng.randint(low, -1) if low < 0 and rng.randrange(10) < 3 else rng.randint(1, high)
                for _ in range(side)
            ]
            for _ in range(side)
        ]
        data = {"grid": grid, "pick": pick, "rule": params["rule"]}
        positive = {value for row in grid for value in row if value > 0}
        if low < 0 and grid[0][-1] > 0 and len(positive) >= pick:
            continue  # any positive numbers would do
        try:
            found = _selections(data, limit=1 + (params["solutions"] or 0))
        except TooHard:
            continue
        if 0 < len(found) <= (params["solutions"] or 1):
            return data


def render(data: Data) -> str:
    grid, pick, rule = data["grid"], data["pick"], data["rule"]
    side = len(grid)
    if rule["kind"] == "sum":
        demand = f"the sum of its chosen numbers is at most {rule['most']}"
    else:
        demand = "the product of its chosen numbers is greater than 0"
    rows = "\n".join(show(row) for row in grid)
    return (
        f"This is a grid of {side} rows and {side} columns, each cell of which holds a number:"
        f"\n\n{rows}\n\nChoose {pick} cells such that\n"
        f"- the {pick} chosen numbers are all different,\n"
        f"- the cell in the top right corner, whose number is {grid[0][-1]}, is one of them,\n"
        f"- in every row and in every column that holds a chosen cell, {demand}. Numbers that are "
        "not chosen do not count, and a row or column may be without a chosen cell.\n\n"
        "If several choices are possible, any one of them is right. A cell is named by its row "
        "and its column, both counted from 0: row 0 is the top row and column 0 the leftmost "
        f"column, so that the top right corner is 0 {side - 1}. The order of the cells does not "
        "matter.\n" + final_answer(f"the {pick} cells", "ROW COLUMN, ROW COLUMN, ...")
    )


def verify(data: Data, text: str) -> Verdict:
    chosen, grid, pick = pairs(text), data["grid"], data["pick"]
    side = len(grid)
    if len(chosen) != pick:
        return wrong(f"{len(chosen)} cells are chosen instead of {pick}")
    cell_of: dict[int, Cell] = {}
    for cell in chosen:
        row, column = cell
        if not (0 <= row < side and 0 <= column < side):
            return wrong(f"{shorten(f'{row} {column}')} is not a cell of the grid")
        value = grid[row][column]
        if cell_of.get(value) == cell:
            return wrong(f"cell {_name(cell)} is chosen twice")
        if value in cell_of:
            return wrong(f"cells {_name(cell_of[value])} and {_name(cell)} both hold {value}")
        cell_of[value] = cell
    if (0, side - 1) not in chosen:
        return wrong(f"the top right cell {_name((0, side - 1))} is not chosen")
    for i in range(side):
        lines = {
            "row": [grid[row][column] for row, column in chosen if row == i],
            "column": [grid[row][column] for row, column in chosen if column == i],
        }
        for line, numbers in lines.items():
            if broken := _broken(data["rule"], numbers):
                return wrong(f"in {line} {i} {broken}")
    return right("different numbers, and every row and column keeps the rule")


def solve(data: Data) -> str:
    found = _selections(data, limit=1)
    if not found:
        raise ValueError("no choice of cells keeps the rules")
    return show([_name(cell) for cell in sorted(found[0])])


def _selections(data: Data, *, limit: int) -> list[list[Cell]]:
    """Up to ``limit`` right choices; of products one is sought at most."""
    if data["rule"]["kind"] == "sum":
        return by_sums(data["grid"], data["pick"], data["rule"]["most"], limit=limit)
    found = by_products(data["grid"], data["pick"])
    return [] if found is None else [found]


def _broken(rule: Params, numbers: Sequence[int]) -> str | None:
    if rule["kind"] == "sum":
        total = sum(numbers)
        return f"the sum is {total}, more than {rule['most']}" if total > rule["most"] else None
    if 0 in numbers:
        return "the product is 0"
    negative = sum(number < 0 for number in numbers)
    return f"the product is negative: it has {negative} negative factors" if negative % 2 else None


def _name(cell: Cell) -> str:
    return f"{cell[0]} {cell[1]}"


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    question, solution = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    fields = solution if isinstance(solution, dict) else {}
    grid, stored, constraints = map(fields.get, ("grid", "solution", "constraints"))
    pick = re.search(r"select ([0-9]{1,3}) different numbers", question)
    if not pick or int(pick[1]) < 1:
        raise Damaged("question.txt does not say how many numbers to select")
    if not _is_square(grid):
        raise Damaged("grid is not a square of integers")
    if not _are_pairs(stored):
        raise Damaged("solution is not a list of cells")
    kind = constraints.get("type") if isinstance(constraints, dict) else None
    rules: tuple[Params, ...] = tuple(
        rule for name, rule in (("sum_le_4", SUM), ("product_gt_0", PRODUCT)) if name == kind
    )
    if not rules:
        raise Damaged("constraints has no known type")
    data = {"grid": grid, "pick": int(pick[1]), "rule": dict(rules[0])}
    try:
        flags: tuple[Flag, ...] = () if _selections(data, limit=1) else ("no_valid_answer",)
    except TooHard:
        raise Damaged("whether the grid has a solution could not be decided") from None
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data=data,
        stored=show([_name((row, column)) for row, column in stored]),
        flags=frozenset(flags),
    )


def _is_square(grid: Any) -> TypeGuard[list[list[int]]]:
    return (
        isinstance(grid, list)
        and 0 < len(grid) <= 30
        and all(isinstance(row, list) and len(row) == len(grid) for row in grid)
        and all(type(value) is int for row in grid for value in row)
    )


def _are_pairs(cells: Any) -> TypeGuard[list[list[int]]]:
    return isinstance(cells, list) and all(
        isinstance(cell, list) and len(cell) == 2 and all(type(part) is int for part in cell)
        for cell in cells
    )


TASK = Task(
    name=NAME,
    title="Logic Puzzle",
    version=1,
    split="seen",
    family="grids",
    idea="Choose cells of a grid with different numbers, the top right one among them, such that "
    "the chosen numbers of every row and column keep a rule on their sum or product.",
    knobs="The side of the grid, how many numbers to choose, and the rule.",
    acceptance=(
        "Any choice that keeps all rules, as pairs of row and column counted from 0, in any order "
        "and with or without brackets."
    ),
    published_defects=(
        "27 of the 200 keys break the rule of a row or column, and 24 instances have no valid "
        "answer, for the program that made them reused results across grids. The judge looks at "
        "the rule and the number of cells alone: repeated cells, cells off the grid, equal "
        "numbers and a missing corner pass. The text counts cells both from 1 and from 0."
    ),
    size_name="cells of the grid",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"side-{setting[0]}-pick-{setting[1]}": _setting(*setting) for setting in PAPER
    },
    published=published,
    spaces={1: 2430},
)
