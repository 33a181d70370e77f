from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from pytest_symbench.tasks.task import Data

SMALL = [
    {"length": [3, 3], "count": [0, 0]},
    {"length": [3, 3], "count": [1, 3]},
    {"length": [1, 4], "count": [0, 2]},
]


def places(data: Data) -> list[int]:
    return [found.start() + 1 for found in re.finditer(data["letter"], data["text"])]


def answer(count: object, positions: object) -> str:
    return f"Count: {count}, Positions: {positions}"


def ACCEPTED(data: Data, gold: str) -> list[str]:
    listed = places(data)
    count, inner = len(listed), ", ".join(map(str, listed))
    forms = [
        gold,
        f"  {gold}\n",
        gold.upper(),
        gold.lower(),
        f"`{gold}`",
        f"```\n{gold}\n```",
        f'"{gold}"',
        f"[{gold}]",
        gold.replace(" ", ""),
        gold.replace(", P", "\nP"),
        gold.replace(", P", ";  P"),
        gold.replace(":", " ="),
        answer(f"{count}.0", listed),
        answer(f"+{count}", listed),
        answer(count, f"({inner})"),
        answer(count, f"{{{inner}}}"),
        answer(count, f"[[{inner}]]"),
        answer(count, f"[ {inner} ]"),
        answer(count, listed[::-1]),
        f'{{"count": {count}, "positions": {listed}}}',
        f"{{'Count': {count}, 'Positions': {listed}}}",
    ]
    if listed:
        forms += [
            answer(count, inner),
            answer(count, f"[{inner},]"),
            answer(count, inner.replace(",", ";")),
            answer(count, "\n" + inner.replace(", ", "\n")),
            answer(count, inner.replace(",", "")),
            answer(count, [str(place) for place in listed]),
            answer(count, [f"{place}.0" for place in listed]).replace("'", '"'),
        ]
    else:
        forms += [answer(0, "none"), answer(0, "()"), answer(0, "[ ]")]
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    listed, length = places(data), len(data["text"])
    count = len(listed)
    others = [place for place in range(1, length + 1) if place not in listed]
    forms = [
        answer(count + 1, listed),
        answer(-count - 1, listed),
        answer(f"{count}.5", listed),
        answer(count + 1, [*listed, length + 1]),
        answer(count, [*listed, length + 1]),
        answer(count + 1, [0, *listed]),
        answer(count + 1, [*listed, others[0]]),
        answer(count, [*listed, others[0]]),
        answer(count, [*listed, "x"]),
        answer(count, [*listed, "..."]),
        str(count),
        str(listed),
        f"{count}, {listed}",
        f"Count: {count}",
        f"Count: {count}, Positions:",
        f"Positions: {listed}",
        f"Count: , Positions: {listed}",
        f"Count: {count} or {count + 1}, Positions: {listed}",
        f"{gold} or so",
        f"{gold}, {gold}",
        f"perhaps {gold}",
        answer("COUNT", "[FIRST, SECOND, ...]"),
    ]
    if listed:
        forms += [
            answer(count, [place - 1 for place in listed]),
            answer(count, [place + 1 for place in listed]),
            answer(count, listed[1:]),
            answer(count - 1, listed[1:]),
            answer(count, listed[:-1]),
            answer(count, [*listed, listed[0]]),
            answer(count + 1, [*listed, listed[0]]),
            answer(count, [*listed[:-1], others[-1]]),
            answer(count, "[]"),
            answer(0, "[]"),
            answer(0, "none"),
            answer(count, [-place for place in listed]),
            answer(count, [place + 0.5 for place in listed]),
        ]
    else:
        forms += [answer(0, "[0]"), answer(1, "[1]"), answer(1, "[]"), answer(0, "[,]")]
    return forms


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    held = {place for place, letter in enumerate(data["text"], 1) if letter == data["letter"]}
    for count in range(-1, 5):
        for length in range(5):
            for positions in product(range(6), repeat=length):
                once = len(set(positions)) == len(positions)
                right = once and set(positions) == held and count == len(held)
                yield answer(count, list(positions)), right
