from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product

from pytest_symbench.tasks.task import Data

SMALL = [{"side": 2, "moves": moves, "tiles": [2, 4]} for moves in (1, 2, 5)]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    rows = [line.split(", ") for line in gold.splitlines()]
    numbers = [[int(cell) for cell in row] for row in rows]
    flat = [cell for row in rows for cell in row]
    return [
        gold,
        f"\n{gold}\n",
        gold.replace(", ", ","),
        gold.replace(",", ""),
        gold.replace("\n", ",\n"),
        gold.replace("\n", ";\n"),
        gold.replace("\n", "\n\n"),
        gold.replace("\n", "\r\n"),
        ", ".join(flat),
        ",".join(flat) + ",",
        " ".join(flat),
        "; ".join(flat),
        "\n".join(flat),
        json.dumps(numbers),
        json.dumps(numbers, indent=2),
        json.dumps([cell for row in numbers for cell in row]),
        json.dumps(rows),
        str(rows),
        str(tuple(map(tuple, numbers))),
        json.dumps(numbers).replace("[", "{").replace("]", "}"),
        "\n".join(map(str, numbers)),
        ",\n".join(map(str, numbers)),
        "\n".join(" ".join(f"{cell:>5}" for cell in row) for row in rows),
        f"```\n{gold}\n```",
        f"```json\n{json.dumps(numbers)}\n```",
        ", ".join(f"{cell}.0" for cell in flat),
        ", ".join(f"'{cell}'" for cell in flat),
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    rows = [[int(cell) for cell in line.split(", ")] for line in gold.splitlines()]
    flat = [cell for row in rows for cell in row]
    transposed = [list(column) for column in zip(*rows, strict=True)]
    forms = [
        json.dumps(data["grid"]),
        show(data["grid"]),
        show([*rows, rows[-1]]),
        show(rows[:-1]),
        show([[*row, 0] for row in rows]),
        show([[*rows[0], rows[1][0]], rows[1][1:], *rows[2:]]),
        show([[*rows[0][:-1], rows[0][-1] + 2], *rows[1:]]),
        show([[-cell - 1 for cell in row] for row in rows]),
        show([[cell * 2 for cell in row] for row in rows]),
        ", ".join(map(str, flat[:-1])),
        ", ".join(map(str, [*flat, 0])),
        ", ".join(map(str, [*flat, *flat])),
        f"{gold}\n\n{gold}",
        f"{gold} or {gold}",
        f"The board is {gold}",
        gold.replace(", ", ",,"),
        gold.replace("0", "."),
        gold.replace("0", "_"),
        gold.replace("0", ""),
        "".join(map(str, flat)),
        ", ".join(f"{cell}.5" for cell in flat),
        ", ".join(f"2**{cell}" for cell in flat),
    ]
    forms += [show(other) for other in (transposed, rows[::-1]) if other != rows]
    return forms


def show(rows: list[list[int]]) -> str:
    return "\n".join(", ".join(map(str, row)) for row in rows)


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    (a, b), (c, d) = data["grid"]
    cells = {"1,1": a, "1,2": b, "2,1": c, "2,2": d}
    ahead = {
        "u": {"2,1": "1,1", "2,2": "1,2"},
        "d": {"1,1": "2,1", "1,2": "2,2"},
        "l": {"1,2": "1,1", "2,2": "2,1"},
        "r": {"1,1": "1,2", "2,1": "2,2"},
    }
    here = f"{data['start'][0] + 1},{data['start'][1] + 1}"
    for letter in data["moves"]:
        there = ahead[letter].get(here)
        if there is None:
            continue
        if cells[there] == 0:
            cells[here], cells[there] = cells[there], cells[here]
            here = there
        elif cells[there] == cells[here]:
            cells[there] = 2 * cells[there]
            cells[here] = 0
            here = there
    final = list(cells.values())
    for values in product(sorted({0, 2, 3, 4, 64, a, b, c, d, *final}), repeat=4):
        yield "{}, {}\n{}, {}".format(*values), list(values) == final
