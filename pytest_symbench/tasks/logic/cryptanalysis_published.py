"""Reads the published lock codes: guesses and feedback stand in the question only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from pytest_symbench.tasks.logic.cryptanalysis_solver import Clue, Feedback, candidates
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Flag,
    Record,
    read_json,
    read_text,
    samples,
)

NAME = "cryptanalysis"
_LINE = re.compile(
    r"^\s*[0-9]+\. Guess: ([0-9]{2})([A-Z]{2}), Feedback: (.*?)\.?\s*$", re.MULTILINE
)
_CLAUSE = re.compile(r"(one|both) (number|letter)s? (?:is|are) (.*)")


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / NAME, _record)


def _record(folder: Path, identity: str) -> Record:
    question, content = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    answer = content.get("answer") if isinstance(content, dict) else None
    if not isinstance(answer, list) or not all(isinstance(symbol, str) for symbol in answer):
        raise Damaged("answer in solution.json is not a list of symbols")
    clues: list[dict[str, Any]] = []
    digits: list[Clue] = []
    letters: list[Clue] = []
    for numbers, word, text in _LINE.findall(question):
        seen = _feedback(text, "number"), _feedback(text, "letter")
        clues.append({"guess": numbers + word, "digits": list(seen[0]), "letters": list(seen[1])})
        digits.append(Clue([int(digit) for digit in numbers], seen[0]))
        letters.append(Clue([ascii_uppercase.index(letter) for letter in word], seen[1]))
    if not clues or len(clues) != len(re.findall(r"\bGuess:", question)):
        raise Damaged("question.txt holds guesses of an unknown form")
    strict = _answers(digits, letters, loosely=False)
    flags: list[Flag] = []
    notes = ""
    if not strict:
        flags.append("no_valid_answer")
    elif len(strict) > 1:
        flags.append("several_answers")
    elif len(_answers(digits, letters, loosely=True)) > 1:
        flags.append("ambiguous")
        notes = "several codes agree if 'too small' and the like may be left unsaid where true"
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data={"digits": 2, "letters": 2, "alphabet": [10, 26], "clues": clues},
        stored="[" + ", ".join(f'"{symbol}"' for symbol in answer) + "]",
        flags=frozenset(flags),
        notes=notes,
    )


def _answers(digits: list[Clue], letters: list[Clue], *, loosely: bool) -> list[object]:
    """Up to two codes."""
    halves = (
        list(islice(candidates(2, alphabet, clues, loosely=loosely), 2))
        for alphabet, clues in ((10, digits), (26, letters))
    )
    return list(islice(product(*halves), 2))


def _feedback(text: str, noun: str) -> Feedback:
    """The feedback on one half: one or two clauses about numbers, or about letters."""
    placed = misplaced = absent = 0
    tag = ""
    for clause in text.split(";"):
        match = _CLAUSE.fullmatch(clause.strip())
        if not match:
            raise Damaged(f"question.txt holds feedback of an unknown form: {clause.strip()[:60]}")
        if match[2] != noun:
            continue
        quantity = 1 if match[1] == "one" else 2
        if "wrong position" in match[3]:
            misplaced += quantity
        elif "incorrect" in match[3]:
            absent += quantity
            if re.search(r"too (small|early)", match[3]):
                tag = "low"
            elif re.search(r"too (large|late)", match[3]):
                tag = "high"
        else:
            placed += quantity
    if placed + misplaced + absent != 2:
        raise Damaged(f"question.txt holds feedback on other than two {noun}s")
    return Feedback(placed, misplaced, absent, tag)
