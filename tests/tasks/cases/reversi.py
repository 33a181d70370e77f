from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product

from pytest_symbench.tasks.task import Data

SMALL = [
    {"side": side, "moves": moves, "before": before}
    for side, moves, before in (
        *((4, 1, [0, 0]), (4, 2, [0, 1]), (4, 3, [0, 0]), (4, 5, [0, 0])),
        *((6, 3, [0, 2]), (8, 4, [0, 0])),
    )
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    rows = grid(gold, data)
    flat = gold.split(",")
    cut = len(flat) // 2 + 1
    return [
        *(gold, f" {gold}\n", f"```\n{gold}\n```", f"`{gold}`", f'"{gold}"', f"[{gold}]"),
        *(f"({gold})", ", ".join(flat), " ".join(flat), ";".join(flat), "\n".join(flat)),
        *("".join(flat), ",".join(rows), " ".join(rows), "\n".join(rows), json.dumps(rows)),
        *(json.dumps(flat), str(flat), json.dumps([list(row) for row in rows])),
        *(str([list(row) for row in rows]), gold + ",", lines(rows, ","), lines(rows, ", ")),
        *(lines(rows, " "), ",\n".join(",".join(row) for row in rows)),
        ",".join(f"[{','.join(row)}]" for row in rows),
        "[" + "\n ".join("[" + " ".join(row) + "]" for row in rows) + "]",
        ",".join(flat[:cut]) + ",\n" + ",".join(flat[cut:]),
        "[" + ", ".join(flat[:cut]) + ",\n " + ", ".join(flat[cut:]) + "]",
        json.dumps(flat[:cut])[:-1] + ",\n" + json.dumps(flat[cut:])[1:],
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    rows = grid(gold, data)
    flat = gold.split(",")
    texts = [
        ",".join(cell for row in data["board"] for cell in row),
        "\n".join(data["board"]),
        *(gold + ",*", gold + ",0", gold[:-2], gold[2:], gold + gold, f"{gold},{gold}"),
        *(f"{gold} or {gold}", f"The board is {gold}", gold.replace(",", ",,", 1), gold + "x"),
        *("\n".join(rows[1:]), "\n".join([*rows, rows[0]]), "*" * len(flat), ""),
        *(",".join(["*"] * len(flat)), ",".join(["0"] * len(flat)), str(data["moves"])),
        gold.replace("*", "."),
        gold.replace("*", "2"),
        gold.replace("*", ""),
        gold.replace("0", "x").replace("1", "0").replace("x", "1"),
    ]
    for turned in (
        rows[::-1],
        [row[::-1] for row in rows],
        ["".join(r) for r in zip(*rows, strict=True)],
    ):
        if turned != rows:
            texts.append("\n".join(turned))
    for at in range(len(flat)):
        for cell in "*01":
            if cell != flat[at]:
                texts.append(",".join([*flat[:at], cell, *flat[at + 1 :]]))
    moves = data["moves"]
    for other in (
        {**data, "moves": moves[:-1]},
        {**data, "first": "10"[int(data["first"])]},
        {**data, "moves": [[column, row] for row, column in moves]},
        {**data, "moves": [[row - 1, column - 1] for row, column in moves]},
    ):
        board = replayed(other)
        if board != rows:
            texts.append("\n".join(board))
    unflipped = dict(stones(data["board"]))
    player = int(data["first"])
    for row, column in moves:
        unflipped[complex(row, column)] = str(player)
        player = 1 - player
    texts.append("\n".join(board_of(unflipped, len(rows))))
    return texts


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    """All colours of the stones of the final board, then each cell changed."""
    final = replayed(data)
    side = len(final)
    places = [at for at in product(range(side), repeat=2) if final[at[0]][at[1]] != "*"]
    for colours in product("01", repeat=len(places)):
        cells = [["*"] * side for _ in range(side)]
        for (row, column), colour in zip(places, colours, strict=True):
            cells[row][column] = colour
        board = ["".join(row) for row in cells]
        yield ",".join(cell for row in board for cell in row), board == final
    flat = "".join(final)
    for at, cell in product(range(side * side), "*01"):
        changed = flat[:at] + cell + flat[at + 1 :]
        yield ",".join(changed), changed == flat


def replayed(data: Data) -> list[str]:
    """With stones in a dictionary by complex coordinates."""
    board = dict(stones(data["board"]))
    player: str = data["first"]
    other = "10"[int(player)]
    for row, column in data["moves"]:
        at = complex(row, column)
        turned = []
        for direction in (1, 1 + 1j, 1j, -1 + 1j, -1, -1 - 1j, -1j, 1 - 1j):
            reach = next(n for n in range(1, 99) if board.get(at + n * direction) != other)
            if board.get(at + reach * direction) == player:
                turned += [at + n * direction for n in range(1, reach)]
        board.update(dict.fromkeys([at, *turned], player))
        player, other = other, player
    return board_of(board, len(data["board"]))


def stones(board: list[str]) -> Iterator[tuple[complex, str]]:
    for row, line in enumerate(board, 1):
        for column, cell in enumerate(line, 1):
            if cell != "*":
                yield complex(row, column), cell


def board_of(board: dict[complex, str], side: int) -> list[str]:
    numbers = range(1, side + 1)
    return ["".join(board.get(complex(row, c), "*") for c in numbers) for row in numbers]


def grid(gold: str, data: Data) -> list[str]:
    side = len(data["board"])
    flat = gold.replace(",", "")
    return [flat[at : at + side] for at in range(0, side * side, side)]


def lines(rows: list[str], separator: str) -> str:
    return "\n".join(separator.join(row) for row in rows)
