from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pytest_symbench.tasks.task import Data

SMALL = [
    {"hand": hand, "rounds": rounds, "chi": chi}
    for hand in (5, 8, 13)
    for rounds in (1, 2, 4, 9)
    for chi in (False, True)
]


def judgement(data: Data) -> int:
    """By counting the codes of the cards, and every window of three codes around the last."""
    held = Counter(map(ord, data["hand"]))
    for turn in data["rounds"][:-1]:
        held[ord(turn["draw"])] += 1
        held[ord(turn["discard"])] -= 1
    last = ord(data["rounds"][-1]["draw"])
    if held[last] > 1:
        return 1
    windows = [(last - 2, last - 1), (last - 1, last + 1), (last + 1, last + 2)]
    fits = any(held[a] and held[b] and ord("A") <= a and b <= ord("Z") for a, b in windows)
    return 2 if fits and last <= ord("Z") and data["chi"] else 0


def ACCEPTED(data: Data, gold: str) -> list[str]:
    word = ("Pass", "Peng", "Chi")[int(gold)]
    return [
        *(gold, f" {gold}\n", f"{gold}.0", f"+{gold}", f"[{gold}]", f"({gold})", f"`{gold}`"),
        *(f'"{gold}"', f"x = {gold}", f"```\n{gold}\n```", f"${gold}$"),
        *(word, word.upper(), word.lower(), f"{word}.", f"'{word}'"),
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    others = [number for number in "012" if number != gold]
    words = [word for i, word in enumerate(("Pass", "Peng", "Chi")) if str(i) != gold]
    return [
        *others,
        *words,
        *(f"{gold} or {other}" for other in others),
        *(f"{gold},{other}" for other in others),
        *(f"{gold}{other}" for other in others),
        *(f"x = {gold} = {other}" for other in others),
        *("3", "-1", "-2", "0.5", "1.5", "1.9", "12", "012", "NUMBER", "Kong", "0|1|2"),
        f"the answer is {gold}",
        f"{gold} {gold}",
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    right = judgement(data)
    for number in range(-3, 100):
        yield str(number), number == right
    for number, word in enumerate(("pass", "peng", "chi")):
        yield word, number == right
