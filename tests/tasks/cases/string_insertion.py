from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from pytest_symbench.tasks.task import Data

PLAIN = {"letters": 2, "width": 2, "filler": [0, 1], "margin": [0, 1], "overlaps": False}
SMALL = [
    {**PLAIN, "rules": 1, "occurrences": 1},
    {**PLAIN, "rules": 2, "occurrences": 2},
    {**PLAIN, "rules": 2, "occurrences": 3, "overlaps": True},
    {**PLAIN, "rules": 2, "occurrences": 2, "overlaps": True, "letters": 3, "width": 3},
]


def result(data: Data) -> str:
    """By empty matches that look behind, which see the original string alone."""
    rules: dict[str, str] = dict(data["rules"])
    pattern = "|".join(f"(?<={word})" for word in rules)

    def letter(match: re.Match[str]) -> str:
        before = data["text"][: match.start()]
        (found,) = [rules[word] for word in rules if before.endswith(word)]
        return found

    return re.sub(pattern, letter, data["text"])


def ACCEPTED(data: Data, gold: str) -> list[str]:
    string = result(data)
    return [
        gold,
        string,
        f"  {string}\n",
        f'"{string}"',
        f"'{string}'",
        f"`{string}`",
        f"```\n{string}\n```",
        f"```text\n{string}\n```",
        f"“{string}”",
        f'` "{string}" `',
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    string, text = result(data), data["text"]
    word, letter = next(rule for rule in data["rules"] if rule[0] in text)
    at = text.index(word) + len(word)
    others = [other for other in "ABCDEXYZ" if other != letter]
    wrong = [
        text,
        text[:at] + others[0] + text[at:],
        text[: at - 1] + letter + text[at - 1 :],
        text[:at] + letter + letter + text[at:],
        text + letter,
        letter + text,
        string[::-1],
        string[:-1],
        string[1:],
        string + string,
        string + letter,
        letter + string,
        string.replace(word, letter + word),
        text.replace(word, letter),
        text.replace(word, ""),
        string.lower(),
        string[0].lower() + string[1:],
    ]
    return [
        *(answer for answer in wrong if answer != string),
        " ".join(string),
        f"{string[:3]} {string[3:]}",
        f"{string} or {text}",
        f"The string is {string}.",
        f"{string}.",
        f"result = {string}",
        f"[{string}]",
        f"{text} -> {string}",
        string.replace(letter, "*"),
        "STRING",
        '""',
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    right = result(data)
    letters = sorted({*data["text"], *"".join(map("".join, data["rules"]))})
    yield right, True
    for length in range(len(right) + 2):
        for answer in product(letters, repeat=length):
            if length:
                yield "".join(answer), "".join(answer) == right
