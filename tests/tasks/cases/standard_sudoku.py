from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from itertools import permutations, product
from typing import Any

from pytest_symbench.tasks.task import Data

SMALL = [{"box": 2, "blanks": [3, 3]}, {"box": 2, "blanks": [5, 5]}, {"box": 2, "blanks": [6, 6]}]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    grid = json.loads(gold)
    side = len(grid)
    forms = [
        gold,
        f" {gold}\n",
        json.dumps(grid),
        json.dumps(grid, indent=1),
        f"```json\n{gold}\n```",
        f"`{gold}`",
        gold.replace("[", "(").replace("]", ")"),
        gold.replace("[", "{").replace("]", "}"),
        gold[1:-1],
        json.dumps([[str(value) for value in row] for row in grid]),
        str([[str(value) for value in row] for row in grid]),
        str([value for row in grid for value in row]),
        lines(grid, ","),
        lines(grid, ", "),
        lines(grid, " "),
        lines(grid, ";"),
        ",\n".join(",".join(map(str, row)) for row in grid) + ",",
        "[" + "\n ".join("[" + " ".join(map(str, row)) + "]" for row in grid) + "]",
    ]
    if side <= 9:
        forms += [
            lines(grid, ""),
            lines(grid, "").replace("\n", ""),
            lines(grid, "").replace("\n", " "),
        ]
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    grid = json.loads(gold)
    side = len(grid)
    blanks = [(r, c) for r in range(side) for c in range(side) if not data["puzzle"][r][c]]
    row, column = blanks[0]
    texts = [
        json.dumps(data["puzzle"]),
        json.dumps([*grid, grid[0]]),
        json.dumps([[*line, line[0]] for line in grid]),
        json.dumps([[*grid[0], 1], *grid[1:]]),
        json.dumps(grid[:-1]),
        json.dumps([grid[0][:-1], *grid[1:]]),
        json.dumps([[float(value) for value in line] for line in grid]),
        json.dumps([grid[1], grid[0], *grid[2:]]),
        json.dumps([line[::-1] for line in grid]),
        json.dumps([list(line) for line in zip(*grid, strict=True)]),
        json.dumps([[value % side + 1 for value in line] for line in grid]),
        json.dumps([[value - 1 for value in line] for line in grid]),
        json.dumps(grid[0] * side),
        gold + gold,
        f"{gold} or {gold}",
        f"The grid is {gold}",
        gold.replace(",", ",,", 1),
        gold[:-2],
        gold[2:],
        "[]",
        "{" + ",".join(f'"{r}": {line}' for r, line in enumerate(grid)) + "}",
    ]
    for value in (
        0,
        -grid[row][column],
        side + 1,
        "",
        "?",
        None,
        True,
        1.5,
        grid[row][column] + 0.4,
    ):
        texts.append(json.dumps(replaced(grid, row, column, value)))
    for value in range(1, side + 1):
        if value != grid[row][column]:
            texts.append(json.dumps(replaced(grid, row, column, value)))
    swapped = replaced(grid, row, column, grid[row][column - 1])
    texts.append(json.dumps(replaced(swapped, row, column - 1, grid[row][column])))
    # a grid that keeps all rules but not the givens: two values exchanged everywhere
    first, second = (next(v for line in data["puzzle"] for v in line if v), grid[row][column])
    if first != second:
        exchange = {first: second, second: first}
        texts.append(json.dumps([[exchange.get(v, v) for v in line] for line in grid]))
    return texts


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    """All ways to fill the blanks, then all 4 x 4 grids with right rows and columns."""
    puzzle = data["puzzle"]
    blanks = [(r, c) for r in range(4) for c in range(4) if not puzzle[r][c]]
    for values in product(range(1, 5), repeat=len(blanks)):
        grid = copy.deepcopy(puzzle)
        for (r, c), value in zip(blanks, values, strict=True):
            grid[r][c] = value
        yield json.dumps(grid), is_right(puzzle, grid)
    for latin in latin_squares():
        yield json.dumps(latin), is_right(puzzle, latin)


@cache
def latin_squares() -> list[list[tuple[int, ...]]]:
    rows = list(permutations((1, 2, 3, 4)))
    return [
        list(grid)
        for grid in product(rows, repeat=4)
        if all(len(set(column)) == 4 for column in zip(*grid, strict=True))
    ]


def is_right(puzzle: list[list[int]], grid: Any) -> bool:
    full = {1, 2, 3, 4}
    boxes = ((0, 1, 4, 5), (2, 3, 6, 7), (8, 9, 12, 13), (10, 11, 14, 15))
    flat = [value for row in grid for value in row]
    return (
        all(given in (0, flat[i]) for i, given in enumerate(v for row in puzzle for v in row))
        and all({*flat[i : i + 4]} == full for i in (0, 4, 8, 12))
        and all({*flat[i::4]} == full for i in range(4))
        and all({flat[i] for i in box} == full for box in boxes)
    )


def lines(grid: list[list[int]], separator: str) -> str:
    return "\n".join(separator.join(map(str, row)) for row in grid)


def replaced(grid: list[list[Any]], row: int, column: int, value: Any) -> list[list[Any]]:
    other = copy.deepcopy(grid)
    other[row][column] = value
    return other
