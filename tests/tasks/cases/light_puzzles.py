from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product

from pytest_symbench.tasks.task import Data

SMALL = [
    {"side": 2, "buttons": 1, "presses": 1},
    {"side": 2, "buttons": 2, "presses": 3},
    {"side": 3, "buttons": 3, "presses": 5},
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    side = len(data["grid"])
    values = gold.split(", ")
    rows = [values[i : i + side] for i in range(0, side * side, side)]
    numbers = [[int(value) for value in row] for row in rows]
    return [
        gold,
        f"\n {gold} ",
        ",".join(values),
        " ".join(values),
        "; ".join(values),
        "".join(values),
        "\n".join(values),
        f"[{gold}]",
        f"[[{gold}]]",
        f"({gold})",
        f"{{{gold}}}",
        f"{gold},",
        f"`{gold}`",
        f"```\n{gold}\n```",
        f'"{gold}"',
        str(values),
        json.dumps(values),
        json.dumps(numbers),
        json.dumps(numbers, indent=1),
        str(tuple(map(tuple, numbers))),
        "; ".join(str(row) for row in numbers),
        "\n".join(str(row) for row in numbers),
        "\n".join(", ".join(row) for row in rows),
        ",\n".join(",".join(row) for row in rows),
        "\n".join(" ".join(row) for row in rows),
        "\n".join("".join(row) for row in rows),
        "\r\n".join("".join(row) for row in rows),
        " ".join("".join(row) for row in rows),
        ", ".join("".join(row) for row in rows),
        json.dumps(["".join(row) for row in rows]),
        ", ".join(f"{value}.0" for value in values),
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    values = [int(value) for value in gold.split(", ")]
    side = len(data["grid"])
    forms = [
        ", ".join(str(value) for row in data["grid"] for value in row),
        ", ".join(str(1 - value) for value in values),
        ", ".join(map(str, values[:-1])),
        f"{gold}, 0",
        f"{gold}, 1",
        f"0, {gold}",
        f"{gold} or {gold}",
        f"the grid is {gold}",
        gold.replace("1", "2"),
        gold.replace("0", "2"),
        gold.replace("0", "-1").replace("1", "on"),
        gold.replace("0", "0.5"),
        gold.replace("1", "11"),
        gold.replace(", ", ",,", 1),
        gold.replace("0", "off").replace("1", "on"),
        "\n".join(", ".join(map(str, values[i::side])) for i in range(side))
        if [values[i::side] for i in range(side)]
        != [values[i : i + side] for i in range(0, side * side, side)]
        else "",
        f"{values[0]}\n" + ", ".join(map(str, values[1:])),
    ]
    for place in range(len(values)):
        flipped = values.copy()
        flipped[place] = 1 - flipped[place]
        forms.append(", ".join(map(str, flipped)))
    for label in data["buttons"]:  # one press too many
        pressed = values.copy()
        for row, column in data["buttons"][label]:
            place = (row - 1) * side + column - 1
            pressed[place] = 1 - pressed[place]
        forms.append(", ".join(map(str, pressed)))
    return [form for form in forms if form != gold]  # a grid without a 0 keeps some of them


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    side = len(data["grid"])
    lit = {(r + 1, c + 1) for r in range(side) for c in range(side) if data["grid"][r][c]}
    for label in data["presses"]:
        lit ^= {(row, column) for row, column in data["buttons"][label]}
    for values in product("01", repeat=side * side):
        on = {(i // side + 1, i % side + 1) for i, value in enumerate(values) if value == "1"}
        yield ",".join(values), on == lit
