from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from pytest_symbench.tasks.task import Data

PLAIN = {"longest": 4, "mode": "face", "dimensions": 2}
SMALL = [
    {**PLAIN, "commands": 2, "queries": ["distance"]},
    {**PLAIN, "commands": 4, "queries": ["return"]},
    {**PLAIN, "commands": 4, "mode": "turn", "queries": ["return"]},
    {**PLAIN, "commands": 5, "mode": "turn", "queries": ["position"]},
    {**PLAIN, "commands": 4, "longest": 3, "dimensions": 3, "queries": ["position"]},
    {**PLAIN, "commands": 6, "mode": "turn", "dimensions": 3, "queries": ["distance"]},
]
COMPASS = "NESW"


def end(data: Data) -> list[int]:
    """One step at a time, as counts of the steps in each direction of the compass."""
    gone = dict.fromkeys("NESWUD", 0)
    facing = 0
    for verb, what in data["commands"]:
        if verb == "turn":
            facing = (facing + {"right": 1, "around": 2, "left": 3}[what]) % 4
            continue
        for _ in range(what):
            if verb in ("up", "down"):
                gone[verb[0].upper()] += 1
            else:
                away = {"walk": facing, "forward": 0, "right": 1, "backward": 2, "left": 3}[verb]
                gone[COMPASS[away]] += 1
    place = [gone["E"] - gone["W"], gone["N"] - gone["S"], gone["U"] - gone["D"]]
    return place[: data["dimensions"]]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    place = end(data)
    if data["query"] == "return":
        word, other = ("No", "false") if any(place) else ("Yes", "true")
        forms = [gold, word, word.lower(), word.upper(), f"{word}.", other, other.title()]
        return [*forms, f"Answer: {word}", f"answer:{word}", f"`{word}`", f'"{word}"', f"[{word}]"]
    if data["query"] == "distance":
        steps = str(sum(abs(along) for along in place))
        forms = [gold, steps, f" {steps} ", f"{steps}.0", f"+{steps}", f"`{steps}`", f"${steps}$"]
        return [*forms, f"[{steps}]", f"{steps} steps", f"{steps} step", f"d = {steps}"]
    words = [str(along) for along in place]
    listed = ", ".join(words)
    return [
        gold,
        listed,
        ",".join(words),
        " ".join(words),
        "\n".join(words),
        "; ".join(words),
        f"({listed})",
        f"[{listed}]",
        f"({listed},)",
        str(words),
        listed.replace("-", "\u2212"),
        ", ".join(f"{word}.0" for word in words),
        f"`({listed})`",
        f'"({listed})"',
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    place = end(data)
    if data["query"] == "return":
        word, other = ("No", "Yes") if any(place) else ("Yes", "No")
        rejected = [other, other.lower(), "false" if other == "No" else "true", "Yes or No"]
        rejected += ["correct", "incorrect", "maybe", "", f"{word}, {other}", f"not {word}"]
        return [*rejected, f"{word} {word}", "0", "1", str(tuple(place))]
    total = sum(abs(along) for along in place)
    if data["query"] == "distance":
        near = [total + 1, total - 1, total + 2, -total if total else 1, total * 10]
        rejected = [str(steps) for steps in near]
        return [*rejected, f"{total}.5", f"{total} or {total + 1}", "steps", "Yes", "INTEGER", ""]
    answers = [
        [*place[:i], place[i] + change, *place[i + 1 :]]
        for i in range(len(place))
        for change in (-1, 1)
    ]
    answers += [place[::-1], [-along for along in place], place[:-1], [*place, 0], [*place, *place]]
    answers += [[place[1], place[0], *place[2:]], [total], []]
    return [
        *(str(tuple(answer)) for answer in answers if answer != place),
        str(tuple(along + 0.5 for along in place)),
        "(EAST, NORTH)",
        "Yes",
        "No",
        f"{place[0]} east, {place[1]} north",
        f"about {tuple(place)}",
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    place = end(data)
    if data["query"] == "return":
        yield "Yes", not any(place)
        yield "No", any(place)
    elif data["query"] == "distance":
        for steps in range(-5, 40):
            yield str(steps), steps == sum(abs(along) for along in place)
    else:
        reach = 20 if data["dimensions"] == 2 else 12
        for answer in product(range(-reach, reach + 1), repeat=data["dimensions"]):
            yield str(answer), list(answer) == place
