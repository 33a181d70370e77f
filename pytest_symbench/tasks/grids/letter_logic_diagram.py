"""Letter Logic Diagram: a Latin square of letters with one letter along the anti-diagonal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from string import ascii_lowercase, ascii_uppercase
from typing import Any, TypeGuard

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import matrix, show
from pytest_symbench.tasks.answers.numbers import shorten
from pytest_symbench.tasks.grids.letter_logic_diagram_solver import completions, random_square
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

NAME = "letter_logic_diagram"
LEVELS = {1: (3, 3), 2: (7, 15), 3: (7, 20), 4: (7, 25), 5: (7, 30)}
HARDEST = 24  # all 26 letters
OPEN = "."
LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)  # `lower` would read other signs as letters


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    side = 7 + level - 5
    side, blanks = LEVELS.get(level) or (side, 5 * side**2 // 8)
    return {"side": side, "blanks": blanks}


def size(params: Params) -> float:
    blanks: int = params["blanks"]
    return blanks


def generate(params: Params, rng: Random) -> Data:
    side = params["side"]
    square = random_square(side, rng)
    cells = [(row, column) for row in range(side) for column in range(side)]
    for row, column in rng.sample(cells, params["blanks"]):
        square[row][column] = -1
    return {"grid": [[ascii_lowercase[s] if s >= 0 else "" for s in row] for row in square]}


def render(data: Data) -> str:
    grid = data["grid"]
    side = len(grid)
    letters = ascii_lowercase[:side]
    lines = "\n".join(show([cell or OPEN for cell in row], " ") for row in grid)
    return (
        f"Fill the open cells of a grid of {side} rows and {side} columns with the letters "
        f"{show(letters)}; an open cell is shown as a point. In the full grid\n"
        f"- every row holds each of the {side} letters exactly once,\n"
        f"- every column holds each of the {side} letters exactly once,\n"
        "- all cells on the diagonal from the top right corner to the bottom left corner hold the "
        "same letter,\n"
        "- the letters that are given stay where they are.\n\n"
        f"{lines}\n\n"
        "Any full grid that keeps these rules is right.\n"
        + final_answer(
            f"the full grid as {side} lines of {side} letters separated by commas,",
            "first row\nsecond row\n...",
        )
    )


def verify(data: Data, text: str) -> Verdict:
    clues = data["grid"]
    side = len(clues)
    letters = ascii_lowercase[:side]
    answer = _read(text, side)
    for row, line in enumerate(answer, 1):
        for column, letter in enumerate(line, 1):
            if letter not in letters:
                what = f"row {row}, column {column} is {shorten(letter)}"
                return wrong(f"{what}, not a letter from a to {letters[-1]}")
            clue = clues[row - 1][column - 1]
            if clue not in ("", letter):
                return wrong(f"row {row}, column {column} was given as {clue} and is now {letter}")
    for number, line in enumerate(answer, 1):
        if twice := _repeated(line):
            return wrong(f"row {number} holds {twice} more than once")
    for number, column_ in enumerate(zip(*answer, strict=True), 1):
        if twice := _repeated(list(column_)):
            return wrong(f"column {number} holds {twice} more than once")
    diagonal = [answer[row][side - 1 - row] for row in range(side)]
    for row, letter in enumerate(diagonal, 1):
        if letter != diagonal[0]:
            return wrong(f"the diagonal holds {diagonal[0]} in row 1 and {letter} in row {row}")
    return right("rows, columns, diagonal and the given letters")


def _read(text: str, side: int) -> list[list[str]]:
    return matrix(text.translate(LOWER), side, side, alphabet=ascii_lowercase[:side])


def _repeated(line: list[str]) -> str | None:
    return next((letter for place, letter in enumerate(line) if letter in line[:place]), None)


def solve(data: Data) -> str:
    for square in completions(_symbols(data["grid"])):
        return "\n".join(",".join(ascii_lowercase[symbol] for symbol in row) for row in square)
    raise ValueError("the grid cannot be completed")


def _symbols(grid: list[list[str]]) -> list[list[int]]:
    return [[ascii_lowercase.index(cell) if cell else -1 for cell in row] for row in grid]


def matches_key(record: Record, text: str) -> bool:
    side = len(record.data["grid"])
    try:
        return _read(text, side) == _read(record.stored or "", side)
    except Unreadable:
        return False


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / NAME, _record)


def _record(folder: Path, identity: str) -> Record:
    content = read_json(folder / "solution.json")
    fields = content if isinstance(content, dict) else {}
    grid, stored = fields.get("grid"), fields.get("solution")
    if not _is_grid(grid, (None,)):
        raise Damaged("grid is not a square of letters and open cells")
    if not _is_grid(stored, ()) or len(stored) != len(grid):
        raise Damaged("solution is not a square of letters")
    clues = [[cell or "" for cell in row] for row in grid]
    count = len(list(islice(completions(_symbols(clues)), 2)))
    flags: dict[int, Flag] = {0: "no_valid_answer", 2: "several_answers"}
    return Record(
        task=NAME,
        id=identity,
        question=read_text(folder / "question.txt"),
        data={"grid": clues},
        stored="\n".join(",".join(row) for row in stored),
        flags=frozenset((flags[count],) if count in flags else ()),
    )


def _is_grid(value: Any, blank: tuple[None, ...]) -> TypeGuard[list[list[str]]]:
    """A square of its first letters, or of blanks."""
    if not isinstance(value, list) or not 0 < len(value) <= len(ascii_lowercase):
        return False
    cells = (*ascii_lowercase[: len(value)], *blank)
    return all(
        isinstance(row, list) and len(row) == len(value) and all(cell in cells for cell in row)
        for row in value
    )


TASK = Task(
    name=NAME,
    title="Letter Logic Diagram",
    version=1,
    split="seen",
    family="grids",
    idea=(
        "Complete a grid so that every row and every column holds each letter once and the "
        "diagonal from top right to bottom left holds one letter only."
    ),
    knobs="The size of the grid and the number of open cells.",
    acceptance=(
        "Every grid that keeps the rules and the given letters, also where several do; as lines, "
        "as a list of rows, as words or flat, in either case of letters."
    ),
    published_defects=(
        "The 200 keys are right, but 84 puzzles have 2 to 202 completions and the judge takes only "
        "the key. It rejects the very form that the questions ask for. All keys are cyclic "
        "squares, so shifting the row above by one cell is a winning guess."
    ),
    size_name="open cells",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    matches_key=matches_key,
    paper_settings={
        f"blanks-{blanks}": {"side": 7, "blanks": blanks} for blanks in (15, 20, 25, 30)
    },
    published=published,
    spaces={1: 504},
)
