from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

from pytest_symbench.tasks.task import Data

SMALL = [
    {"letters": 2, "rules": 2, "length": [3, 4], "steps": [1, 2]},
    {"letters": 2, "rules": 3, "length": [4, 6], "steps": [1, 5]},
    {"letters": 3, "rules": 4, "length": [5, 7], "steps": [2, 6]},
    {"published": True, "letters": 3, "rules": 6, "length": [5, 7], "steps": [2, 20]},
]


def changed(rule: dict[str, Any], string: str) -> str | None:
    """One rule, by regular expressions."""
    if rule["kind"] == "longer":
        letters = list(string)
        if len(letters) > rule["length"]:
            letters.pop(len(letters) // 2)
            return "".join(letters)
        return None
    if rule["kind"] == "even":
        found = len(re.findall(rule["text"], string))
        return string + rule["append"] if found in range(2, 10**6, 2) else None
    pattern = {"prefix": r"\A{}", "suffix": r"{}\Z", "first": "{}", "inner": "(?<=.){}"}
    result, times = re.subn(
        pattern[rule["kind"]].format(rule["text"]), rule["becomes"], string, count=1
    )
    if not times:
        return None
    result = f"{rule.get('prepend', '')}{result}{rule.get('append', '')}"
    return re.sub(r".\Z", "", result) if rule.get("cut") else result


def played(data: Data) -> list[str]:
    states = [data["text"]]
    while True:
        for rule in data["rules"]:
            after = changed(rule, states[-1])
            if after is not None:
                states.append(after)
                break
        else:
            return states


def ACCEPTED(data: Data, gold: str) -> list[str]:
    string = played(data)[-1]
    return [
        gold,
        string,
        f"  {string}\n",
        f'"{string}"',
        f' "{string}" ',
        f"'{string}'",
        f"`{string}`",
        f"```\n{string}\n```",
        f"“{string}”",
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    states = played(data)
    string, letter = states[-1], states[-1][-1]
    near = [
        *states[:-1],
        string[:-1],
        string[1:],
        string + letter,
        letter + string,
        string[::-1],
        string + string,
        string.upper(),
        string.capitalize(),
        string.replace(string[0], "q", 1) if string[0] != "q" else "r" + string[1:],
    ]
    return [
        *(answer for answer in near if answer != string),
        " ".join(string) if len(string) > 1 else "a b",
        f"{string}.",
        f"{string} or {states[0]}",
        f"The final string is {string}",
        f"{states[0]} -> {string}",
        f"[{string}]",
        f'["{string}"]',
        " ".join(states),
        "STRING",
        "some_final_string",
        "[]",
        '""',
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    final = played(data)[-1]
    yield final, True
    letters = sorted({*data["text"], *final, "z"})
    for length in range(1, 8):
        for answer in product(letters, repeat=length):
            yield "".join(answer), "".join(answer) == final
