from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

from pytest_symbench.tasks.logic.logical_deduction_themes import THEMES
from pytest_symbench.tasks.task import Data

SMALL = [
    {"objects": 3, "hard": False},
    {"objects": 4, "hard": False},
    {"objects": 5, "hard": True},
    {"objects": 6, "hard": True},
]


def holds(statement: dict[str, Any], order: tuple[int, ...]) -> bool:
    places = [order.index(thing) for thing in statement["objects"]]
    number = int(statement.get("rank", statement.get("distance", 0)))
    match statement["kind"]:
        case "at":
            return places[0] + 1 == number
        case "before":
            return places[0] < places[1]
        case "adjacent":
            return places[0] - places[1] in (1, -1)
        case "separate":
            return places[0] - places[1] not in (1, -1)
        case "apart":
            return abs(places[0] - places[1]) == number
        case "between":
            return places[0] in range(min(places) + 1, max(places))
    raise AssertionError(statement)


def fitting(data: Data) -> list[tuple[int, ...]]:
    return [
        order
        for order in permutations(range(len(data["objects"])))
        if all(holds(statement, order) for statement in data["statements"])
    ]


def letters(data: Data) -> list[str]:
    return [chr(ord("A") + index) for index in range(len(data["objects"]))]


def named(data: Data, index: int) -> str:
    return THEMES[data["theme"]].article + str(data["objects"][data["options"][index]])


def ACCEPTED(data: Data, gold: str) -> list[str]:
    right = gold.strip("()")
    text = named(data, letters(data).index(right))
    return [
        gold,
        right,
        right.lower(),
        f"({right.lower()})",
        f"{right}.",
        f"{right})",
        f" {right} ",
        f"({right}) {text}",
        f"{right}. {text}",
        f"{right}: {text}",
        f"({right}) {text}.",
        f"({right}) {text.upper()}",
        text,
        text.upper(),
        f"  {text}. ",
        f"`{gold}`",
        f'"{right}"',
        f"```\n{gold}\n```",
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    right = gold.strip("()")
    others = [name for name in letters(data) if name != right]
    texts = {name: named(data, index) for index, name in enumerate(letters(data))}
    beyond = chr(ord(letters(data)[-1]) + 1)
    return [
        *others,
        *(f"({other})" for other in others),
        *(texts[other] for other in others),
        f"({right}) {texts[others[0]]}",
        f"({others[0]}) {texts[right]}",
        f"({right}) ({others[0]})",
        f"{right} or {others[0]}",
        f"{right}, {others[0]}",
        f"{right}{others[0]}",
        f"{texts[right]} or {texts[others[0]]}",
        f"not {right}",
        f"({beyond})",
        beyond,
        "1",
        "(LETTER)",
        "LETTER",
        "correct",
        "incorrect",
        "",
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    (order,) = fitting(data)
    for index, name in enumerate(letters(data)):
        right = order[data["rank"] - 1] == data["options"][index]
        for answer in (name, f"({name})", f"{name}. {named(data, index)}", named(data, index)):
            yield answer, right
        for other in range(len(letters(data))):
            if other != index:
                yield f"({name}) {named(data, other)}", False
    yield chr(ord("A") + len(order)), False
