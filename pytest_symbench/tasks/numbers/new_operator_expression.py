"""Expressions over defined operators: read from text, valued exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from pytest_symbench.tasks.answers.numbers import shorten

SYMBOLS = "#@$&%~"
_TOKEN = re.compile(rf"\s*(-?[0-9]+|[()]|[{SYMBOLS}])")

Operator: TypeAlias = Mapping[str, Any]
"""``symbol``, ``form`` (sum, product or ratio) and the form's ``coefficients``."""


def applied(operator: Operator, a: Fraction, b: Fraction) -> Fraction:
    """The value of the operator's formula."""
    coefficients: list[int] = operator["coefficients"]
    if operator["form"] == "sum":
        return coefficients[0] * a + coefficients[1] * b
    if operator["form"] == "product":
        return coefficients[0] * a * b
    return (a + b) / b


def evaluated(data: Mapping[str, Any], *, leftmost: bool = True) -> Fraction:
    """The value of the expression, grouped from the left or (another reading) from the right.

    Raises:
        ValueError: the expression is not well-formed.
        ZeroDivisionError: a ratio with b = 0.
    """
    operators = {operator["symbol"]: operator for operator in data["operators"]}
    frames: list[list[Any]] = [[]]
    for token in _tokens(data["expression"]):
        if token == "(":
            frames.append([])
        elif token == ")":
            if len(frames) == 1:
                raise ValueError("a parenthesis closes nothing")
            value = _folded(frames.pop(), leftmost)
            frames[-1].append(value)
        elif token in operators:
            frames[-1].append(operators[token])
        elif token in SYMBOLS:
            raise ValueError(f"the operator {token} is not defined")
        else:
            frames[-1].append(Fraction(int(token)))
    if len(frames) != 1:
        raise ValueError("a parenthesis is not closed")
    return _folded(frames[0], leftmost)


def _folded(flat: list[Any], leftmost: bool) -> Fraction:
    values, operators = flat[::2], flat[1::2]
    if (
        len(flat) % 2 == 0
        or not all(isinstance(value, Fraction) for value in values)
        or any(isinstance(operator, Fraction) for operator in operators)
    ):
        raise ValueError("operands and operators do not alternate")
    if not leftmost:
        values, operators = values[::-1], operators[::-1]
    total: Fraction = values[0]
    for operator, value in zip(operators, values[1:], strict=True):
        left, right = (total, value) if leftmost else (value, total)
        total = applied(operator, left, right)
    return total


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise ValueError(f"{shorten(text[at:])} is not part of an expression")
        yield match[1]
        at = match.end()
