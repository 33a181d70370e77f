"""Finds an expression that uses every given number once and has a given value.

Up to `COMPLETE` numbers the search is complete, up to `HALVED` it looks at expressions of two
halves. Beyond, the target is made from a few numbers, a zero from a few others, and the zero
multiplies the rest away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from random import Random
from typing import NamedTuple, TypeAlias

from pytest_symbench.tasks.numbers.rationals import Value, results, wanted

COMPLETE = 6
HALVED = 8
CORES = 60  # ways to make the target that are tried before the fallback
NEAR = (24, 60)  # how many numbers are tried for making the target; few are quick
WAYS = 3  # remembered ways to make one value of two numbers
FOLDS = 8

Group: TypeAlias = tuple[int, ...]
"""Operands by their index among the distinct ones, ascending, repeated where they repeat."""


class Step(NamedTuple):
    """How a value of a group comes about: one operation on values of its two parts."""

    operator: str
    left: Group
    left_value: Value
    right: Group
    right_value: Value


class Operand(NamedTuple):
    value: Value
    text: str


def find_expression(numbers: Sequence[int], target: int) -> str | None:
    """An expression with the value ``target`` (not 0), or None.

    None means that there is none if there are at most `COMPLETE` numbers.
    """
    if len(numbers) <= HALVED:
        return _search([Operand((number, 1), str(number)) for number in numbers], target)
    for core, used in islice(_cores(numbers, target), CORES):
        rest = [number for place, number in enumerate(numbers) if place not in used]
        if zero := _zero(rest):
            text, spent = zero
            others = [str(number) for place, number in enumerate(rest) if place not in spent]
            return f"{core}+{text}*({'+'.join(others)})" if others else f"{core}+{text}"
    return _by_folding(numbers, target)


def _search(operands: Sequence[Operand], target: int) -> str | None:
    """All values of one part of the operands, the lacking one looked up among the other's."""
    distinct = sorted(set(operands))
    tables: dict[Group, dict[Value, Step | None]] = {
        (index,): {operand.value: None} for index, operand in enumerate(distinct)
    }

    def table(group: Group) -> dict[Value, Step | None]:
        if group not in tables:
            values: dict[Value, Step | None] = {}
            for left, right in _halves(group):
                theirs = table(right)
                for a in table(left):
                    for b in theirs:
                        for value, operator, swapped in results(a, b):
                            if value not in values:
                                step = (right, b, left, a) if swapped else (left, a, right, b)
                                values[value] = Step(operator, *step)
            tables[group] = values
        return tables[group]

    def write(group: Group, value: Value) -> str:
        step = tables[group][value]
        if step is None:
            return distinct[group[0]].text
        return (
            f"({write(step.left, step.left_value)}{step.operator}"
            f"{write(step.right, step.right_value)})"
        )

    everything = tuple(sorted(distinct.index(operand) for operand in operands))
    if len(everything) == 1:
        return distinct[0].text if distinct[0].value == (target, 1) else None
    for left, right in _halves(everything):
        if len(everything) > COMPLETE and len(left) < len(everything) // 2:
            return None
        theirs = table(right)
        for value in table(left):
            for lacking, operator, swapped in wanted(value, target):
                if lacking in theirs:
                    mine, other = write(left, value), write(right, lacking)
                    return f"{other}{operator}{mine}" if swapped else f"{mine}{operator}{other}"
    return None


def _halves(group: Group) -> Iterator[tuple[Group, Group]]:
    """The ways to part a group in two, the most balanced first, equal ones once."""
    seen: set[tuple[Group, Group]] = set()
    for size in range(len(group) // 2, 0, -1):
        for places in combinations(range(len(group)), size):
            left = tuple(group[place] for place in places)
            right = tuple(item for place, item in enumerate(group) if place not in places)
            if (left, right) not in seen:
                seen.update(((left, right), (right, left)))
                yield left, right


def _cores(numbers: Sequence[int], target: int) -> Iterator[tuple[str, set[int]]]:
    """Ways to make the target from a few of the numbers, with the places of these."""
    for near in NEAR:
        few = numbers[:near]
        parts = _parts(few)
        goals = [(target, "{}", frozenset[int]())]
        for _ in range(3 if near >= len(numbers) else 1):  # split off up to two numbers, then meet
            for goal, frame, used in goals:
                for text, places in _meetings(parts, goal, used):
                    yield frame.format(text), {*places, *used}
            splits = [split for state in goals for split in _split_off(few, *state)]
            goals = sorted(splits, key=lambda split: split[0])  # small goals are met soonest
        if near >= len(numbers):
            return


def _parts(numbers: Sequence[int]) -> dict[int, list[tuple[str, frozenset[int]]]]:
    """The whole values of one number and of two."""
    parts: dict[int, list[tuple[str, frozenset[int]]]] = {}

    def add(value: int, text: str, *places: int) -> None:
        if len(ways := parts.setdefault(value, [])) < WAYS:
            ways.append((text, frozenset(places)))

    for place, number in enumerate(numbers):
        add(number, str(number), place)
    for (i, a), (j, b) in combinations(enumerate(numbers), 2):
        small, large = sorted((a, b))
        add(a + b, f"({a}+{b})", i, j)
        add(large - small, f"({large}-{small})", i, j)
        add(a * b, f"({a}*{b})", i, j)
        if large % small == 0:
            add(large // small, f"({large}/{small})", i, j)
    return parts


def _meetings(
    parts: dict[int, list[tuple[str, frozenset[int]]]], target: int, used: frozenset[int]
) -> Iterator[tuple[str, frozenset[int]]]:
    for text, places in parts.get(target, ()):
        if not places & used:
            yield text, places
    for value, ways in parts.items():
        for text, places in ways:
            if places & used:
                continue
            for (lacking, scale), operator, swapped in wanted((value, 1), target):
                for other, others in parts.get(lacking, ()) if scale == 1 else ():
                    if not others & (places | used):
                        first, second = (other, text) if swapped else (text, other)
                        yield f"({first}{operator}{second})", places | others


def _split_off(
    numbers: Sequence[int], goal: int, frame: str, used: frozenset[int]
) -> Iterator[tuple[int, str, frozenset[int]]]:
    for place, number in enumerate(numbers):
        if place in used:
            continue
        if goal % number == 0:
            yield goal // number, frame.format(f"({number}*{{}})"), used | {place}
        if goal > number:
            yield goal - number, frame.format(f"({number}+{{}})"), used | {place}
        yield goal + number, frame.format(f"({{}}-{number})"), used | {place}


def _zero(numbers: Sequence[int]) -> tuple[str, set[int]] | None:
    """A sum and difference of two to four numbers that is zero, with the places of these."""
    places = {number: place for place, number in enumerate(numbers)}
    sums: dict[int, tuple[int, int]] = {}
    for j, b in enumerate(numbers):
        if places[b] != j:
            return f"({b}-{b})", {j, places[b]}
        for i, a in enumerate(numbers[:j]):
            if a + b in places:
                return f"({a}+{b}-{a + b})", {i, j, places[a + b]}
            if a + b in sums:  # the numbers differ pairwise here, so the pairs are disjoint
                h, k = sums[a + b]
                return f"({a}+{b}-{numbers[h]}-{numbers[k]})", {h, i, j, k}
            sums[a + b] = i, j
    return None


def _by_folding(numbers: Sequence[int], target: int) -> str | None:
    """Joins numbers at random until few are left, then searches completely."""
    for attempt in range(FOLDS):
        rng = Random(attempt)
        operands = [Operand((number, 1), str(number)) for number in numbers]
        while len(operands) > HALVED:
            a, b = (operands.pop(rng.randrange(len(operands))) for _ in range(2))
            large, small = max(a, b), min(a, b)
            value = (large.value[0] - small.value[0], 1)
            operands.append(Operand(value, f"({large.text}-{small.text})"))
        if found := _search(operands, target):
            return found
    return None
