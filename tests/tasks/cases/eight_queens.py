from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import permutations, product

from pytest_symbench.tasks.task import Data

SMALL = [
    {"sides": [4], "given": [1, 2], "forbidden": [0, 3]},
    {"sides": [5], "given": [0, 1], "forbidden": [1, 4]},
    {"sides": [6], "given": [0, 1], "forbidden": [0, 2]},
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    cells = [tuple(map(int, pair.split())) for pair in gold.split(", ")]
    rows, columns = zip(*cells, strict=True)
    return [
        gold,
        f" {gold} \n",
        gold + ",",
        ",".join(f"{row} {column}" for row, column in cells),
        "\n".join(f"{row} {column}" for row, column in cells),
        "; ".join(f"{row} {column}" for row, column in cells),
        ", ".join(f"{row} {column}" for row, column in reversed(cells)),
        ", ".join(f"({row},{column})" for row, column in cells),
        ", ".join(f"({row}, {column})" for row, column in cells),
        " ".join(f"({row} {column})" for row, column in cells),
        ", ".join(f"[{row}, {column}]" for row, column in cells),
        ", ".join(f"'{row} {column}'" for row, column in cells),
        "\n".join(f"{row}, {column}" for row, column in cells),
        ", ".join(f"{row}, {column}" for row, column in cells),
        f"[{gold}]",
        f"[({'), ('.join(gold.replace(' ', ',').split(',,'))})]",
        json.dumps(cells),
        json.dumps(cells, indent=1),
        json.dumps([f"{row} {column}" for row, column in cells]),
        str(cells),
        str(list(cells)),
        f"{{{gold}}}",
        f"`{gold}`",
        f"```\n{gold}\n```",
        f"```python\n{cells}\n```",
        gold.replace(" ", "  "),
        ", ".join(f"+{row} +{column}" for row, column in cells) if rows != columns else gold,
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    board = data["board"]
    side = len(board)
    cells = [tuple(map(int, pair.split())) for pair in gold.split(", ")]
    mirrored = [(row, side - 1 - column) for row, column in cells]
    forms = [
        show(cells[:-1]),
        show([*cells, cells[0]]),
        show([*cells[:-1], cells[0]]),
        show([*cells, (side, side)]),
        show([*cells[:-1], (side, cells[-1][1])]),
        show([*cells[:-1], (cells[-1][0], -1)]),
        show([(row + 1, column + 1) for row, column in cells]),
        show([(row + side, column) for row, column in cells]),
        show([(cells[0][0], cells[1][1]), (cells[1][0], cells[0][1]), *cells[2:]]),
        show([(row, row) for row in range(side)]),
        show([(row, (2 * row) % side) for row in range(side)]) if side == 8 else "",
        f"{gold}, {gold}",
        f"{gold} or {gold}",
        gold + ", 1",
        gold + ", and the given ones",
        ", ".join(f"{row}" for row, _ in cells),
        ", ".join(f"{column}" for _, column in cells),
        gold.replace("0", "O"),
        gold.replace("0 ", "0.5 ", 1),
        gold.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        "\n".join(board),
        "\n".join(
            "".join("1" if (r, c) in cells else "0" for c in range(side)) for r in range(side)
        ),
    ]
    for row, line in enumerate(board):
        for column, mark in enumerate(line):
            if mark == "X":  # a queen on a forbidden cell
                forms.append(show([cell for cell in cells if cell[0] != row] + [(row, column)]))
    if any("1" in line for line in board):  # a right placement, but the given queens have moved
        forms += [show(mirrored)]
        forms += [show([c for c in cells if board[c[0]][c[1]] != "1"])]
    return forms


def show(cells: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(f"{row} {column}" for row, column in cells)


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    board = data["board"]
    side = len(board)
    for columns in product(range(side), repeat=side) if side < 6 else permutations(range(side)):
        safe = all(
            a != b and abs(a - b) != j - i
            for i, a in enumerate(columns)
            for j, b in enumerate(columns)
            if i < j
        )
        free = all(board[row][column] != "X" for row, column in enumerate(columns))
        kept = all(
            "1" not in line or line[c] == "1" for line, c in zip(board, columns, strict=True)
        )
        yield show(list(enumerate(columns))), safe and free and kept
