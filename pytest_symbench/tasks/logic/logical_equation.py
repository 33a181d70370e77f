"""Logical Equation: find which letter stands for which number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from random import Random
from string import ascii_uppercase
from typing import Any

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import items, show
from pytest_symbench.tasks.answers.numbers import plain_integer, shorten
from pytest_symbench.tasks.logic.logical_equation_published import published
from pytest_symbench.tasks.logic.logical_equation_solver import (
    Constraint,
    Values,
    holds,
    solutions,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "logical_equation"
HARDEST = 16  # 26 letters
LEVELS = {1: (3, 30, 1, 2), 2: (9, 120, 2, 8), 3: (11, 150, 2, 10), 4: (13, 150, 3, 12)}
PAPER = {
    (9, 7): "1 3 4 9 16 27 36 80 121",
    (9, 8): "3 6 9 20 32 36 80 120 121",
    (11, 10): "3 9 16 27 36 48 75 80 121 150 225",
    (11, 11): "3 9 16 20 39 48 75 80 121 150 225",
    (13, 10): "1 2 3 5 7 10 15 16 24 28 36 45 50",
    (13, 11): "2 3 5 7 10 15 16 24 28 36 45 50 96",
    (13, 12): "2 3 5 7 10 15 16 24 28 36 45 50 96",
    (15, 12): "2 3 5 7 10 15 16 24 28 36 45 50 78 90 100",
    (15, 13): "1 3 5 7 12 15 16 24 34 36 45 56 78 95 100",
    (15, 14): "1 3 5 7 12 15 16 24 34 36 45 56 78 95 100",
}
LABELLED = re.compile(r"[\"']?([A-Z])[\"']?\s*[:=]\s*(\S.*)", re.DOTALL)


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    beyond = level - 5
    harder = (15 + beyond, 180 + 12 * beyond, 3 + beyond // 4, 14 + beyond)
    letters, highest, groups, constraints = LEVELS.get(level, harder)
    return {
        "letters": letters,
        "numbers": {"highest": highest},
        "groups": groups,
        "constraints": constraints,
    }


def size(params: Params) -> float:
    return float(params["letters"])


def generate(params: Params, rng: Random) -> Data:
    """Draws until the constraints leave exactly one answer.

    ``groups`` of letters that equations link need ``letters - groups`` equations; what remains of
    the constraints are inequalities and further equations.
    """
    count = params["letters"]
    letters = ascii_uppercase[:count]
    while True:
        if isinstance(params["numbers"], list):
            numbers = list(params["numbers"])
        else:
            pool = _smooth(params["numbers"]["highest"])
            numbers = sorted(rng.sample(pool, count))
        values = dict(zip(letters, rng.sample(numbers, count), strict=True))
        constraints = _linking(values, count - params["groups"], rng)
        constraints = _with_others(constraints, values, params["constraints"], rng)
        if len(solutions(letters, numbers, constraints, limit=2)) == 1:
            rng.shuffle(constraints)
            return {"numbers": numbers, "constraints": constraints}


def _smooth(highest: int) -> list[int]:
    """The numbers without a prime factor above 7: many of them are simple multiples of others."""
    return [number for number in range(1, highest + 1) if 210**7 % number == 0]


def _linking(values: Values, count: int, rng: Random) -> list[Constraint]:
    """Equations of which each links two groups of letters that were not linked before."""
    group = {letter: letter for letter in values}
    chosen: list[Constraint] = []
    while len(chosen) < count:
        open_pairs = [pair for pair in permutations(values, 2) if group[pair[0]] != group[pair[1]]]
        constraint = _equation(open_pairs, values, rng)
        chosen.append(constraint)
        joined, kept = group[constraint["left"]], group[constraint["right"]]
        group = {letter: kept if held == joined else held for letter, held in group.items()}
    return chosen


def _with_others(
    linking: Sequence[Constraint], values: Values, count: int, rng: Random
) -> list[Constraint]:
    chosen = list(linking)
    while len(chosen) < count:
        used = {frozenset((c["left"], c["right"])) for c in chosen}
        pairs = [pair for pair in permutations(values, 2) if frozenset(pair) not in used]
        if rng.choice((True, False)):
            chosen.append(_equation(pairs, values, rng))
        else:
            left, right = sorted(rng.choice(pairs), key=values.__getitem__, reverse=True)
            chosen.append({"kind": "greater", "left": left, "right": right})
    return chosen


def _equation(pairs: Sequence[tuple[str, str]], values: Values, rng: Random) -> Constraint:
    """A true equation of one of the pairs; its kind is drawn first, for few pairs have a ratio."""
    kind = rng.choice(("sum", "difference", "multiple"))
    if kind == "multiple":
        ratios = [pair for pair in pairs if _is_ratio(values[pair[0]], values[pair[1]])]
        if ratios:
            left, right = rng.choice(ratios)
            ratio = str(10 * values[left] // values[right])
            return {"kind": kind, "left": left, "right": right, "value": f"{ratio[0]}.{ratio[1]}"}
        kind = "difference"
    left, right = rng.choice(pairs)
    value = values[left] + values[right] if kind == "sum" else values[left] - values[right]
    return {"kind": kind, "left": left, "right": right, "value": str(value)}


def _is_ratio(number: int, other: int) -> bool:
    """Is it 1.1 to 4.9 times the other, with one decimal exactly?"""
    tenths = Fraction(10 * number, other)
    return tenths.denominator == 1 and 11 <= tenths <= 49


def render(data: Data) -> str:
    letters = _letters(data)
    constraints = [f"{i}. {_shown(c)}" for i, c in enumerate(data["constraints"], 1)]
    return (
        f"The {len(letters)} letters {show(letters)} stand for these numbers: "
        f"{show(data['numbers'])}. Each letter stands for exactly one of the numbers, and each "
        "number belongs to exactly one letter. All of the following is true (* means times, "
        f"> means greater than):\n\n{show(constraints, chr(10))}\n\n"
        "Which number does each letter stand for? List the numbers in the alphabetical order of "
        "their letters, that of A first.\n"
        + final_answer("the list of numbers", "[NUMBER OF A, NUMBER OF B, ...]")
    )


def verify(data: Data, text: str) -> Verdict:
    letters, numbers = _letters(data), data["numbers"]
    values = _read(text, letters)
    holder: dict[int, str] = {}
    for letter, value in values.items():
        if value not in numbers:
            return wrong(f"{shorten(str(value))}, given to {letter}, is not one of the numbers")
        if value in holder:
            return wrong(f"{value} is given to both {holder[value]} and {letter}")
        holder[value] = letter
    for number, constraint in enumerate(data["constraints"], 1):
        if not holds(constraint, values):
            return wrong(f"constraint {number}, {_shown(constraint)}, does not hold")
    return right("every constraint holds")


def solve(data: Data) -> str:
    found = solutions(_letters(data), data["numbers"], data["constraints"], limit=1)
    if not found:
        raise ValueError("no assignment fulfils the constraints")
    return f"[{show([found[0][letter] for letter in _letters(data)])}]"


def _letters(data: Data) -> str:
    return ascii_uppercase[: len(data["numbers"])]


def _shown(constraint: Constraint) -> str:
    forms = {
        "sum": "{left} + {right} = {value}",
        "difference": "{left} - {right} = {value}",
        "multiple": "{left} = {value} * {right}",
        "greater": "{left} > {right}",
    }
    return forms[constraint["kind"]].format(**constraint)


def _read(text: str, letters: str) -> Values:
    """The numbers by letter: a list in alphabetical order, or ``A = 6, B = 3, ...`` in any order."""
    parts = items(text)
    if len(parts) != len(letters):
        raise Unreadable(f"expected {len(letters)} numbers, got {len(parts)}")
    labels: list[Any] = [LABELLED.fullmatch(part) for part in parts]
    if not any(labels):
        return dict(zip(letters, map(plain_integer, parts), strict=True))
    if not all(labels) or sorted(label[1] for label in labels) != list(letters):
        raise Unreadable(f"expected each of the letters {letters[0]} to {letters[-1]} once")
    given = {label[1]: plain_integer(label[2]) for label in labels}
    return {letter: given[letter] for letter in letters}


TASK = Task(
    name=NAME,
    title="Logical Equation",
    version=1,
    split="seen",
    family="logic",
    idea="Letters stand for given numbers, one each; find out which, from sums, differences, "
    "multiples and comparisons of two letters.",
    knobs="The number of letters, and how many groups of them the equations leave unlinked.",
    acceptance=(
        "Any assignment that uses each number once and fulfils every constraint in exact "
        "arithmetic: as a list in the order of the letters, or as `A = 6, B = 3, ...`. New "
        "instances have exactly one."
    ),
    published_defects=(
        "The 150 keys fulfil their constraints, but 111 puzzles have more than one solution. The "
        "text does not say that the letters differ, and the judge takes repeated numbers; it also "
        "cuts decimals off, so that 1.9 passes for 1."
    ),
    size_name="letters",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"letters-{letters}-constraints-{constraints}": {
            "letters": letters,
            "numbers": [int(number) for number in numbers.split()],
            "groups": max(1, letters - constraints),
            "constraints": constraints,
        }
        for (letters, constraints), numbers in PAPER.items()
    },
    published=published,
)
