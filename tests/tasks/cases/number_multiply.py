from __future__ import annotations

from collections.abc import Iterator

from pytest_symbench.tasks.task import Data

SMALL = [{"digits": [1, 1]}, {"digits": [1, 2]}]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    forms = [gold, f" {gold} ", f"{gold}.0", f"`{gold}`", f"[{gold}]", f"${gold}$", f"x = {gold}"]
    forms += [f"{int(gold):,}", f"{int(gold):_}", f"{int(gold)}/1"]
    if gold.startswith("-"):
        forms.append(gold.replace("-", "\u2212"))
    else:
        forms.append(f"+{gold}")
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    value = int(gold)
    return [
        str(-value),
        str(value + 1),
        f"{value}0",
        f"1{abs(value)}",
        f"{value} or {value + 1}",
        f"about {value}",
        f"{value}.5",
        f"{gold[:-1]} {gold[-1]}" if abs(value) > 9 else "",
        f"{gold},{gold}",
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    total = 0
    first, second = data["factors"]
    for _ in range(abs(second)):
        total += first if second > 0 else -first
    for answer in range(-1000, 1001):
        yield str(answer), answer == total
