from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import product

from pytest_symbench.tasks.task import Data

SMALL = [
    {"rounds": [2, 2], "games": {"stick_game": 3}},
    {"rounds": [3, 3], "games": {"elements": 5}},
    {"rounds": [3, 3], "games": {"animal": 8}},
    {"rounds": [4, 4], "games": {"stick_game": 4}},
    {"rounds": [4, 4], "games": {"elements": 5}},
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    letters = gold.split(",")
    forms = [
        gold,
        f" {gold} ",
        gold.lower(),
        gold + ",",
        ", ".join(letters),
        "; ".join(letters),
        " ".join(letters),
        "\n".join(letters),
        "".join(letters),
        "".join(letters).lower(),
        f"[{gold}]",
        f"({', '.join(letters)})",
        f"{{{gold}}}",
        f"[[{gold}]]",
        json.dumps(letters),
        json.dumps(letters, indent=1),
        str(letters),
        str(tuple(letters)),
        ", ".join(f"'{letter}'" for letter in letters),
        f"`{gold}`",
        f"```\n{gold}\n```",
        f"```json\n{json.dumps(letters)}\n```",
    ]
    return forms + [",".join(other) for other in near(data, letters) if fits(data, other)]


def REJECTED(data: Data, gold: str) -> list[str]:
    letters = gold.split(",")
    forms = [
        ",".join(letters[:-1]),
        ",".join([*letters, letters[0]]),
        ",".join([*letters, "A"]),
        ",".join([letters[0]] * len(letters)),
        ",".join([*letters[:-1], letters[0]]),
        ",".join([*letters[:-1], "Z"]),
        ",".join([*letters[:-1], "1"]),
        ",".join([*letters[:-1], "AB"]),
        ",".join([*letters[:-1], "Wood"]),
        ",".join([letters[0], "", *letters[1:]]),
        f"{gold} or {gold}",
        f"{gold}\n{gold}",
        f"The pieces are {gold}",
        " -> ".join(letters),
        ",".join(data["results"]),
    ]
    if not fits(data, data["mine"]):
        forms.append(",".join(data["mine"]))
    return forms + [",".join(other) for other in near(data, letters) if not fits(data, other)]


def near(data: Data, letters: list[str]) -> list[list[str]]:
    """The sequences with one other piece, and those with two pieces exchanged."""
    others = []
    for place in range(len(letters)):
        for piece in data["order"][:8]:
            others.append([*letters[:place], piece, *letters[place + 1 :]])
        for second in range(place):
            swapped = letters[:]
            swapped[place], swapped[second] = swapped[second], swapped[place]
            others.append(swapped)
    return [other for other in others if other != letters]


def fits(data: Data, letters: Sequence[str]) -> bool:
    order = data["order"]
    known = len(letters) == len(data["mine"]) and set(letters) <= set(order)
    if not known or len(set(letters)) < len(letters):
        return False
    beats = {
        "elements": elements,
        "stick_game": lambda pieces: set(zip(pieces, pieces[1:] + pieces[0], strict=True)),
        "animal": animals,
    }[data["game"]](order)
    for mine, theirs, result in zip(data["mine"], letters, data["results"], strict=True):
        expected = "draw"
        if (mine, theirs) in beats:
            expected = "win"
        elif (theirs, mine) in beats:
            expected = "loss"
        if expected != result:
            return False
    return True


def elements(order: str) -> set[tuple[str, str]]:
    """Who beats whom in a ring of five, from what generates and what overcomes what."""
    ring = order * 4
    generates = {(ring[i], ring[i + 1]) for i in range(len(order))}
    overcomes = {(ring[i], ring[i + 2]) for i in range(len(order))}
    return overcomes | {(second, first) for first, second in generates}


def animals(order: str) -> set[tuple[str, str]]:
    beats = {(order[i], order[j]) for j in range(len(order)) for i in range(j)}
    return beats - {(order[0], order[-1])} | {(order[-1], order[0])}


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    for length in (len(data["mine"]), len(data["mine"]) - 1):
        for letters in product(data["order"] + "Z", repeat=length):
            yield ",".join(letters), fits(data, letters)
