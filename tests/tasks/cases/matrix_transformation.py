from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import permutations

from pytest_symbench.tasks.task import Data

SMALL = [
    {"rows": 2, "columns": 2, "alphabet": "letters", "steps": 1},
    {"rows": 2, "columns": 3, "alphabet": "symbols", "steps": 1},
    {"rows": 3, "columns": 2, "alphabet": "digits", "steps": 4},
    {"rows": 2, "columns": 3, "alphabet": "all", "steps": 3},
]


def turned(data: Data) -> list[list[str]]:
    """The result by the target of every single cell: (row, column) -> (row', column')."""
    cells = {(r, c): x for r, row in enumerate(data["matrix"]) for c, x in enumerate(row)}
    for step in data["steps"]:
        bottom, last = max(cells)
        cells = {
            {
                "clockwise": (c, bottom - r),
                "counterclockwise": (last - c, r),
                "half-turn": (bottom - r, last - c),
                "left-right": (r, last - c),
                "top-bottom": (bottom - r, c),
                "transpose": (c, r),
            }[step]: x
            for (r, c), x in cells.items()
        }
    bottom, last = max(cells)
    return [[cells[r, c] for c in range(last + 1)] for r in range(bottom + 1)]


def flat(rows: list[list[str]]) -> list[str]:
    return [cell for row in rows for cell in row]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    rows = turned(data)
    cells = flat(rows)
    return [
        gold,
        f" {gold}\n",
        ",".join(cells),
        "; ".join(cells),
        " ".join(cells),
        "\n".join(cells),
        f"{gold},",
        f"[{gold}]",
        f"[[{gold}]]",
        f"({gold})",
        f"{{{gold}}}",
        f"`{gold}`",
        f"```\n{gold}\n```",
        str(cells),
        json.dumps(cells),
        json.dumps(cells, indent=2),
        str(rows),
        json.dumps(rows),
        json.dumps(rows, indent=2),
        str(tuple(map(tuple, rows))),
        "\n".join(str(row) for row in rows),
        "; ".join(str(row) for row in rows),
        "\n".join("[" + ", ".join(row) + "]" for row in rows),
        "\n".join(",".join(row) for row in rows),
        ",\n".join(", ".join(row) for row in rows),
        "\n".join(" ".join(row) for row in rows),
        "\n".join("".join(row) for row in rows),
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    rows, given = turned(data), data["matrix"]
    cells = flat(rows)
    near = [
        flat(given),
        flat(given)[::-1],
        flat([list(row) for row in zip(*given, strict=True)]),
        flat([row[::-1] for row in given]),
        flat(given[::-1]),
        flat([list(row) for row in zip(*given, strict=True)][::-1]),
        cells[::-1],
        [*cells[1:], cells[0]],
        [*cells[:-1], "?"],
        ["A" if cells[0] != "A" else "B", *cells[1:]],
    ]
    forms = [", ".join(other) for other in near if other != cells]
    forms += [
        ", ".join(cells[:-1]),
        ", ".join([*cells, cells[-1]]),
        f"{gold}.",
        f"{gold} or {gold}",
        f"the result is {gold}",
        gold.replace(", ", ",,", 1),
        str(rows[:-1]),
        str([*rows, rows[-1]]),
        str([row[:-1] for row in rows]),
        "\n".join(" ".join(row) for row in [*rows, rows[0]]),
    ]
    if gold.lower() != gold:
        forms.append(gold.lower())
    if len(rows) != len(rows[0]):  # the right cells in rows of another shape
        width = len(rows)
        reshaped = [cells[i : i + width] for i in range(0, len(cells), width)]
        forms += [str(reshaped), "\n".join(" ".join(row) for row in reshaped)]
    return forms


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    rows = turned(data)
    for cells in permutations(flat(data["matrix"])):
        yield ",".join(cells), list(cells) == flat(rows)
        yield ",".join(cells[:-1]), False
        split = [list(cells[i : i + len(rows[0])]) for i in range(0, len(cells), len(rows[0]))]
        yield "\n".join(" ".join(row) for row in split), split == rows
