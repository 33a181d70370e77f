"""New Operator: an expression over operators that small formulas define."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isfinite
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.numbers import rounds_to, shorten
from pytest_symbench.tasks.numbers.new_operator_expression import SYMBOLS, applied, evaluated
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "new_operator"
FORMS = ["sum", "product", "ratio"]
OPERATIONS = {1: (1, 1), 2: (2, 1), 3: (2, 2), 4: (3, 2), 5: (3, 3), 6: (5, 3), 7: (8, 4)}
"""Level -> operations in the expression, different operators in it."""
HARDEST = 50
DECIMALS, PUBLISHED_DECIMALS = 4, 2  # the published questions name no precision
PUBLISHED_FOLDER = "new_operator_dataset"
_FORMULA = re.compile(r"([0-9]+)\*a\+([0-9]+)\*b|([0-9]+)\*a\*b|(\(a \+ b\)/b)")


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    operations, operators = OPERATIONS.get(level) or (10 * level - 68, min(level - 3, 6))
    return {
        "operations": operations,
        "operators": operators,
        "forms": FORMS[:2] if level == 1 else FORMS,
        "operands": [1, 9] if level == 1 else [1, 10] if level < 6 else [-20, 20],
        "coefficients": [1, 3] if level == 1 else [1, 5] if level < 6 else [-9, 9],
        "shape": "tree",
        "digits": max(60, 2 * operations),
    }


def size(params: Params) -> float:
    return float(params["operations"] + params["operators"])


def generate(params: Params, rng: Random) -> Data:
    while True:
        operators = [
            _operator(symbol, params, rng) for symbol in rng.sample(SYMBOLS, params["operators"])
        ]
        expression = _expression(operators, params, rng)
        if expression:
            return {"operators": operators, "expression": expression, "decimals": DECIMALS}


def _operator(symbol: str, params: Params, rng: Random) -> dict[str, Any]:
    smallest, largest = params["coefficients"]
    p, q = (rng.choice([n for n in range(smallest, largest + 1) if n]) for _ in range(2))
    form = rng.choice(params["forms"])
    coefficients = {"sum": [p, q], "product": [p], "ratio": []}[form]
    return {"symbol": symbol, "form": form, "coefficients": coefficients}


class _Part(NamedTuple):
    text: str
    value: Fraction
    compound: bool


def _expression(operators: Sequence[Data], params: Params, rng: Random) -> str | None:
    """A random expression, or None where the draw came to nothing.

    No part of it is 0 (an operand that a product swallows would be no work), and none has more
    digits than wanted.
    """
    parts = [_Part(_operand(n), Fraction(n), False) for n in _operands(params, rng)]
    chain = params["shape"] == "chain"
    due = [*operators, *rng.choices(operators, k=params["operations"] - len(operators))]
    rng.shuffle(due)
    used = set()
    for planned in due:
        at = 0 if chain else rng.randrange(len(parts) - 1)
        for operator in [planned, *rng.sample(operators, len(operators))]:
            joined = _joined(parts[at], operator, parts[at + 1], chain and len(parts) < len(due))
            if joined and _digits(joined.value) <= params["digits"]:
                parts[at : at + 2] = [joined]
                used.add(operator["symbol"])
                break
        else:
            return None
    return parts[0].text if len(used) == len(operators) else None


def _operands(params: Params, rng: Random) -> list[int]:
    if "fixed" in params:
        return list(params["fixed"])
    smallest, largest = params["operands"]
    choices = [n for n in range(smallest, largest + 1) if n]
    return [rng.choice(choices) for _ in range(params["operations"] + 1)]


def _operand(number: int) -> str:
    return str(number) if number > 0 else f"({number})"


def _joined(left: _Part, operator: Data, right: _Part, bare: bool) -> _Part | None:
    value = applied(operator, left.value, right.value)
    if not value:
        return None
    first = f"({left.text})" if left.compound and not bare else left.text
    second = f"({right.text})" if right.compound else right.text
    return _Part(f"{first} {operator['symbol']} {second}", value, True)


def _digits(value: Fraction) -> int:
    return max(len(str(abs(value.numerator))), len(str(value.denominator)))


def render(data: Data) -> str:
    definitions = "\n".join(f"a {o['symbol']} b = {_formula(o)}" for o in data["operators"])
    several = len(data["operators"]) > 1
    return (
        f"For numbers a and b, {'new operators are' if several else 'a new operator is'} defined "
        f"by\n\n{definitions}\n\n"
        "where +, -, * and / have their usual meaning and precedence. Compute\n\n"
        f"{data['expression']}\n\n"
        "What is in parentheses comes first. Apart from parentheses, "
        + ("all new operators have the same precedence and " if several else "the new operator ")
        + ("are" if several else "is")
        + " applied from left to right.\n"
        + final_answer(
            "the value, exact (as an integer or a fraction p/q) or as a decimal number correctly "
            f"rounded to {data['decimals']} or more digits after the point,",
            "value",
        )
    )


def _formula(operator: Data) -> str:
    if operator["form"] == "ratio":
        return "(a + b) / b"
    first, *rest = operator["coefficients"]
    text = {1: "a", -1: "-a"}.get(first, f"{first} * a")
    if not rest:
        return f"{text} * b"
    second = "b" if abs(rest[0]) == 1 else f"{abs(rest[0])} * b"
    return f"{text} {'+' if rest[0] > 0 else '-'} {second}"


def verify(data: Data, text: str) -> Verdict:
    value = evaluated(data)
    if rounds_to(text, value, decimals=data["decimals"]):
        return right("the value of the expression")
    if rounds_to(text, -value, decimals=data["decimals"]):
        return wrong("the magnitude is right, the sign is not")
    if rounds_to(text, value, decimals=1):
        return wrong(
            f"{shorten(text)} is the value rounded to fewer than {data['decimals']} digits after "
            "the point"
        )
    return wrong(f"{shorten(text)} is not the value of the expression")


def solve(data: Data) -> str:
    return str(evaluated(data))


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / PUBLISHED_FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    question, content = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    if not isinstance(content, dict) or not isinstance(content.get("operator_definitions"), dict):
        raise Damaged("solution.json does not define operators")
    stored = content.get("solution")
    if type(stored) is not int and not (isinstance(stored, float) and isfinite(stored)):
        raise Damaged("the solution in solution.json is not a number")
    line = re.search(r"^Calculate (\S{1,200})\.$", question, re.MULTILINE)
    if not line:
        raise Damaged("question.txt has no line 'Calculate ...'")
    data = {
        "operators": [
            _defined(symbol, text) for symbol, text in content["operator_definitions"].items()
        ],
        "expression": line[1],
        "decimals": PUBLISHED_DECIMALS,
    }
    try:
        ambiguous = evaluated(data) != evaluated(data, leftmost=False)
    except (ValueError, ZeroDivisionError) as error:
        raise Damaged(f"the expression cannot be evaluated: {error}") from None
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data=data,
        stored=str(stored),
        flags=frozenset(["ambiguous"]) if ambiguous else frozenset(),
        notes="read from left to right; from right to left the value differs" if ambiguous else "",
    )


def _defined(symbol: str, text: Any) -> Data:
    match = _FORMULA.fullmatch(text) if isinstance(text, str) and len(text) < 50 else None
    if not match or symbol not in tuple(SYMBOLS):
        raise Damaged(f"the definition of {symbol!r} in solution.json is not understood")
    form = "sum" if match[1] else "product" if match[3] else "ratio"
    return {
        "symbol": symbol,
        "form": form,
        "coefficients": [int(group) for group in match.groups()[:3] if group],
    }


def matches_key(record: Record, text: str) -> bool:
    try:
        return rounds_to(text, Fraction(record.stored or ""), decimals=PUBLISHED_DECIMALS)
    except (Unreadable, ValueError):
        return False


_PAPER = {"forms": FORMS, "coefficients": [1, 5], "shape": "chain", "digits": 60}

TASK = Task(
    name=NAME,
    title="New Operator",
    version=1,
    split="seen",
    family="numbers",
    idea="Evaluate an expression built from new binary operators that are defined by formulas.",
    knobs=(
        "The number of operations and of different operators; from level 6 on coefficients and "
        "operands may be negative."
    ),
    acceptance=(
        "The exact value as an integer, a fraction or a decimal, or a decimal number that rounds "
        "it correctly to at least four digits after the point (two for published instances, whose "
        "questions name no precision). A decimal may carry the noise of floating point."
    ),
    published_defects=(
        "Nearly all keys of the puzzles with three operators are wrong: they are the value of only "
        "a part of the expression. Those expressions also lack parentheses, and their value "
        "mostly depends on the order; it is computed here from left to right. The judge compares "
        "floating-point numbers for equality, so that it rejects fractions, roundings and some "
        "exact decimals."
    ),
    size_name="operations and operators",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        "complexity-2": {**_PAPER, "operations": 2, "operators": 1, "operands": [1, 10]},
        "complexity-5": {**_PAPER, "operations": 3, "operators": 3, "fixed": [3, 4, 5, 6]},
    },
    published=published,
    matches_key=matches_key,
    spaces={1: 5_832, 2: 186_000},
)
