"""Pattern Recognition: finds the one square of equal letters in a matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from string import ascii_uppercase

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import integers
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

NAME = "pattern_recognition"
SMALLEST = 3  # side of a published square, at least
BOARDS = {
    1: (4, 26),
    2: (6, 26),
    3: (9, 26),
    4: (12, 26),
    5: (15, 26),
    6: (20, 12),
    7: (25, 8),
    8: (32, 6),
    9: (40, 5),
    10: (50, 4),
}
"""Level -> side of the matrix, letters in it."""
HARDEST = 20
OPENING = "If the matrix is\n\n"


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    side, letters = BOARDS.get(level) or (50 + 10 * (level - 10), 4)
    smallest = 2 if level == 1 else SMALLEST
    return {
        "rows": [side, side],
        "columns": [side, side],
        "smallest": smallest,
        "squares": [smallest, 2 if level == 1 else 3 if level < 4 else 4],
        "letters": letters,
        "decoys": 0 if level < 6 else side // 2,
    }


def size(params: Params) -> float:
    return float(params["rows"][1] * params["columns"][1])


def generate(params: Params, rng: Random) -> Data:
    smallest = params["smallest"]
    while True:
        rows, columns = rng.randint(*params["rows"]), rng.randint(*params["columns"])
        low, high = params["squares"]
        side = rng.randint(low, max(low, min(high, min(rows, columns) // 2)))
        letters = ascii_uppercase[: params["letters"]]
        matrix = [[rng.choice(letters) for _ in range(columns)] for _ in range(rows)]
        for _ in range(params["decoys"]):  # a square that one line or one cell spoils
            spoilt = rng.choice(((smallest, smallest - 1), (smallest - 1, smallest), None))
            height, width = spoilt or (smallest, smallest)
            top, left = _plant(matrix, height, width, rng.choice(letters), rng)
            if spoilt is None:
                row, column = top + rng.randrange(height), left + rng.randrange(width)
                matrix[row][column] = _another(letters, matrix[row][column], rng)
        top, left = _plant(matrix, side, side, rng.choice(letters), rng)
        if _clean(matrix, smallest, (top, left, side), letters, rng):
            return {"matrix": ["".join(row) for row in matrix], "smallest": smallest}


def _plant(
    matrix: list[list[str]], height: int, width: int, letter: str, rng: Random
) -> tuple[int, int]:
    top, left = rng.randint(0, len(matrix) - height), rng.randint(0, len(matrix[0]) - width)
    for row in matrix[top : top + height]:
        row[left : left + width] = letter * width
    return top, left


def _another(letters: str, letter: str, rng: Random) -> str:
    return rng.choice([other for other in letters if other != letter])


def _clean(
    matrix: list[list[str]], smallest: int, square: tuple[int, int, int], letters: str, rng: Random
) -> bool:
    """Recolours a cell of each other square, until the planted one contains all; was it possible?"""
    top, left, side = square
    for _ in range(20):
        strays = [
            (row, column)
            for row, sides in enumerate(_sides(matrix))
            for column, reach in enumerate(sides)
            if reach >= smallest
            and not (
                top + smallest - 1 <= row < top + side
                and left + smallest - 1 <= column < left + side
            )
        ]
        if not strays:
            return True
        for bottom, end in strays:
            cells = [
                (row, column)
                for row in range(bottom - smallest + 1, bottom + 1)
                for column in range(end - smallest + 1, end + 1)
                if not (top <= row < top + side and left <= column < left + side)
            ]
            row, column = rng.choice(cells)
            matrix[row][column] = _another(letters, matrix[row][column], rng)
    return False


def _sides(matrix: Sequence[Sequence[str]]) -> list[list[int]]:
    """For each cell, the side of the largest square of one letter that ends there."""
    sides: list[list[int]] = []
    for r, row in enumerate(matrix):
        line: list[int] = []
        for c, letter in enumerate(row):
            reach = 1
            if r and c:
                above = matrix[r - 1]
                if letter == row[c - 1] == above[c] == above[c - 1]:
                    reach += min(line[c - 1], sides[r - 1][c], sides[r - 1][c - 1])
            line.append(reach)
        sides.append(line)
    return sides


def render(data: Data) -> str:
    rows, columns, smallest = len(data["matrix"]), len(data["matrix"][0]), data["smallest"]
    matrix = "\n".join(" ".join(row) for row in data["matrix"])
    return (
        f"Below is a matrix of {rows} rows and {columns} columns of letters. Somewhere in it "
        f"stands a square block of cells, {smallest} x {smallest} or larger, whose letters are all "
        "the same. The largest such block is wanted; no other block is as large.\n\n"
        f"{matrix}\n\n"
        "Find the cell in the bottom right corner of the block. Rows are counted from the top, "
        "columns from the left, both from 0.\n"
        + final_answer("the row and the column of that cell", "[row, column]")
    )


def _largest(data: Data) -> tuple[int, list[tuple[int, int]]]:
    """The side of the largest square and the bottom right cells of all squares of that side."""
    sides = _sides(data["matrix"])
    largest = max(max(line) for line in sides)
    ends = [
        (r, c) for r, line in enumerate(sides) for c, side in enumerate(line) if side == largest
    ]
    return largest, ends if largest >= data["smallest"] else []


def verify(data: Data, text: str) -> Verdict:
    cell = integers(text)
    if len(cell) != 2:
        raise Unreadable(f"expected a row and a column, got {len(cell)} numbers")
    row, column = cell
    matrix = data["matrix"]
    for name, at, count in (("row", row, len(matrix)), ("column", column, len(matrix[0]))):
        if not 0 <= at < count:
            return wrong(f"there is no {name} {_short(at)}: {name}s are 0 to {count - 1}")
    if (row, column) in _largest(data)[1]:
        return right("the bottom right cell of the block")
    side = _sides(matrix)[row][column]
    where = f"row {row}, column {column}"
    if side < data["smallest"]:
        return wrong(
            f"no square of {data['smallest']} x {data['smallest']} equal letters ends at {where}"
        )
    return wrong(f"the square of {side} x {side} letters that ends at {where} is not the largest")


def _short(number: int) -> str:
    return str(number) if abs(number) < 10**9 else "of such a number"


def solve(data: Data) -> str:
    _, ends = _largest(data)
    if not ends:
        raise ValueError("the matrix has no square")
    return f"[{ends[0][0]}, {ends[0][1]}]"


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / NAME, _record)


def _record(folder: Path, identity: str) -> Record:
    question, content = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    if not isinstance(content, dict):
        raise Damaged("solution.json is not an object")
    row, column = content.get("row"), content.get("column")
    if type(row) is not int or type(column) is not int:
        raise Damaged("solution.json lacks the integers row and column")
    matrix = _published_matrix(question)
    data: Data = {"matrix": matrix, "smallest": SMALLEST}
    _, ends = _largest(data)
    squares = sum(side >= SMALLEST for line in _sides(matrix) for side in line)
    flags: set[Flag] = set()
    if not ends:
        flags.add("no_valid_answer")
    if len(ends) > 1:
        flags.add("several_answers")
    if squares > 1:
        flags.add("ambiguous")
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data=data,
        stored=f"[{row}, {column}]",
        flags=frozenset(flags),
        notes=f"{squares} squares of side {SMALLEST} end in different cells" if squares > 1 else "",
    )


def _published_matrix(question: str) -> list[str]:
    block = question.replace("\r\n", "\n").partition(OPENING)[2].partition("\n\n")[0]
    rows = [line.split() for line in block.splitlines()]
    if (
        not rows
        or not rows[0]
        or any(len(row) != len(rows[0]) for row in rows)
        or not all(len(cell) == 1 for row in rows for cell in row)
    ):
        raise Damaged("question.txt has no matrix of letters")
    return ["".join(row) for row in rows]


def matches_key(record: Record, text: str) -> bool:
    try:
        return str(integers(text)) == record.stored
    except Unreadable:
        return False


TASK = Task(
    name=NAME,
    title="Pattern Recognition",
    version=1,
    split="seen",
    family="grids",
    idea=(
        "A matrix of letters contains one square block of equal letters; find its bottom right "
        "cell."
    ),
    knobs=(
        "The side of the matrix; from level 6 on fewer letters, and more and more rectangles and "
        "spoilt squares that look like the block."
    ),
    acceptance=(
        "Row and column of the bottom right cell of the largest square, counted from 0, as two "
        "integers with or without brackets."
    ),
    published_defects=(
        "The 100 keys are right for the largest square. Where its side is 4 or more (39 of them), "
        "the question asks for the corners of all squares of side 3 and yet calls the answer "
        "unique. The judge rejects the brackets that the question demands and ignores any numbers "
        "after the first two."
    ),
    size_name="cells",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        "side-6-to-15": {
            "rows": [6, 15],
            "columns": [6, 15],
            "smallest": SMALLEST,
            "squares": [SMALLEST, 7],
            "letters": 26,
            "decoys": 0,
        }
    },
    published=published,
    matches_key=matches_key,
)
