from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from string import ascii_uppercase

from pytest_symbench.tasks.task import Data

SMALL = [
    {"digits": 1, "letters": 1, "alphabet": [10, 10], "clues": [3, 4]},
    {"digits": 2, "letters": 1, "alphabet": [6, 8], "clues": [4, 6]},
    {"digits": 1, "letters": 2, "alphabet": [10, 26], "clues": [5, 8]},
    {"digits": 2, "letters": 2, "alphabet": [4, 5], "clues": [3, 5]},
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    symbols: list[str] = json.loads(gold)
    word = "".join(symbols)
    return [
        gold,
        f"  {gold}\n",
        json.dumps(symbols, indent=2),
        json.dumps(symbols, separators=(",", ":")),
        str(symbols),
        str(tuple(symbols)),
        gold.lower(),
        gold.replace('"', ""),
        gold.replace('"', "")[1:-1],
        gold[1:-1],
        gold.replace("[", "{").replace("]", "}"),
        f"[{gold}]",
        ",".join(symbols),
        ",".join(symbols) + ",",
        " ".join(symbols),
        "; ".join(symbols),
        "\n".join(symbols),
        word,
        word.lower(),
        f'"{word}"',
        f"[{word}]",
        f'["{word}"]',
        f"{word[: data['digits']]} {word[data['digits'] :]}",
        f"{word[: data['digits']]}, {word[data['digits'] :]}",
        f"```\n{gold}\n```",
        f"```json\n{gold}\n```",
        f"`{word}`",
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    symbols: list[str] = json.loads(gold)
    word = "".join(symbols)
    cut = data["digits"]
    digits, letters = word[:cut], word[cut:]
    next_digit = next(d for d in "0123456789" if d not in digits)
    next_letter = next(c for c in ascii_uppercase if c not in letters)
    forms = [
        letters + digits,
        word[:-1],
        word[1:],
        word + letters[-1],
        digits[0] + word,
        next_digit + word[1:],
        word[:-1] + next_letter,
        word[:-1] + "Z" if letters[-1] != "Z" else word[:-1] + "A",
        digits + letters[:-1] + "0",
        "A" * cut + letters,
        digits + "?" * len(letters),
        f"{word} or {digits}{letters[:-1]}{next_letter}",
        f"{word} {word}",
        f"The code is {word}",
        f"code: {word}",
        "-".join(symbols),
        f"{word}.",
        f"{word}!",
        word.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        *(clue["guess"] for clue in data["clues"]),
    ]
    if cut > 1:
        forms += [digits[::-1] + letters, digits[0] * cut + letters]
        forms += [word[0] + letters + word[1:cut]]
    if len(letters) > 1:
        forms += [digits + letters[::-1], digits + letters[0] * len(letters)]
    return forms


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    numbers = "0123456789"[: data["alphabet"][0]]
    alphabet = ascii_uppercase[: data["alphabet"][1]]
    for digits in product(numbers + "9", repeat=data["digits"]):
        for letters in product(alphabet + "Z", repeat=data["letters"]):
            fits = set(digits) <= set(numbers) and set(letters) <= set(alphabet)
            fits = fits and len(set(digits)) == len(digits) and len(set(letters)) == len(letters)
            for clue in data["clues"] if fits else ():
                cut = len(digits)
                fits = fits and told(clue["guess"][:cut], digits) == clue["digits"]
                fits = fits and told(clue["guess"][cut:], letters) == clue["letters"]
            yield "".join(digits + letters), fits


def told(guess: str, code: tuple[str, ...]) -> list[object]:
    """Placed, misplaced, absent and the tag, by the words of the question."""
    placed = [g for g, c in zip(guess, code, strict=True) if g == c]
    elsewhere = [g for g in guess if g in code and g not in placed]
    absent = set(guess) - set(code)
    low = absent and all(a < c for a in absent for c in code)
    high = absent and all(a > c for a in absent for c in code)
    tag = "low" if low else "high" if high else ""
    return [len(placed), len(elsewhere), len(absent), tag]
