"""Pooling: the maximum, average or median of every window of a square matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import isfinite
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import matrix as read_matrix
from pytest_symbench.tasks.answers.numbers import number, rounds_to, shorten
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Record,
    read_json,
    read_text,
    sample_folders,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "pooling"
PUBLISHED_FOLDER = "pooling_dataset"
SIZES = {
    1: (3, 2),
    2: (4, 2),
    3: (4, 2),
    4: (5, 3),
    5: (6, 3),
    6: (8, 3),
    7: (10, 3),
    8: (12, 4),
    9: (15, 4),
    10: (18, 5),
    11: (21, 5),
    12: (24, 6),
    13: (27, 7),
    14: (30, 8),
}
"""Level -> side of the matrix, side of the window."""
HARDEST = max(SIZES)
DECIMALS, PUBLISHED_DECIMALS = 4, 2  # the published questions name no precision


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    side, window = SIZES[level]
    return {
        "side": side,
        "window": window,
        "types": ["max"] if level < 3 else ["average"] if level < 6 else ["average", "median"],
        "entries": [0, 9] if level == 1 else [-10, 20] if level < 6 else [-99, 99],
    }


def size(params: Params) -> float:
    read = float((params["side"] - params["window"] + 1) ** 2 * params["window"] ** 2)
    return read if params["types"] == ["max"] else 2 * read


def generate(params: Params, rng: Random) -> Data:
    side = params["side"]
    while True:
        data = {
            "matrix": [[rng.randint(*params["entries"]) for _ in range(side)] for _ in range(side)],
            "window": params["window"],
            "type": rng.choice(params["types"]),
            "decimals": DECIMALS,
        }
        if len({value for row in _pooled(data) for value in row}) > 1:
            return data


def _pooled(data: Data) -> list[list[Fraction]]:
    matrix, window = data["matrix"], data["window"]
    reduce = REDUCTIONS[data["type"]]
    outer = range(len(matrix) - window + 1)
    return [
        [
            reduce(
                [v for line in matrix[row : row + window] for v in line[column : column + window]]
            )
            for column in outer
        ]
        for row in outer
    ]


def _average(values: Sequence[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def _median(values: Sequence[int]) -> Fraction:
    ordered, half = sorted(values), len(values) // 2
    return Fraction(ordered[half] + ordered[-half - 1], 2)


def _maximum(values: Sequence[int]) -> Fraction:
    return Fraction(max(values))


REDUCTIONS: dict[str, Callable[[Sequence[int]], Fraction]] = {
    "max": _maximum,
    "average": _average,
    "median": _median,
}
MEANINGS = {
    "max": "largest number",
    "average": "average of the numbers",
    "median": "median of the numbers (in ascending order the middle one, or the average of the two "
    "middle ones)",
}


def render(data: Data) -> str:
    side, window, kind = len(data["matrix"]), data["window"], data["type"]
    rows = "\n".join(", ".join(map(str, row)) for row in data["matrix"])
    outer = side - window + 1
    values = "the integers"
    if kind != "max":
        values = (
            "the values, each exact (as an integer, a fraction p/q or a decimal number) or as a "
            f"decimal number correctly rounded to {data['decimals']} or more digits after the point"
        )
    return (
        f"Here is a matrix of {side} rows and {side} columns:\n\n{rows}\n\n"
        f"A window of {window} x {window} cells is laid on every place where it lies wholly inside "
        "the matrix. It moves by one cell at a time (stride 1), and nothing is added around the "
        f"matrix (no padding). For each place, take the {MEANINGS[kind]} in the window. The "
        f"results form a matrix of {outer} rows and {outer} columns: result (i, j) belongs to the "
        "window whose top left cell is in row i and column j.\n"
        + final_answer(
            f"the matrix of results, row by row ({outer} rows of {outer} results), with {values},",
            "[[v,v,...],[v,v,...],...]",
        )
    )


def verify(data: Data, text: str) -> Verdict:
    results = _pooled(data)
    outer = len(results)
    wanted = "largest number" if data["type"] == "max" else data["type"]
    for r, row in enumerate(read_matrix(text, outer, outer)):
        for c, cell in enumerate(row):
            if not _equal(cell, results[r][c], data):
                return wrong(
                    f"row {r + 1}, column {c + 1} of the results is {shorten(cell)}, which is not "
                    f"the {wanted} of its window"
                )
    return right(f"the {wanted} of every window")


def _equal(cell: str, value: Fraction, data: Data) -> bool:
    if data["type"] == "max":
        return number(cell) == value
    return rounds_to(cell, value, decimals=data["decimals"])


def solve(data: Data) -> str:
    return "[" + ",".join("[" + ",".join(map(str, row)) + "]" for row in _pooled(data)) + "]"


def published(root: Path) -> Iterator[Record | Fault]:
    for index, folder in sample_folders(root / PUBLISHED_FOLDER):
        identity = f"{PUBLISHED_FOLDER}/sample_{index}"
        try:
            yield _record(folder, identity)
        except Damaged as damage:
            yield Fault(task=NAME, id=identity, reason=str(damage))


def _record(folder: Path, identity: str) -> Record:
    question, content = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    if not question:
        raise Damaged("question.txt is empty")
    if not isinstance(content, dict):
        raise Damaged("solution.json is not an object")
    matrix, window, kind = (content.get(k) for k in ("matrix", "window_size", "pooling_type"))
    side = len(matrix) if isinstance(matrix, list) else 0
    if not side or not _is_square(matrix, side) or not _all_numbers(matrix, int):
        raise Damaged("the matrix in solution.json is not a square matrix of integers")
    if type(window) is not int or not 0 < window < side:
        raise Damaged("the window_size in solution.json does not fit the matrix")
    if kind not in ("max", "average"):
        raise Damaged("the pooling_type in solution.json is neither max nor average")
    stored = content.get("solution")
    if not _is_square(stored, side - window + 1) or not _all_numbers(stored, int, float):
        raise Damaged("the solution in solution.json is not a matrix of the right size")
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data={
            "matrix": matrix,
            "window": window,
            "type": kind,
            "decimals": PUBLISHED_DECIMALS,
        },
        stored=str(stored),
    )


def _is_square(rows: Any, side: int) -> bool:
    if not isinstance(rows, list) or len(rows) != side:
        return False
    return all(isinstance(row, list) and len(row) == side for row in rows)


def _all_numbers(rows: Any, *types: type) -> bool:
    values = [value for row in rows for value in row]
    return all(type(value) in types and (type(value) is int or isfinite(value)) for value in values)


def matches_key(record: Record, text: str) -> bool:
    outer = len(record.data["matrix"]) - record.data["window"] + 1
    try:
        mine, stored = (read_matrix(t, outer, outer) for t in (text, record.stored or ""))
        return all(
            _equal(cell, Fraction(key), record.data)
            for row, keys in zip(mine, stored, strict=True)
            for cell, key in zip(row, keys, strict=True)
        )
    except Unreadable:
        return False


PAPER = {"max": ((3, 2), (4, 2), (5, 3)), "average": ((4, 2), (5, 3), (6, 3))}

TASK = Task(
    name=NAME,
    title="Pooling",
    version=1,
    split="seen",
    family="numbers",
    idea=(
        "Slide a window over a square matrix one cell at a time and give the maximum, average or "
        "median of every position."
    ),
    knobs=(
        "The sides of the matrix and of the window; averages from level 3 on, medians and larger "
        "entries from level 6 on."
    ),
    acceptance=(
        "All results in their places, as nested lists, as lines or as one flat list. Maxima must "
        "be exact; averages and medians may be fractions, decimals or correct roundings to at "
        "least four digits after the point (two for published instances, whose questions name no "
        "precision)."
    ),
    published_defects=(
        "The 200 keys are right, but the judge reads integers only: the 100 instances with "
        "averages, each of which has a result that is not an integer, can never be answered. The "
        "questions do not name stride, padding or precision, and show four numbers as the form of "
        "an answer of any size."
    ),
    size_name="numbers in all windows, twice where they are not only compared",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"{kind}-side-{side}-window-{window}": {
            "side": side,
            "window": window,
            "types": [kind],
            "entries": [-10, 20],
        }
        for kind, sizes in PAPER.items()
        for side, window in sizes
    },
    published=published,
    matches_key=matches_key,
)
