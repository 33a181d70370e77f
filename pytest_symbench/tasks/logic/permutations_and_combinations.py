"""Permutations and Combinations: arrange books on a shelf such that all constraints hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from string import ascii_uppercase
from typing import Any, TypeGuard

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import items, show
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.logic.permutations_and_combinations_solver import (
    Constraint,
    arrangements,
    holds,
)
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Flag,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "permutations_and_combinations"
FOLDER = "permutations_and_combinations"
# Books, constraints, and how many arrangements may be right at most: guessing stays hopeless.
LEVELS = {1: (3, 2, 2), 2: (6, 7, 10), 3: (7, 8, 20), 4: (8, 9, 40), 5: (9, 10, 100)}
HARDEST = 20  # 39 books
MANY_LABELS = [f"{letter}{digit}" for letter in ascii_uppercase for digit in range(1, 10)]
TEXTS = {
    "fixed": "{book} stands at position {position}",
    "not": "{book} does not stand at position {position}",
    "left": "{book} stands somewhere to the left of {other}",
    "right": "{book} stands somewhere to the right of {other}",
    "adjacent": "{book} stands directly beside {other}, on either side",
}
PUBLISHED = {
    "fixed": re.compile(r"Book (\w+) must be placed in position (?P<position>[0-9]{1,9})\."),
    "not": re.compile(r"Book (\w+) cannot be placed in position (?P<position>[0-9]{1,9})\."),
    "left": re.compile(r"Book (\w+) must be to the left of book (?P<other>\w+)\."),
    "right": re.compile(r"Book (\w+) must be to the right of book (?P<other>\w+)\."),
    "adjacent": re.compile(r"Book (\w+) must be adjacent to book (?P<other>\w+)\."),
}


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    beyond = 9 + 2 * (level - 5)
    books, constraints, solutions = LEVELS.get(level, (beyond, 3 * beyond // 2, None))
    return {"books": books, "constraints": [constraints, constraints], "solutions": solutions}


def size(params: Params) -> float:
    return float(params["books"])


def generate(params: Params, rng: Random) -> Data:
    count, most = params["books"], params["solutions"]
    labels = ascii_uppercase if count <= len(ascii_uppercase) else MANY_LABELS
    while True:
        books = sorted(rng.sample(labels, count))
        hidden = rng.sample(books, count)
        constraints = _constraints(hidden, rng.randint(*params["constraints"]), rng)
        if all(holds(constraint, _positions(books)) for constraint in constraints):
            continue  # the order of the alphabet must not be an answer
        if most is None or len(arrangements(books, constraints, limit=most + 1)) <= most:
            return {"books": books, "constraints": constraints}


def _constraints(hidden: Sequence[str], count: int, rng: Random) -> list[Constraint]:
    """Constraints that are true of the hidden arrangement; no two of them say the same."""
    chosen: list[Constraint] = []
    said: list[tuple[Any, ...]] = []
    while len(chosen) < count:
        constraint = _constraint(hidden, rng)
        kind, book, other = constraint["kind"], constraint["book"], constraint.get("other")
        if kind == "fixed":
            repeated = any(known[1] == book and known[0] in ("fixed", "not") for known in said)
            key: tuple[Any, ...] = (kind, book)
        elif kind == "not":
            key = (kind, book, constraint["position"])
            repeated = ("fixed", book) in said or key in said
        else:
            key = ("adjacent" if kind == "adjacent" else "order", *sorted((book, str(other))))
            repeated = key in said
        if not repeated:
            said.append(key)
            chosen.append(constraint)
    return chosen


def _constraint(hidden: Sequence[str], rng: Random) -> Constraint:
    kind = rng.choice(list(TEXTS))
    place = rng.randrange(len(hidden))
    if kind == "fixed":
        return {"kind": kind, "book": hidden[place], "position": place + 1}
    if kind == "not":
        free = [position for position in range(len(hidden)) if position != place]
        return {"kind": kind, "book": hidden[place], "position": rng.choice(free) + 1}
    first, second = sorted(rng.sample(range(len(hidden)), 2))
    if kind == "adjacent":
        first = rng.randrange(len(hidden) - 1)
        second = first + 1
    swapped = kind == "right" or (kind == "adjacent" and rng.choice((True, False)))
    book, other = (second, first) if swapped else (first, second)
    return {"kind": kind, "book": hidden[book], "other": hidden[other]}


def render(data: Data) -> str:
    books = data["books"]
    constraints = [f"{i}. {_shown(c)}." for i, c in enumerate(data["constraints"], 1)]
    return (
        f"A shelf has {len(books)} positions, numbered 1 to {len(books)} from left to right. "
        f"These {len(books)} books are to stand on it, one at each position: {show(books)}. "
        f"All of the following must hold:\n\n{show(constraints, chr(10))}\n\n"
        "Find an arrangement of the books. If several are possible, any one of them is right. "
        "List every book exactly once, from position 1 to the last position.\n"
        + final_answer("the list of books", '["FIRST BOOK", "SECOND BOOK", ...]')
    )


def verify(data: Data, text: str) -> Verdict:
    answer, books = _read(text), data["books"]
    if len(answer) != len(books):
        return wrong(f"the list has {len(answer)} books instead of {len(books)}")
    for book in answer:
        if book not in books:
            return wrong(f"{shorten(book)} is not one of the books")
    position = _positions(answer)
    if len(position) < len(books):
        missing = next(book for book in books if book not in position)
        return wrong(f"book {missing} is missing, another one stands twice")
    for number, constraint in enumerate(data["constraints"], 1):
        if not holds(constraint, position):
            return wrong(f"constraint {number} does not hold: {_shown(constraint)}")
    return right("every constraint holds")


def solve(data: Data) -> str:
    found = arrangements(data["books"], data["constraints"], limit=1)
    if not found:
        raise ValueError("no arrangement fulfils the constraints")
    return json.dumps(found[0])


def _shown(constraint: Constraint) -> str:
    return TEXTS[constraint["kind"]].format(**constraint)


def _positions(arrangement: Sequence[str]) -> dict[str, int]:
    return {book: position for position, book in enumerate(arrangement, 1)}


def _read(text: str) -> list[str]:
    books = items(re.sub(r"\bbook\s+(?=\w)", "", text, flags=re.IGNORECASE))
    if not books or any(not re.fullmatch(r"\w{1,40}", book) for book in books):
        raise Unreadable(f"expected a list of books, got {shorten(text)}")
    return books


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    question, solution = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    fields = solution if isinstance(solution, dict) else {}
    books, lines, stored = map(fields.get, ("items", "constraints_text", "correct_solution"))
    if not question:
        raise Damaged("question.txt is empty")
    if not _are_labels(books) or not 1 < len(set(books)) == len(books) <= 40:
        raise Damaged("items is not a list of 2 to 40 different books")
    if not isinstance(lines, str) or not lines:
        raise Damaged("constraints_text is not a text")
    if not _are_labels(stored):
        raise Damaged("correct_solution is not a list of books")
    constraints = [_published(line, books) for line in lines.splitlines()]
    flags: tuple[Flag, ...] = ("no_valid_answer",)
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data={"books": books, "constraints": constraints},
        stored=json.dumps(stored),
        flags=frozenset(() if arrangements(books, constraints, limit=1) else flags),
    )


def _published(line: str, books: Sequence[str]) -> Constraint:
    text = re.sub(r"^[0-9]+\. ", "", line)
    for kind, form in PUBLISHED.items():
        if match := form.fullmatch(text):
            named = match.groupdict()
            if "other" in named and match[1] in books and named["other"] in books:
                return {"kind": kind, "book": match[1], "other": named["other"]}
            if "position" in named and match[1] in books:
                return {"kind": kind, "book": match[1], "position": int(named["position"])}
    raise Damaged(f"constraints_text has a line that is not understood: {line[:60]!r}")


def _are_labels(labels: Any) -> TypeGuard[list[str]]:
    return isinstance(labels, list) and all(
        isinstance(label, str) and re.fullmatch(r"\w{1,40}", label) for label in labels
    )


TASK = Task(
    name=NAME,
    title="Permutations and Combinations",
    version=1,
    split="unseen",
    family="logic",
    idea="Arrange labelled books on numbered positions of a shelf such that all constraints on "
    "places, order and neighbours hold.",
    knobs="The number of books, the number of constraints and how many arrangements keep them.",
    acceptance=(
        "Any list of the books, each exactly once, that keeps every constraint: with or without "
        "brackets, quotes and the word Book."
    ),
    published_defects=(
        "The 200 keys are right, but the judge does not ask for a permutation: a foreign word in "
        "the place of a book that hardly any constraint names, extra words at the end and repeated "
        "books pass; single quotes are refused. 29 instances state a constraint twice."
    ),
    size_name="books",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"books-{books}": {
            "books": books,
            "constraints": [books + 1, books + 2],
            "solutions": None,
        }
        for books in (6, 7, 8, 9)
    },
    published=published,
)
