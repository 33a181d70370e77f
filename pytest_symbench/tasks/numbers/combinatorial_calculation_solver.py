"""Finds operators and parentheses between numbers in a fixed order that give a target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeAlias

from pytest_symbench.tasks.numbers.rationals import Value, results, wanted

COMPLETE = 7  # numbers up to which the search misses nothing

Step: TypeAlias = "tuple[str, int, Value, Value] | None"
"""Operator, place of the cut, value left of it, value right of it; None for a single number."""


def find_expression(numbers: Sequence[int], target: int) -> str | None:
    """An expression over positive numbers in their order with a positive value, or None.

    None means that there is none if there are at most `COMPLETE` numbers.
    """
    found = _sum_of_products(numbers, target)
    if found is None and len(numbers) <= COMPLETE:
        found = _with_parentheses(numbers, target)
    return found


def _sum_of_products(numbers: Sequence[int], target: int) -> str | None:
    """The expressions with + - * and no parentheses, whose running sums stay near the target.

    ``reached[i]`` has a bit for every value that the first i numbers can have, so one shift adds
    a product of neighbours to all of them.
    """
    bound = 2 * target + 100
    mask = (1 << (2 * bound + 1)) - 1
    reached = [1 << bound] + [0] * len(numbers)
    for end in range(1, len(numbers) + 1):
        for start, product in _products(numbers, end, bound):
            reached[end] |= reached[start] << product
            if start:  # the first product has no sign
                reached[end] |= reached[start] >> product
        reached[end] &= mask
    value, end, text = target, len(numbers), ""
    if not reached[end] >> (value + bound) & 1:
        return None
    while end:
        start, sign, before = next(
            (start, sign, before)
            for start, product in _products(numbers, end, bound)
            for sign, before in (("+", value - product), ("-", value + product))
            if (start or sign == "+") and -bound <= before <= bound
            if reached[start] >> (before + bound) & 1
        )
        text = (sign if start else "") + "*".join(map(str, numbers[start:end])) + text
        value, end = before, start
    return text


def _products(numbers: Sequence[int], end: int, bound: int) -> Iterator[tuple[int, int]]:
    """Start and product of the runs of numbers before a place, up to a bound."""
    product = 1
    for start in range(end - 1, -1, -1):
        product *= numbers[start]
        if product > bound:
            return
        yield start, product


def _with_parentheses(numbers: Sequence[int], target: int) -> str | None:
    """All expressions: the values of every stretch of numbers, met at the last operation."""

    @cache
    def table(start: int, end: int) -> dict[Value, Step]:
        if end - start == 1:
            return {(numbers[start], 1): None}
        values: dict[Value, Step] = {}
        for cut in range(start + 1, end):
            behind = table(cut, end)
            for a in table(start, cut):
                for b in behind:
                    for value, operator, swapped in results(a, b):
                        if not swapped and value not in values:
                            values[value] = operator, cut, a, b
        return values

    def write(start: int, end: int, value: Value) -> str:
        step = table(start, end)[value]
        if step is None:
            return str(numbers[start])
        operator, cut, a, b = step
        return f"({write(start, cut, a)}{operator}{write(cut, end, b)})"

    middle = len(numbers) // 2
    for cut in sorted(range(1, len(numbers)), key=lambda cut: abs(cut - middle)):
        behind = table(cut, len(numbers))
        for value in table(0, cut):
            for lacking, operator, swapped in wanted(value, target):
                if not swapped and lacking in behind:
                    return write(0, cut, value) + operator + write(cut, len(numbers), lacking)
    return None
