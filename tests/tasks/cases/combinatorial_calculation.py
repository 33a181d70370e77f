from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from pytest_symbench.tasks.task import Data

SMALL = [
    {"count": 2, "targets": [1, 20]},
    {"count": 3, "targets": [10, 10]},
    {"count": 4, "targets": [24, 24]},
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    target = data["target"]
    signs = gold[1:-1].split(", ")
    plain = "".join(signs)
    quoted = [f'"{sign}"' for sign in signs]
    return [
        gold,
        f" {gold}\n",
        ", ".join(signs),
        ",".join(signs),
        ",".join(signs) + ",",
        "; ".join(signs),
        "\n".join(signs),
        ",\n".join(signs),
        f"[{','.join(signs)}]",
        f"[{', '.join(signs)},]",
        f"[[{', '.join(signs)}]]",
        f"{{{', '.join(signs)}}}",
        f"[{', '.join(quoted)}]",
        ", ".join(quoted),
        gold.replace(", ", "', '").replace("[", "['").replace("]", "']"),
        f"```\n{gold}\n```",
        f"```json\n[{', '.join(quoted)}]\n```",
        f"`{gold}`",
        f"{gold} = {target}",
        f"{gold[:-1]}, =, {target}]",
        f'[{", ".join(quoted)}, "=", "{target}"]',
        plain,
        f"({plain})",
        f"[{plain}]",
        f"{plain} = {target}",
        f"{plain}={target}.0",
        " ".join(signs),
        plain.translate(str.maketrans("*/-", "×÷\u2212")),
        gold.translate(str.maketrans("*/-", "×÷\u2212")),
        gold.replace("*", "·"),
        f"[(, {', '.join(signs)}, )]",
        re.sub(r"([0-9]+)", r"(\1)", gold),
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    target, numbers = data["target"], data["numbers"]
    signs = gold[1:-1].split(", ")
    plain = "".join(signs)
    first = next(place for place, sign in enumerate(signs) if sign.isdigit())
    operator = next(place for place, sign in enumerate(signs) if sign in "+-*/")
    value = 1
    for number in numbers:
        value *= number
    other = [*signs]
    other[first] = str(numbers[0] % 9 + 1)
    forms = [
        str(target),
        f"[{target}]",
        f"{gold} = {target + 1}",
        f"{target} = {plain}",
        f"{gold}, {gold}",
        f"{gold} or {gold}",
        f"{plain}\n{plain}",
        ", ".join(signs[:operator] + signs[operator + 1 :]),
        ", ".join([*signs[: operator + 1], "", *signs[operator + 1 :]]),
        ", ".join([*signs[: operator + 1], signs[operator], *signs[operator + 1 :]]),
        ", ".join(["", *signs]),
        ", ".join(["-", *signs]),
        ", ".join(["+", *signs]),
        ", ".join(["(", *signs]),
        ", ".join([*signs, ")"]),
        ", ".join([*signs, "+", "0"]),
        ", ".join([*signs, "*", "1"]),
        ", ".join(other),
        ", ".join([*signs[:first], signs[first] + ".0", *signs[first + 1 :]]),
        ", ".join([*signs[: operator + 1], "+", *signs[operator + 1 :]]),
        f"({plain})**1",
        f"({plain})//1",
        f"({plain})^1",
        f"[{', '.join(map(str, numbers))}]",
        "".join(map(str, numbers)),
        "+".join(map(str, numbers)) if sum(numbers) != target else "",
        "*".join(map(str, numbers)) if value != target else "",
        gold.replace("(", "[").replace(")", "]") if "(" in gold else "[3]",
        f"[{plain}] * [1]",
        gold.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    ]
    if set(plain) <= set("0123456789+") and numbers != numbers[::-1]:
        forms.append("+".join(map(str, reversed(numbers))))  # the value is right, the order is not
    if len(numbers) == 2 and numbers[0] != numbers[1] and signs[operator] in "+*":
        forms.append(", ".join(reversed(signs)))
    return forms


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    numbers, target = data["numbers"], data["target"]
    for text, value in values(numbers):
        yield text, value == target
        yield f"[{', '.join(text)}]", value == target
    for text, value in values(numbers[::-1]):
        yield text, value == target and numbers == numbers[::-1]
    for operators in product(("+", "-", "*", "/", ""), repeat=len(numbers) - 1):
        if "" in operators:
            joined = "".join(f"{o}{n}" for o, n in zip(("", *operators), numbers, strict=True))
            yield joined, False


def values(numbers: list[int]) -> Iterator[tuple[str, Fraction | None]]:
    """Every fully parenthesised expression over the numbers in order, with its value."""
    if len(numbers) == 1:
        yield str(numbers[0]), Fraction(numbers[0])
    for cut in range(1, len(numbers)):
        for left, a in values(numbers[:cut]):
            for right, b in values(numbers[cut:]):
                if a is None or b is None:
                    yield f"({left}-{right})", None
                    continue
                yield f"({left}+{right})", a + b
                yield f"({left}-{right})", a - b
                yield f"({left}*{right})", a * b
                yield f"({left}/{right})", a / b if b else None
