"""Reads one number exactly: integers, decimals, fractions, powers of ten. Never a float."""

from __future__ import annotations

import re
from fractions import Fraction

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
    while len(text) >= 2 and (text[0], text[-1]) in {("[", "]"), ("(", ")")}:
        text = text[1:-1].strip()
    numerator, slash, denominator = text.partition("/")
    value = _decimal(numerator.strip())
    if slash:
        below = _decimal(denominator.strip())
        if below == 0:
            raise Unreadable("a fraction with denominator 0")
        value /= below
    return value


def integer(text: str) -> int:
    """A number whose value is an integer: ``12``, ``12.0`` and ``1,200`` (INT)."""
    value = number(text)
    if value.denominator != 1:
        raise Unreadable(f"expected an integer, got {shorten(text)}")
    return value.numerator


def plain_integer(text: str) -> int:
    """An optional sign and ASCII digits, an all-zero fraction tolerated; no separators."""
    match = re.fullmatch(r"\s*([+-]?[0-9]{1,4300})(?:\.0*)?\s*", text.replace("\u2212", "-"))
    if not match:
        raise Unreadable(f"expected an integer, got {shorten(text)}")
    return int(match[1])


def rounds_to(text: str, exact: Fraction, *, decimals: int) -> bool:
    """Does the answer equal a value, as printed (the specification's APPROX)?

    True for the exact value, for the float noise of one (relative 1e-9), and for a correct
    rounding to the digits written, of which there must be at least ``decimals``.

    Raises:
        Unreadable: not a number.
    """
    answer = number(text)
    if answer == exact or abs(answer - exact) <= max(Fraction(1), abs(exact)) / 10**9:
        return True
    written = re.search(r"\.([0-9]+)\D*$", text)
    if written is None or len(written[1]) < decimals or "/" in text or "e" in text.lower():
        return False
    return abs(answer - exact) <= Fraction(1, 2 * 10 ** len(written[1]))


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
