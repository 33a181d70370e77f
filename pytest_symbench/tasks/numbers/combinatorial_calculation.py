"""Combinatorial Calculation: operators and parentheses between numbers in a fixed order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.expressions import listed_expression
from pytest_symbench.tasks.answers.lists import show
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.numbers.combinatorial_calculation_solver import (
    COMPLETE,
    find_expression,
)
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Flag,
    Record,
    read_json,
    read_text,
    sample_folders,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "combinatorial_calculation"
LEVELS = {  # numbers, lowest and highest target
    1: (2, 1, 81),
    2: (3, 10, 24),
    3: (4, 24, 24),
    4: (6, 100, 100),
    5: (20, 500, 500),
}
HARDEST = 200


def setting(count: int, low: int, high: int) -> Params:
    return {"count": count, "targets": [low, high]}


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    target = 500 + 100 * (level - 5)
    return setting(*(LEVELS.get(level) or (20 + 5 * (level - 5), target, target)))


def size(params: Params) -> float:
    count: int = params["count"]
    return count


def generate(params: Params, rng: Random) -> Data:
    low, high = params["targets"]
    while True:
        numbers = [rng.randint(1, 9) for _ in range(params["count"])]
        target = rng.randint(low, high)
        if find_expression(numbers, target):
            return {"numbers": numbers, "target": target}


def render(data: Data) -> str:
    return (
        f"Here are {len(data['numbers'])} numbers in a fixed order: {show(data['numbers'])}\n"
        f"Put one of the operators +, -, *, / between every two neighbours, and parentheses where "
        f"you need them, so that the value of the whole is exactly {data['target']}.\n\n"
        "Rules:\n"
        "- All numbers stay, each once, in the order given.\n"
        "- Between two neighbouring numbers stands exactly one operator; numbers must not be "
        "joined to longer ones, and multiplication signs must not be left out.\n"
        "- An operator always has a left and a right side: there is no sign before a number. "
        "There are no powers and no other operations.\n"
        "- The usual precedence holds, division is exact (fractions may occur on the way), and "
        "nothing may be divided by zero.\n"
        "Write the result as a list in which every number, operator and parenthesis is an item "
        "of its own; 10*(11+12), say, is the list [10, *, (, 11, +, 12, )].\n"
        + final_answer("the list", "[item, item, item, ...]")
    )


def verify(data: Data, text: str) -> Verdict:
    answer = listed_expression(text)
    numbers = data["numbers"]
    for place, (used, given) in enumerate(zip(answer.literals, numbers, strict=False), 1):
        if used != given:
            what = shorten(str(used))[1:-1]
            order = " (the order is fixed)" if sorted(answer.literals) == sorted(numbers) else ""
            return wrong(f"number {place} of the answer is {what}, not {given}{order}")
    if len(answer.literals) != len(numbers):
        return wrong(f"the answer has {len(answer.literals)} numbers, not {len(numbers)}")
    fault = answer.misses(data["target"])
    return wrong(fault) if fault else right("the numbers in order, and the exact value")


def solve(data: Data) -> str:
    found = find_expression(data["numbers"], data["target"])
    if found is None:
        raise ValueError(f"no expression over {show(data['numbers'])} is {data['target']}")
    return f"[{show(re.findall(r'[0-9]+|[-+*/()]', found))}]"


def matches_key(record: Record, text: str) -> bool:
    """Is this the stored expression, but for blanks, needless parentheses and other signs?"""
    try:
        return listed_expression(text).postfix == listed_expression(record.stored or "").postfix
    except Unreadable:
        return False


def published(root: Path) -> Iterator[Record | Fault]:
    varied = root / f"{NAME}_varied_complexity"
    folders = {(0, NAME): root / NAME}
    for path in varied.glob(f"{NAME}_complexity*"):
        digits = path.name.removeprefix(f"{NAME}_complexity")
        if digits.isascii() and digits.isdigit():
            folders[int(digits), f"{varied.name}/{path.name}"] = path
    for (_, name), path in sorted(folders.items()):
        for number, folder in sample_folders(path):
            identity = f"{name}/sample_{number}"
            try:
                yield _record(folder, identity)
            except Damaged as damage:
                yield Fault(task=NAME, id=identity, reason=str(damage))


def _record(folder: Path, identity: str) -> Record:
    content = read_json(folder / "solution.json")
    try:
        numbers, target, tokens = content["numbers"], content["target"], content["solution"]
    except (KeyError, TypeError):
        raise Damaged("solution.json lacks numbers, target or solution") from None
    if not isinstance(numbers, list) or not numbers or not all(map(_is_positive, numbers)):
        raise Damaged("numbers in solution.json is not a list of positive integers")
    if not _is_positive(target):
        raise Damaged("target in solution.json is not a positive integer")
    if not isinstance(tokens, list):
        raise Damaged("solution in solution.json is not a list")
    flags: frozenset[Flag] = frozenset()
    if len(numbers) <= COMPLETE and not find_expression(numbers, target):
        flags = frozenset(("no_valid_answer",))
    return Record(
        task=NAME,
        id=identity,
        question=read_text(folder / "question.txt"),
        data={"numbers": numbers, "target": target},
        stored=f"[{show(tokens)}]",
        flags=flags,
    )


def _is_positive(value: object) -> bool:
    return type(value) is int and 0 < value < 10**9


TASK = Task(
    name=NAME,
    title="Combinatorial Calculation",
    version=1,
    split="unseen",
    family="numbers",
    idea=(
        "Put operators and parentheses between numbers in a fixed order so that the value of the "
        "whole is a target."
    ),
    knobs="How many numbers there are (each from 1 to 9), and the target.",
    acceptance=(
        "Every expression with the numbers in their order whose exact rational value is the "
        "target: as a list of its signs, with or without quotes and brackets, or as a plain "
        "expression. × · ÷ − are read; `= target` may follow."
    ),
    published_defects=(
        "The 255 keys are right. The judge compares the sorted numbers, so a forbidden order "
        "passes; it runs the joined list as a program, so two * or / in a row become powers and "
        "floor divisions, adjacent digits become a longer number, and signs before numbers pass. "
        "One example of the form in the question is garbled."
    ),
    size_name="numbers in the row",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"n{count}-target-{target}": setting(count, target, target)
        for count, target in ((3, 10), (4, 24), (5, 78), (5, 69), (6, 100), (15, 300), (20, 500))
    },
    published=published,
    matches_key=matches_key,
    spaces={1: 210, 2: 2154, 3: 3801},
)
