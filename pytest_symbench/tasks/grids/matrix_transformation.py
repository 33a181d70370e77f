"""Matrix Transformation: turn and mirror a matrix of characters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import ascii_letters, ascii_uppercase, digits
from typing import Any, TypeAlias, TypeGuard

from pytest_symbench.tasks.answers import final_answer
from pytest_symbench.tasks.answers.lists import matrix, show
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "matrix_transformation"
FOLDER = "matrix_transformation_dataset"
ALPHABETS = {
    "letters": ascii_uppercase,
    "digits": "123456789",
    "letters-digits": ascii_uppercase + "123456789",
    "symbols": "!@#$%^&*",
    "all": ascii_letters + digits + "!@#$%^&*",
}
PAPER = {
    f"{alphabet}-{rows}-{columns}": {"rows": rows, "columns": columns, "alphabet": alphabet}
    for rows, columns, alphabet in (
        (2, 2, "letters"),
        (2, 3, "digits"),
        (3, 3, "letters"),
        (3, 4, "letters-digits"),
        (4, 4, "symbols"),
    )
}
LEVELS = ("letters-2-2", "digits-2-3", "letters-3-3", "letters-digits-3-4", "symbols-4-4")
HARDEST = 40  # a matrix of 74 x 75 cells
STEPS = {
    "clockwise": "rotate the matrix by 90 degrees clockwise",
    "counterclockwise": "rotate the matrix by 90 degrees counterclockwise",
    "half-turn": "rotate the matrix by 180 degrees",
    "left-right": "mirror the matrix left to right, so that its first column becomes its last",
    "top-bottom": "mirror the matrix top to bottom, so that its first row becomes its last",
    "transpose": "transpose the matrix, so that its first row becomes its first column",
}
Cells: TypeAlias = "list[list[str]]"


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    if level <= len(LEVELS):
        return {**PAPER[LEVELS[level - 1]], "steps": 1}
    beyond = level - len(LEVELS)
    rows = 4 + 2 * beyond
    return {"rows": rows, "columns": rows + 1, "alphabet": "all", "steps": 1 + beyond}


def size(params: Params) -> float:
    return float(params["rows"] * params["columns"] * params["steps"])


def generate(params: Params, rng: Random) -> Data:
    alphabet = ALPHABETS[params["alphabet"]]
    while True:
        cells = [
            [rng.choice(alphabet) for _ in range(params["columns"])] for _ in range(params["rows"])
        ]
        further = [rng.choice(list(STEPS)) for _ in range(params["steps"] - 1)]
        data = {"matrix": cells, "steps": ["clockwise", *further]}
        if _flat(_result(data)) != _flat(cells):  # a copy of the input must not be right
            return data


def render(data: Data) -> str:
    rows = "\n".join(show(row, " ") for row in data["matrix"])
    result = _result(data)
    count = len(data["steps"])
    if count == 1:
        orders = STEPS[data["steps"][0]].capitalize() + "."
    else:
        numbered = [f"{i}. {STEPS[step].capitalize()}." for i, step in enumerate(data["steps"], 1)]
        orders = (
            f"Apply these {count} steps in order, each to the result of the step before:\n"
            + show(numbered, "\n")
        )
    return (
        f"Here is a matrix of {len(data['matrix'])} rows and {len(data['matrix'][0])} columns. "
        "Blanks separate its cells; each cell holds one character, and upper and lower case "
        f"differ.\n\n{rows}\n\n{orders}\n\n"
        f"The result has {len(result)} rows and {len(result[0])} columns. Write all of its cells "
        "in one list: the first row from left to right, then the second row, and so on to the "
        "last.\n" + final_answer("the cells of the result", "CELL, CELL, CELL, ...")
    )


def verify(data: Data, text: str) -> Verdict:
    result = _result(data)
    rows, columns = len(result), len(result[0])
    alphabet = "".join(dict.fromkeys(_flat(result)))
    answer = matrix(text, rows, columns, alphabet=alphabet)
    if answer == result:
        return right("every cell")
    if _flat(answer) == _flat(data["matrix"]):
        return wrong("this is the matrix as it was given")
    errors = [
        (row, column)
        for row in range(rows)
        for column in range(columns)
        if answer[row][column] != result[row][column]
    ]
    return wrong(
        f"{len(errors)} of {rows * columns} cells are wrong, the first one in row "
        f"{errors[0][0] + 1}, column {errors[0][1] + 1}"
    )


def solve(data: Data) -> str:
    return show(_flat(_result(data)))


def _result(data: Data) -> Cells:
    cells = [list(row) for row in data["matrix"]]
    for step in data["steps"]:
        cells = _applied(cells, step)
    return cells


def _applied(cells: Cells, step: str) -> Cells:
    transposed = [list(column) for column in zip(*cells, strict=True)]
    steps = {
        "clockwise": [row[::-1] for row in transposed],
        "counterclockwise": transposed[::-1],
        "half-turn": [row[::-1] for row in cells[::-1]],
        "left-right": [row[::-1] for row in cells],
        "top-bottom": cells[::-1],
        "transpose": transposed,
    }
    return steps[step]


def _flat(cells: Cells) -> list[str]:
    return [cell for row in cells for cell in row]


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    question, solution = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    if not question:
        raise Damaged("question.txt is empty")
    cells = solution.get("matrix") if isinstance(solution, dict) else None
    stored = solution.get("formatted_solution") if isinstance(solution, dict) else None
    if not _is_matrix(cells):
        raise Damaged("matrix is not a matrix of single characters")
    if not isinstance(stored, str):
        raise Damaged("formatted_solution is not a text")
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data={"matrix": cells, "steps": ["clockwise"]},
        stored=stored,
    )


def _is_matrix(cells: Any) -> TypeGuard[Cells]:
    return (
        isinstance(cells, list)
        and len(cells) > 0
        and all(isinstance(row, list) and row and len(row) == len(cells[0]) for row in cells)
        and all(isinstance(cell, str) and len(cell) == 1 for row in cells for cell in row)
    )


TASK = Task(
    name=NAME,
    title="Matrix Transformation",
    version=1,
    split="seen",
    family="grids",
    idea="Rotate a matrix of characters by 90 degrees clockwise and write the result row by row; "
    "beyond the published sizes further turns and mirrorings follow.",
    knobs="The numbers of rows and columns, the alphabet, and the number of steps.",
    acceptance=(
        "The exact cells of the result, case-sensitive: flat, as rows in brackets, or as lines. "
        "Where rows are visible they must have the shape of the result."
    ),
    published_defects=(
        "The 200 keys are right. The printed matrix ends in a full stop, which looks like a cell "
        "among symbols; a flat key loses the shape of a result that is not square; the judge "
        "refuses brackets, quotes and lines; and the difficulty hardly varies."
    ),
    size_name="cells times steps",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={name: {**setting, "steps": 1} for name, setting in PAPER.items()},
    published=published,
)
