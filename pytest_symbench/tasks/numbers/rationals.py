"""Rationals as pairs, for searches that make many of them: far quicker than `Fraction`."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import TypeAlias

Value: TypeAlias = tuple[int, int]
"""Numerator and positive denominator, in lowest terms."""


def results(a: Value, b: Value) -> Iterator[tuple[Value, str, bool]]:
    """The values of all operations on two values; True where the second stands first."""
    (p, q), (r, s) = a, b
    yield lowest(p * s + r * q, q * s), "+", False
    yield lowest(p * s - r * q, q * s), "-", False
    yield lowest(r * q - p * s, q * s), "-", True
    yield lowest(p * r, q * s), "*", False
    if r:
        yield lowest(p * s, q * r), "/", False
    if p:
        yield lowest(r * q, s * p), "/", True


def wanted(a: Value, target: int) -> Iterator[tuple[Value, str, bool]]:
    """The values that give a target other than 0 together with one value, as in `results`."""
    p, q = a
    yield lowest(target * q - p, q), "+", False
    yield lowest(p - target * q, q), "-", False
    yield lowest(target * q + p, q), "-", True
    if p:
        yield lowest(target * q, p), "*", False
        yield lowest(p, target * q), "/", False
        yield lowest(target * p, q), "/", True


def lowest(numerator: int, denominator: int) -> Value:
    divisor = gcd(numerator, denominator)
    if denominator < 0:
        divisor = -divisor
    return numerator // divisor, denominator // divisor
