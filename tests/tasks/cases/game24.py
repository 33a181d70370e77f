from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations

from pytest_symbench.tasks.task import Data

SMALL = [
    {"count": 2, "low": 1, "high": 30, "target": 24},
    {"count": 3, "low": 1, "high": 13, "target": 24},
    {"count": 4, "low": 1, "high": 13, "target": 24},
    {"count": 3, "low": 1, "high": 9, "target": 7},
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    target = data["target"]
    unicode = gold.translate(str.maketrans("*/-", "×÷\u2212"))
    latex = gold.replace("*", r" \times ").replace("/", r" \div ")
    return [
        gold,
        f" {gold} ",
        f"({gold})",
        f"[{gold}]",
        f"{{{gold}}}",
        "(" * 250 + gold + ")" * 250,
        gold.replace("(", "[").replace(")", "]"),
        gold.replace("(", "{").replace(")", "}"),
        re.sub(r"([-+*/()])", r" \1 ", gold),
        re.sub(r"([-+*/])", r"\n\1", gold),
        re.sub(r"([0-9]+)", r"(\1)", gold),
        f"{gold} = {target}",
        f"{gold}={target}.0",
        f"{gold} = {target}.",
        f"({gold} = {target})",
        f"{gold} = {target}/2*2 = {target}",
        f"{gold} = -3 * -{target} / 3 = {target}",
        f"`{gold}`",
        f"'{gold}'",
        f"```\n{gold}\n```",
        f"```python\n{gold} = {target}\n```",
        unicode,
        gold.replace("*", "·"),
        gold.replace("*", "⋅"),
        gold.replace("*", "x"),
        latex,
        gold.replace("*", r"\cdot "),
        f"${latex}$",
        f"${latex} = {target}$",
        latex.replace("(", r"\left(").replace(")", r"\right)"),
        re.sub(r"\(([0-9]+)/([0-9]+)\)|^([0-9]+)/([0-9]+)$", r"\\frac{\1\3}{\2\4}", gold),
        re.sub(r"\(([0-9]+)/([0-9]+)\)|^([0-9]+)/([0-9]+)$", r"\\dfrac{\1\3}{\2\4}", gold),
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    target, numbers = data["target"], data["numbers"]
    first = re.search(r"[0-9]+", gold)
    assert first
    total, product = "+".join(map(str, numbers)), "*".join(map(str, numbers))
    value = 1
    for number in numbers:
        value *= number
    return [
        str(target),
        f"{target} = {gold}",
        f"{gold} = {target + 1}",
        f"{gold} = {target}.5",
        f"{gold} =",
        f"{gold} = {target} or {gold}",
        f"{gold}, {gold}",
        f"{gold}\n{gold}",
        f"{gold}+0",
        f"({gold})*1",
        f"({gold})/1",
        f"({gold})+{numbers[0]}-{numbers[0]}",
        f"({gold})*({numbers[0]}/{numbers[0]})",
        f"({gold})**1",
        f"({gold})^1",
        f"({gold})//1",
        f"({gold})%1000",
        f"({gold}) or 1",
        f"({gold})&{target}",
        f"({gold})!",
        f"({gold})/(1-1)",
        f"+{gold}",
        f"-({gold})*-1",
        f"0-(-({gold}))",
        f"({gold}",
        f"{gold})",
        f"[{gold})",
        f"({gold})()",
        gold[: first.start()] + first[0] + ".0" + gold[first.end() :],
        gold[: first.start()] + "-" + first[0] + gold[first.end() :],
        gold[: first.start()] + str(int(first[0]) + 1) + gold[first.end() :],
        gold[: first.start()] + gold[first.end() + 1 :],
        re.sub(r"([0-9])[-+*/]([0-9])", r"\1\2", gold, count=1),
        re.sub(r"([0-9])[-+*/]([0-9])", r"\1 \2", gold, count=1),
        re.sub(r"([0-9])[-+*/]([0-9])", r"\1.\2", gold, count=1),
        re.sub(r"([0-9])[-+*/]([0-9])", r"\1,\2", gold, count=1),
        total if sum(numbers) != target else "",
        product if value != target else "",
        " ".join(map(str, numbers)),
        f"x = {gold}",
        f"about {gold}",
        f"{gold} ✓",
        rf"\frac{{{gold}}}{{1}}",
        rf"\sqrt{{{gold}}}",
        gold.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    numbers, target = data["numbers"], data["target"]
    for order in permutations(numbers):
        for text, value in trees(list(order)):
            yield text, value == target
        for text, value in trees([*order[:-1], order[-1] + 1]):
            if value == target:
                yield text, False  # the right value from another number
        for text, value in trees(list(order[:-1])):
            if value == target:
                yield text, False


def trees(numbers: list[int]) -> Iterator[tuple[str, Fraction | None]]:
    """Every fully parenthesised expression over numbers in this order, with its value."""
    if len(numbers) == 1:
        yield str(numbers[0]), Fraction(numbers[0])
    for cut in range(1, len(numbers)):
        for left, a in trees(numbers[:cut]):
            for right, b in trees(numbers[cut:]):
                if a is None or b is None:
                    yield f"({left}*{right})", None
                    continue
                yield f"({left}+{right})", a + b
                yield f"({left}-{right})", a - b
                yield f"({left}*{right})", a * b
                yield f"({left}/{right})", a / b if b else None
