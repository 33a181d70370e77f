from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction

from pytest_symbench.tasks.task import Data

SMALL = [
    {
        "operations": operations,
        "operators": operators,
        "forms": forms,
        "operands": [-4, 4],
        "coefficients": [-2, 3],
        "shape": shape,
        "digits": 3,
    }
    for operations, operators, forms, shape in (
        (1, 1, ["sum"], "tree"),
        (1, 1, ["ratio"], "tree"),
        (2, 2, ["sum", "product", "ratio"], "tree"),
        (2, 1, ["ratio"], "chain"),
        (3, 3, ["sum", "product", "ratio"], "chain"),
    )
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    value = Fraction(gold)
    p, q = value.numerator, value.denominator
    forms = [gold, f" {gold}\n", f"`{gold}`", f"'{gold}'", f"[{gold}]", f"${gold}$", f"[${gold}$]"]
    forms += [f"{p}/{q}", f"{3 * p}/{3 * q}", f"{p} / {q}", f"result = {gold}", f"a = b = {gold}"]
    forms += [f"{p:_}/{q:_}", f"{p:,}/{q:,}", f"{p:,}".replace(",", "\u2009") + f"/{q}"]
    forms += [rounded(value, digits) for digits in (4, 5, 9, 20)]
    forms.append(f"x = {rounded(value, 4)}")
    if abs(value) < 10**5:
        forms.append(repr(float(value)))  # 1.4000000000000001 and the like
    if value < 0:
        forms += [gold.replace("-", "\u2212")]
    else:
        forms += [f"+{gold}", f"+{rounded(value, 4)}"]
    if q == 1:
        forms += [f"{p}.0", f"{p}.", f"{p}e0", f"{p}0E-1", f"{p:,}", f"{p}.000"]
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    value = Fraction(gold)
    texts = [f"{gold} or {gold}", f"about {gold}", f"{gold},{gold}", f"{gold}?", f"{gold} 1/2"]
    texts += [f"{gold}%", "#", data["expression"], f"{gold}/0", f"{gold}/1/1", "0x10", "nan"]
    texts += [str(-value), f"{value + 1}", f"{value + Fraction(1, 1000)}"]
    texts.append(f"{rounded(value, 4)}{'6' if rounded(value, 5)[-1] < '4' else '1'}")
    texts.append(rounded(value + Fraction(1, 10**4), 4))
    texts += [rounded(value - Fraction(1, 10**4), 4), rounded(value + Fraction(2, 10**6), 6)]
    if value.denominator != 1:
        texts += [str(round(value)), f"{value.numerator}"]
        if (value * 1000).denominator != 1:
            texts += [f"{rounded(value * 1000, 0)}e-3", rounded(value, 3)]
        texts += [text for n in (0, 1, 2, 3) if Fraction(text := rounded(value, n)) != value]
        cut = truncated(value, 4)
        if abs(Fraction(cut) - value) > Fraction(1, 2 * 10**4):
            texts.append(cut)
    else:
        texts += [f"{value.numerator + 1}", f"{value.numerator}1", f"{value.numerator}.5"]
        texts.append(str(value.numerator + (1 if value > 0 else -1) * 10 ** max(0, len(gold) - 12)))
    for partial in partial_values(data):
        if partial != value:
            texts.append(str(partial))
    return texts


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    value = python_value(data)
    for denominator in range(1, 13):
        for numerator in range(-60, 61):
            yield f"{numerator}/{denominator}", Fraction(numerator, denominator) == value
    for numerator in range(-250, 251):
        yield str(numerator), numerator == value
    near = round(value * 10**4)
    for units in range(near - 60, near + 60):
        with localcontext() as context:
            context.prec = 60
            text = f"{Decimal(units).scaleb(-4):.4f}"
        yield text, abs(Fraction(text) - value) <= Fraction("0.00005")


def python_value(data: Data, expression: str | None = None) -> Fraction:
    """Rewrites the innermost, leftmost operations as numbers until one number is left."""
    text = (expression or data["expression"]).replace(" ", "")
    number = r"(?:\(?(-?\d+(?:/\d+)?)\)?)"
    symbols = "".join(re.escape(operator["symbol"]) for operator in data["operators"])
    while not re.fullmatch(number, text):
        # operations that open the text or a parenthesis: nothing stands to their left
        text, count = re.subn(
            rf"(^|\()(<[^<>]*>|-?\d+)([{symbols}])(<[^<>]*>|-?\d+)",
            lambda m: m[1] + f"<{python_operation(data, m[3], bare(m[2]), bare(m[4]))}>",
            re.sub(r"\((-?\d+)\)", r"<\1>", text),
            count=1,
        )
        text = re.sub(r"\((<[^<>]*>)\)", r"\1", text)
        if re.fullmatch("<[^<>]*>", text):
            break
        assert count, text
    return Fraction(bare(text))


def python_operation(data: Data, symbol: str, a: str, b: str) -> Fraction:
    operator = next(o for o in data["operators"] if o["symbol"] == symbol)
    p, q = [*operator["coefficients"], 0, 0][:2]
    formula = {"sum": "p * a + q * b", "product": "p * a * b", "ratio": "(a + b) / b"}
    value: Fraction = eval(
        formula[operator["form"]], {"p": p, "q": q, "a": Fraction(a), "b": Fraction(b)}
    )
    return value


def partial_values(data: Data) -> list[Fraction]:
    """What the published keys are: the value of one operation of the expression."""
    found = re.findall(r"(-?\d+)\)? ?([#@$&%~]) ?\(?(-?\d+)", data["expression"])
    return [python_operation(data, symbol, a, b) for a, symbol, b in found if b != "0"]


def bare(text: str) -> str:
    return text.strip("<>()")


def rounded(value: Fraction, digits: int) -> str:
    """Half up, as by hand."""
    units = (abs(value) * 10**digits * 2 + 1) // 2
    text = str(units).zfill(digits + 1)
    sign = "-" if value < 0 and units else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def truncated(value: Fraction, digits: int) -> str:
    with localcontext() as context:
        context.prec = 400
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return str(exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_DOWN))
