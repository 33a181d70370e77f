"""Which letters stand for which numbers, by exact search over groups of linked letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

Constraint: TypeAlias = Mapping[str, Any]
"""``kind`` (sum, difference, multiple, greater), ``left``, ``right``, ``value`` (decimal text)."""

Values: TypeAlias = dict[str, int]

LIMIT = 200_000
"""Placements tried at most; puzzles of the published kind need a few hundred."""


class TooHard(Exception):
    """The search was given up."""


class Equation(NamedTuple):
    """``a * left + b * right = value`` in integers."""

    left: str
    right: str
    a: int
    b: int
    value: int

    def holds(self, values: Values) -> bool:
        return self.a * values[self.left] + self.b * values[self.right] == self.value


def equation(constraint: Constraint) -> Equation:
    """The integer form of a constraint that is no ``greater``."""
    kind, value = constraint["kind"], Fraction(constraint["value"])
    above, below = value.as_integer_ratio()
    a, b, total = {
        "sum": (below, below, above),
        "difference": (below, -below, above),
        "multiple": (below, -above, 0),
    }[kind]
    return Equation(constraint["left"], constraint["right"], a, b, total)


def holds(constraint: Constraint, values: Values) -> bool:
    """Is a constraint true of these numbers? In exact arithmetic."""
    if constraint["kind"] == "greater":
        return values[constraint["left"]] > values[constraint["right"]]
    return equation(constraint).holds(values)


def solutions(
    letters: str, numbers: Sequence[int], constraints: Sequence[Constraint], *, limit: int
) -> list[Values]:
    """Up to ``limit`` assignments of different numbers to all letters that fulfil the constraints.

    Raises:
        TooHard: the search was given up before that.
    """
    equations = [equation(c) for c in constraints if c["kind"] != "greater"]
    orders = [(c["left"], c["right"]) for c in constraints if c["kind"] == "greater"]
    groups = [_placements(group, numbers) for group in _groups(letters, equations)]
    groups.sort(key=len)
    found: list[Values] = []
    tried = 0

    def extend(depth: int, values: Values, used: set[int]) -> None:
        nonlocal tried
        if depth == len(groups):
            found.append(values)
            return
        for placement in groups[depth]:
            tried += 1
            if tried > LIMIT:
                raise TooHard
            if used.isdisjoint(placement.values()):
                extended = {**values, **placement}
                if all(_in_order(extended, *order) for order in orders):
                    extend(depth + 1, extended, used.union(placement.values()))
                    if len(found) >= limit:
                        return

    extend(0, {}, set())
    return found


def _in_order(values: Values, greater: str, smaller: str) -> bool:
    """False only if both letters are known and stand the wrong way round."""
    return not (greater in values and smaller in values and values[greater] <= values[smaller])


def _groups(letters: str, equations: Sequence[Equation]) -> list[tuple[str, list[Equation]]]:
    """The first letter of each group that equations link, and its equations.

    They are in an order in which each has a letter that an earlier one has, or the first.
    """
    groups = []
    seen: set[str] = set()
    for letter in letters:
        if letter not in seen:
            group, linking = [letter], []
            for known in group:  # grows while it is walked
                for link in equations:
                    if known in (link.left, link.right) and link not in linking:
                        linking.append(link)
                        group += [e for e in (link.left, link.right) if e not in group]
            seen.update(group)
            groups.append((letter, linking))
    return groups


def _placements(group: tuple[str, list[Equation]], numbers: Sequence[int]) -> list[Values]:
    """All placements of one group: the first letter's number implies those of the others."""
    first, linking = group
    found = []
    for number in numbers:
        values = {first: number}
        if all(_imply(link, values, numbers) for link in linking):
            found.append(values)
    return found


def _imply(link: Equation, values: Values, numbers: Sequence[int]) -> bool:
    """Adds the number that an equation implies; False if it contradicts the others."""
    left, right, a, b, value = link
    if left in values and right in values:
        return link.holds(values)
    if left in values:
        missing, (implied, rest) = right, divmod(value - a * values[left], b)
    else:
        missing, (implied, rest) = left, divmod(value - b * values[right], a)
    if rest or implied not in numbers or implied in values.values():
        return False
    values[missing] = implied
    return True
