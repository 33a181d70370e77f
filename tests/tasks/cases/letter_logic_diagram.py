from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import permutations, product

from pytest_symbench.tasks.task import Data

SMALL = [
    {"side": 3, "blanks": 3},
    {"side": 3, "blanks": 7},
    {"side": 3, "blanks": 9},
    {"side": 4, "blanks": 8},
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    rows = [line.split(",") for line in gold.splitlines()]
    flat = [cell for row in rows for cell in row]
    lists = json.dumps(rows)
    return [
        gold,
        f"\n{gold}\n",
        gold.upper(),
        gold.replace(",", ", "),
        gold.replace(",", " "),
        gold.replace(",", ""),
        gold.replace("\n", "\r\n"),
        gold.replace("\n", ",\n"),
        gold.replace("\n", ";\n"),
        gold.replace("\n", "\n\n"),
        gold.replace(",", "").replace("\n", ", "),
        gold.replace(",", "").replace("\n", " "),
        ",".join(flat),
        ", ".join(flat) + ",",
        " ".join(flat),
        "\n".join(flat),
        lists,
        lists.replace('"', ""),
        lists.replace('"', "'"),
        lists.replace('"', "").replace(" ", ""),
        lists.replace("[", "(").replace("]", ")"),
        lists.replace("[", "{").replace("]", "}"),
        json.dumps(rows, indent=2),
        json.dumps(flat),
        json.dumps(["".join(row) for row in rows]),
        str(rows),
        "\n".join(map(str, rows)),
        f"```\n{gold}\n```",
        f"```json\n{lists}\n```",
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    grid = data["grid"]
    rows = [line.split(",") for line in gold.splitlines()]
    side = len(rows)
    letters = sorted(rows[0])
    turned = str.maketrans(dict(zip(letters, [*letters[1:], letters[0]], strict=True)))
    forms = [
        show([[cell or "." for cell in row] for row in grid]),
        show([[cell or "" for cell in row] for row in grid]),
        show([[cell or rows[0][0] for cell in row] for row in grid]),
        show([*rows, rows[0]]),
        show(rows[:-1]),
        show([[*row, row[0]] for row in rows]),
        show([[*rows[0][:-1], rows[0][0]], *rows[1:]]),
        show([rows[0], rows[0], *rows[2:]]),
        show([row[1:] + row[:1] for row in rows]),
        show([row[::-1] for row in rows]),
        show([[*rows[0][:-1], "z"], *rows[1:]]),
        show([[*rows[0][:-1], "1"], *rows[1:]]),
        show([[*rows[0][:-1], "ab"], *rows[1:]]),
        show([[*rows[0][:-1], ""], *rows[1:]]),
        show([list(cells) for cells in zip(*rows[::-1], strict=True)]),
        f"{gold}\n\n{gold}",
        gold.replace("a", "\u0430"),  # a letter that only looks like it
        f"{gold} or {gold}",
        f"The grid is\n{gold}",
        "".join("".join(row) for row in rows)[:-1],
    ]
    if any(cell for row in grid for cell in row):
        forms.append(gold.translate(turned))  # a Latin square, but not with these clues
    swapped = [row[:] for row in rows]
    swapped[0], swapped[1] = swapped[1], swapped[0]
    forms.append(show(swapped))  # rows and columns hold, the diagonal or a clue does not
    row, column = next((r, c) for r in range(side) for c in range(side) if grid[r][c])
    broken = [line[:] for line in rows]
    broken[row][column] = next(letter for letter in letters if letter != grid[row][column])
    forms.append(show(broken))
    return forms


def show(rows: list[list[str]]) -> str:
    return "\n".join(",".join(row) for row in rows)


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    grid = data["grid"]
    side = len(grid)
    letters = "abcd"[:side]
    blank = sum(not cell for row in grid for cell in row)
    every = product(letters, repeat=3) if blank == 7 else permutations(letters)
    for rows in product(list(every), repeat=side):
        columns = all(len({row[c] for row in rows}) == side for c in range(side))
        if side == 4 and not columns:
            continue  # too many of these: grids of nine cells show that they are rejected
        full = columns and all(len(set(row)) == side for row in rows)
        diagonal = {rows[i][-1 - i] for i in range(side)}
        kept = all(
            not clue or clue == cell
            for clues, cells in zip(grid, rows, strict=True)
            for clue, cell in zip(clues, cells, strict=True)
        )
        yield show([list(row) for row in rows]), full and len(diagonal) == 1 and kept
