from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_symbench.tasks.task import Data

SMALL = [
    {
        "length": length,
        "letters": letters,
        "drawn": {"scores": [-5, 5], "minima": [1, 3], "repeats": 55},
    }
    for length, letters in ((4, 2), (12, 3), (40, 4), (150, 6))
] + [{"length": 25, "letters": 6, "drawn": None}]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    value = int(gold)
    forms = [gold, f" {gold} ", f"{gold}.0", f"{gold}.", f"`{gold}`", f"[{gold}]", f"${gold}$"]
    forms += [
        f'"{gold}"',
        f"score = {gold}",
        f"{value:,}",
        f"{value:_}",
        f"{value}/1",
        f"{value}e0",
    ]
    forms.append(gold.replace("-", "\u2212") if value < 0 else f"+{gold}")
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    value = int(gold)
    texts = [str(value + 1), str(value - 1), str(-value), f"{gold}0", f"1{abs(value)}", f"{gold}.5"]
    texts += [f"{gold} or {value + 1}", f"about {gold}", f"{gold},{gold}", f"{gold} points", "A"]
    texts += [
        "1e5000",
        "-1e5000",
        f"{gold}e5000",
        data["sequence"],
        str(len(data["sequence"])) + "00",
    ]
    for other in (once_per_rule(data), per_pair(data), by_letters(data)):
        if other != value:
            texts.append(str(other))
    return texts


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    runs = [match[0] for match in re.finditer(r"(.)\1*", data["sequence"])]
    score = 0
    for rule in data["rules"]:
        for run in runs:
            if run[0] == rule["letter"] and len(run) >= rule["min_consecutive"]:
                score += rule["score"]
    for answer in range(-500, 501):
        yield str(answer), answer == score


def once_per_rule(data: Data) -> int:
    """Another reading: a rule counts once, if any run fulfils it."""
    return sum(
        rule["score"]
        for rule in data["rules"]
        if re.search(f"{rule['letter']}{{{rule['min_consecutive']}}}", data["sequence"])
    )


def per_pair(data: Data) -> int:
    """Another reading: every place where the letter is repeated counts."""
    return sum(
        rule["score"]
        for rule in data["rules"]
        for at in range(len(data["sequence"]))
        if data["sequence"].startswith(rule["letter"] * rule["min_consecutive"], at)
    )


def by_letters(data: Data) -> int:
    """A mistake: every letter counts."""
    return sum(rule["score"] * data["sequence"].count(rule["letter"]) for rule in data["rules"])
