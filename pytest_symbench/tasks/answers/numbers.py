"""Reads one number exactly: integers, decimals, fractions, powers of ten. Never a float."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from pytest_symbench.tasks.answers.extract import Unreadable

MAX_DIGITS = 4300
"""The longest run of digits read: CPython's own limit for text to integer."""

MAX_EXPONENT = 5000

_SEPARATOR = r"[,_\u2009\u202f\u00a0 ]"
_DIGITS = rf"(?:[0-9]{{1,3}}(?:{_SEPARATOR}[0-9]{{3}})+|[0-9]+)"
_NUMBER = re.compile(rf"([+-]?)({_DIGITS})?(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{{1,5}}))?")
_SEPARATORS = re.compile(_SEPARATOR)


def number(text: str) -> Fraction:
    """The exact value of one number (the specification's NUM).

    Accepts a sign, thousands groups of three, a decimal point, ``p/q``, an exponent,
    surrounding ``[ ]`` ``( )`` or ``$``, and ``name = value`` (the part after the last ``=``).

    Raises:
        Unreadable: anything else, or more than `MAX_DIGITS` digits.
    """
    text = text.replace("\u2212", "-").strip()
    if "=" in text:
        text = text.rpartition("=")[2].strip()
    text = text.strip("$").strip()
    if len(text) > 5 * MAX_DIGITS:  # two numbers with separators are shorter
        raise Unreadable("expected a number, got a very long text")
    while len(text) >= 2 and text[0] + text[-1] in {"[]", "()", "$$"}:
        text = text[1:-1].strip()
    numerator, slash, denominator = text.partition("/")
    value = _decimal(numerator.strip())
    if slash:
        below = _decimal(denominator.strip())
        if below == 0:
            raise Unreadable("a fraction with denominator 0")
        value /= below
    return value


class Quantity(NamedTuple):
    """One number as it is written, perhaps with a sign of percent or a unit behind it."""

    value: Fraction
    """The number in front of the percent sign or unit."""
    decimals: int | None
    """Digits after the point, by which a power of ten counts too; None for ``p/q``."""
    significant: int
    """Digits from the first that is not zero."""
    percent: bool
    unit: str
    """The words behind the number in lower case, e.g. ``km/h``, or nothing."""


def quantity(text: str) -> Quantity:
    """A number by the rules of `number`, with a currency sign, a percent sign or a unit.

    Whether the unit is the right one is for the caller to say.

    Raises:
        Unreadable: not one number, or words in front of it.
    """
    if len(text) > 2 * MAX_DIGITS:
        raise Unreadable("expected one number, got a very long text")
    text = text.replace("\\%", "%").strip().removesuffix(".").strip().strip("$€£").strip()
    if "=" in text:
        text = text.rpartition("=")[2].strip()
    text = re.sub(r"^([+-]?)\s*[$€£]\s*(?=[0-9.])", r"\1", text.replace("\u2212", "-"))
    match = re.search(r"(?<=[0-9.)])\s*(%|[^\W\d_][^\W\d_/ -]*(?:[/ -][^\W\d_]+){0,4})\.?$", text)
    unit = match[1].lower() if match else ""
    if match:
        text = text[: match.start()]
    percent = unit in {"%", "percent", "per cent"}
    value = number(text)
    digits = re.sub(r"[eE].*|[^0-9]", "", text).lstrip("0")
    point, power = re.search(r"\.([0-9]*)", text), re.search(r"[eE]([+-]?[0-9]+)", text)
    decimals = (len(point[1]) if point else 0) - (int(power[1]) if power else 0)
    return Quantity(
        value, None if "/" in text else decimals, len(digits), percent, "" if percent else unit
    )


def rounding_of(answer: Quantity, exact: Fraction) -> bool:
    """Is the answer the exact value, correctly rounded to the decimals that it shows?"""
    if answer.decimals is None:
        return answer.value == exact
    return abs(answer.value - exact) <= Fraction(10) ** -answer.decimals / 2


def written(value: Fraction) -> str:
    """An exact value as a decimal where it ends, else as ``p/q``."""
    rest, decimals = value.denominator, 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest, power = rest // prime, power + 1
        decimals = max(decimals, power)
    if rest > 1 or decimals == 0:
        return str(value)
    digits = str(abs(value.numerator) * 10**decimals // value.denominator).zfill(decimals + 1)
    return f"{'-' if value < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def integer(text: str) -> int:
    """A number whose value is an integer: ``12``, ``12.0`` and ``1,200`` (INT)."""
    value = number(text)
    if value.denominator != 1:
        raise Unreadable(f"expected an integer, got {shorten(text)}")
    if abs(value.numerator) >= 10**MAX_DIGITS:  # a reason could not print it
        raise Unreadable(f"a number of more than {MAX_DIGITS} digits")
    return value.numerator


def plain_integer(text: str) -> int:
    """An optional sign and ASCII digits, an all-zero fraction tolerated; no separators."""
    match = re.fullmatch(r"\s*([+-]?[0-9]{1,4300})(?:\.0*)?\s*", text.replace("\u2212", "-"))
    if not match:
        raise Unreadable(f"expected an integer, got {shorten(text)}")
    return int(match[1])


def rounds_to(text: str, exact: Fraction, *, decimals: int) -> bool:
    """Does the answer equal a value, as printed (the specification's APPROX)?

    True for the exact value. A number with a decimal point may also be a correct rounding to the
    digits written, of which there must be at least ``decimals``, or carry the noise of a float
    (relative 1e-9, at most 1e-6). Without a point only the exact value counts.

    Raises:
        Unreadable: not a number.
    """
    answer = number(text)
    text = text.rpartition("=")[2]
    if answer == exact:
        return True
    if "." not in text or "/" in text:
        return False
    if abs(answer - exact) <= min(max(Fraction(1), abs(exact)) / 10**9, Fraction(1, 10**6)):
        return True
    digits = re.search(r"\.([0-9]+)\D*$", text)
    if digits is None or len(digits[1]) < decimals or "e" in text.lower():
        return False
    return abs(answer - exact) <= Fraction(1, 2 * 10 ** len(digits[1]))


def shorten(text: str, limit: int = 40) -> str:
    """A text quoted for a reason, cut to a readable length."""
    text = " ".join(text[: 4 * limit].split())
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def _decimal(text: str) -> Fraction:
    match = _NUMBER.fullmatch(text)
    if not match or (match[2] is None and not match[3]):
        raise Unreadable(f"expected a number, got {shorten(text) if text else 'nothing'}")
    sign, whole, fraction, exponent = match.groups()
    digits = _SEPARATORS.sub("", whole or "") + (fraction or "")
    if len(digits) > MAX_DIGITS or abs(int(exponent or 0)) > MAX_EXPONENT:
        raise Unreadable(f"a number of more than {MAX_DIGITS} digits")
    value: Fraction = Fraction(int(digits or "0"))
    power = int(exponent or 0) - len(fraction or "")
    scale = Fraction(10) ** abs(power)
    value = value * scale if power >= 0 else value / scale
    return -value if sign == "-" else value
