"""The published instances of Logical Equation: all but the keys stands in the question texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_uppercase

from pytest_symbench.tasks.logic.logical_equation_solver import Constraint, TooHard, solutions
from pytest_symbench.tasks.published import Damaged, Fault, Flag, Record, read_json, read_text

NAME = "logical_equation"
FOLDER = "logical_equation"
SAMPLE = re.compile(r"sample_([0-9]+)_([0-9]+)_([0-9]+)")
NUMBERS = re.compile(r"each representing one of the numbers ([0-9, ]+)\.")
LINE = re.compile(r"^[0-9]+\.[ \t]+(.*?)[ \t]*$", re.MULTILINE)
FORMS = {
    "sum": re.compile(r"([A-Z]) \+ ([A-Z]) = (-?[0-9]{1,9})"),
    "difference": re.compile(r"([A-Z]) - ([A-Z]) = (-?[0-9]{1,9})"),
    "multiple": re.compile(r"([A-Z]) = (?P<value>[0-9]{1,9}(?:\.[0-9]{1,9})?)([A-Z])"),
    "greater": re.compile(r"([A-Z]) > ([A-Z])"),
}


def published(root: Path) -> Iterator[Record | Fault]:
    folder = root / FOLDER
    found = []
    for child in folder.iterdir() if folder.is_dir() else ():
        if name := SAMPLE.fullmatch(child.name):
            found.append(([int(part) for part in name.groups()], child))
    for _, sample in sorted(found):
        identity = f"{FOLDER}/{sample.name}"
        try:
            yield _record(sample, identity)
        except Damaged as damage:
            yield Fault(task=NAME, id=identity, reason=str(damage))


def _record(folder: Path, identity: str) -> Record:
    question, stored = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    listed = NUMBERS.search(question)
    numbers = [int(number) for number in re.findall(r"[0-9]{1,9}", listed[1])] if listed else []
    if not 2 <= len(set(numbers)) == len(numbers) <= len(ascii_uppercase):
        raise Damaged("question.txt does not list 2 to 26 different numbers")
    if not isinstance(stored, list) or not all(type(value) is int for value in stored):
        raise Damaged("solution.json is not a list of integers")
    letters = ascii_uppercase[: len(numbers)]
    constraints = [_constraint(line, letters) for line in LINE.findall(question)]
    if not constraints:
        raise Damaged("question.txt lists no constraints")
    try:
        found = len(solutions(letters, numbers, constraints, limit=2))
    except TooHard:
        raise Damaged("question.txt leaves too much open to count the solutions") from None
    flags: tuple[Flag, ...] = (("no_valid_answer",), (), ("several_answers",))[found]
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data={"numbers": numbers, "constraints": constraints},
        stored=str(stored),
        flags=frozenset(flags),
    )


def _constraint(line: str, letters: str) -> Constraint:
    for kind, form in FORMS.items():
        if match := form.fullmatch(line):
            left, right = re.findall("[A-Z]", line)
            if left == right or left not in letters or right not in letters:
                break
            constraint = {"kind": kind, "left": left, "right": right}
            if kind != "greater":
                value = match["value"] if kind == "multiple" else match[3]
                if kind == "multiple" and not value.strip("0."):
                    break
                constraint["value"] = value
            return constraint
    raise Damaged(f"question.txt has a constraint that is not understood: {line[:40]!r}")
