from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations, permutations
from math import prod
from typing import Any

from pytest_symbench.tasks.task import Data

SUM, PRODUCT = {"kind": "sum", "most": 4}, {"kind": "product"}
SMALL: list[dict[str, Any]] = [
    {"side": 2, "pick": 2, "values": [1, 9], "rule": {**SUM, "most": 7}, "solutions": 1},
    {"side": 2, "pick": 3, "values": [1, 3], "rule": SUM, "solutions": None},
    {"side": 3, "pick": 4, "values": [1, 4], "rule": SUM, "solutions": 2},
    {"side": 3, "pick": 4, "values": [1, 5], "rule": {**SUM, "most": 6}, "solutions": None},
    {"side": 3, "pick": 5, "values": [-5, 5], "rule": PRODUCT, "solutions": None},
    {"side": 4, "pick": 6, "values": [-5, 8], "rule": PRODUCT, "solutions": None},
]
Cell = tuple[int, int]


def is_right(data: Data, cells: tuple[Cell, ...]) -> bool:
    grid, rule = data["grid"], data["rule"]
    side = len(grid)
    if any(row not in range(side) or column not in range(side) for row, column in cells):
        return False
    if len(cells) != data["pick"] or len({grid[r][c] for r, c in cells}) != data["pick"]:
        return False
    lines = [[grid[r][c] for r, c in cells if r == row] for row in range(side)]
    lines += [[grid[r][c] for r, c in cells if c == column] for column in range(side)]
    if rule["kind"] == "sum":
        kept = all(sum(line) <= rule["most"] for line in lines)
    else:
        kept = all(prod(line) > 0 for line in lines)
    return kept and (0, side - 1) in cells


def show(cells: list[Cell]) -> str:
    return ", ".join(f"{row} {column}" for row, column in cells)


def read(gold: str) -> list[Cell]:
    return [(int(cell.split()[0]), int(cell.split()[1])) for cell in gold.split(",")]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    cells = read(gold)
    return [
        gold,
        f" {gold}\n",
        f"{gold},",
        show(cells[::-1]),
        show(sorted(cells, key=lambda cell: cell[::-1])),
        "; ".join(f"{row} {column}" for row, column in cells),
        "\n".join(f"{row} {column}" for row, column in cells),
        "\n".join(f"{row}, {column}" for row, column in cells),
        ", ".join(str(cell) for cell in cells),
        "".join(str(cell) for cell in cells),
        " ".join(f"({row},{column})" for row, column in cells),
        ", ".join(str(list(cell)) for cell in cells),
        f"[{gold}]",
        f"({gold})",
        f"{{{gold}}}",
        str(cells),
        str(set(cells)),
        json.dumps(cells),
        json.dumps(cells, indent=2),
        f"`{gold}`",
        f"```\n{gold}\n```",
        f'"{gold}"',
        json.dumps([f"{row} {column}" for row, column in cells]),
        str([f"({row}, {column})" for row, column in cells]),
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    cells, side, grid = read(gold), len(data["grid"]), data["grid"]
    every = [(row, column) for row in range(side) for column in range(side)]
    corner = (0, side - 1)
    near = [
        [(99, 99)] * len(cells),
        [corner] * len(cells),
        cells[:-1],
        [*cells, cells[0]],
        [*cells[:-1], cells[0]],
        [(row + 1, column + 1) for row, column in cells],
        [(row - side, column - side) for row, column in cells],
        every,
        [],
    ]
    for i, cell in enumerate(cells):
        for other in every:  # another cell in the place of one
            changed = [*cells[:i], other, *cells[i + 1 :]]
            if not is_right(data, tuple(changed)) and (side < 4 or other[0] == cell[0]):
                near.append(changed)
        off = [*cells[:i], (cell[0], side), *cells[i + 1 :]]
        near.append(off)
        equal = [o for o in every if o != cell and grid[o[0]][o[1]] == grid[cell[0]][cell[1]]]
        near += [[*cells[:i], other, *cells[i + 1 :]] for other in equal if cell == corner]
        near += [[*cells, other] for other in equal[:1]]
    return [show(other) for other in near] + [
        f"{gold} or {gold}",
        f"{gold}, 0",
        f"cells {gold}",
        f"{gold}.5",
        gold.replace(" ", ":"),
        gold.replace("0", "O"),
        gold.replace("0", "0.0"),
        ", ".join(str(grid[row][column]) for row, column in cells) + ",",
        "ROW COLUMN, ROW COLUMN, ...",
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    side, pick = len(data["grid"]), data["pick"]
    cells = [(row, column) for row in range(side) for column in range(side)]
    right = [chosen for chosen in combinations(cells, pick) if is_right(data, chosen)]
    assert right, "new puzzles can be solved"
    for count in (pick - 1, pick, pick + 1):
        for chosen in combinations(cells, count):
            yield show(list(chosen)), chosen in right
    if side < 3:
        edge = [*cells, (0, -1), (side, 0), (-1, side - 1)]
        for order in permutations(edge, pick):
            yield show(list(order)), is_right(data, order)
