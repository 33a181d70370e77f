r"""Writes exact values: fractions, roots in lowest terms, multiples of \pi, and their sums."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import NamedTuple

LAST_PRIME = 2000


class Term(NamedTuple):
    r"""``factor`` times the root of ``radicand``, times \pi if so."""

    factor: Fraction
    radicand: int = 1
    pi: bool = False


def root(square: Fraction | int) -> Term:
    """The root of a number as a term, e.g. of 20/3: 2/3 times the root of 15."""
    square = Fraction(square)
    outside, inside = square_part(square.numerator * square.denominator)
    return Term(Fraction(outside, square.denominator), inside)


def square_part(number: int) -> tuple[int, int]:
    """``s, m`` with number = s * s * m, where m has no small square factor and is no square."""
    outside, inside, rest = 1, 1, number
    for prime in range(2, LAST_PRIME):
        if prime * prime > rest:
            break
        while rest % (prime * prime) == 0:
            outside, rest = outside * prime, rest // (prime * prime)
        if rest % prime == 0:
            inside, rest = inside * prime, rest // prime
    whole = isqrt(rest)
    if whole * whole == rest:
        return outside * whole, inside
    return outside, inside * rest


def times(term: Term, factor: Fraction | int) -> Term:
    return term._replace(factor=term.factor * factor)


def written(*terms: Term) -> str:
    r"""The sum of terms, e.g. ``\frac{3\pi}{4}-2\sqrt{3}``."""
    merged: dict[tuple[int, bool], Fraction] = {}
    for term in terms:
        kind = term.radicand, term.pi
        merged[kind] = merged.get(kind, Fraction(0)) + term.factor
    text = ""
    for (radicand, pi), factor in merged.items():
        if factor:
            sign = "-" if factor < 0 else "+" if text else ""
            text += sign + _term(abs(factor), radicand, pi)
    return text or "0"


def _term(factor: Fraction, radicand: int, pi: bool) -> str:
    rest = (f"\\sqrt{{{radicand}}}" if radicand > 1 else "") + ("\\pi" if pi else "")
    above = rest if factor.numerator == 1 and rest else f"{factor.numerator}{rest}"
    return above if factor.denominator == 1 else f"\\frac{{{above}}}{{{factor.denominator}}}"


def fraction(value: Fraction | int) -> str:
    return written(Term(Fraction(value)))


def pair(x: Fraction | int, y: Fraction | int) -> str:
    return f"({fraction(x)}, {fraction(y)})"
