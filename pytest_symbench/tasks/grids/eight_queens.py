"""Eight Queens: a board with some queens and forbidden cells, completed so that none attacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, TypeGuard

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import pairs, show
from pytest_symbench.tasks.grids.eight_queens_solver import complete_board
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

NAME = "eight_queens"
FOLDERS = ("eight_queens_dataset", "eight_queens_dataset_2", "eight_queens_dataset_hard")
VARIED = "eight_queens_dataset_varied_complexity"
LEVELS = {1: (4, 3, 4), 2: (8, 2, 2), 3: (10, 2, 4), 4: (12, 2, 4), 5: (14, 3, 4)}
HARDEST = 48  # a board of 100 x 100
AIMED = 12  # forbidden cells that are chosen to take another placement away

EMPTY, QUEEN, FORBIDDEN = "01X"
Cell = tuple[int, int]


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    side = 14 + 2 * (level - 5)
    side, given, forbidden = LEVELS.get(level) or (side, side // 4, 2 * side)
    return setting([side], [given, given], [forbidden, forbidden])


def setting(sides: list[int], given: list[int], forbidden: list[int]) -> Params:
    return {"sides": sides, "given": given, "forbidden": forbidden}


def size(params: Params) -> float:
    side: int = max(params["sides"])
    return side


def generate(params: Params, rng: Random) -> Data:
    side = rng.choice(params["sides"])
    solution = complete_board(side, {}, [0] * side, rng)
    if solution is None:
        raise ValueError(f"{side} queens cannot stand on a board of this size")
    given, count = 0, 0
    while not given and not count:  # the empty board would be the same instance again and again
        given, count = rng.randint(*params["given"]), rng.randint(*params["forbidden"])
    queens = {row: solution[row] for row in rng.sample(range(side), given)}
    forbidden = [0] * side
    for number in range(count):
        other = complete_board(side, queens, forbidden, rng) if number < AIMED else None
        differing = [
            (row, column) for row, column in enumerate(other or ()) if column != solution[row]
        ]
        if not differing:
            differing = [
                (row, column)
                for row in range(side)
                for column in range(side)
                if column != solution[row] and not forbidden[row] >> column & 1
            ]
        row, column = rng.choice(differing)
        forbidden[row] |= 1 << column
    return {"board": [_line(side, queens.get(row), forbidden[row]) for row in range(side)]}


def _line(side: int, queen: int | None, forbidden: int) -> str:
    return "".join(
        QUEEN if column == queen else FORBIDDEN if forbidden >> column & 1 else EMPTY
        for column in range(side)
    )


def render(data: Data) -> str:
    board = data["board"]
    side = len(board)
    lines = "\n".join(show(line, " ") for line in board)
    return (
        f"Place queens on a board of {side} rows and {side} columns until there are {side} of "
        "them and no two attack each other. Two queens attack each other if they stand in the "
        "same row, in the same column, or on a common diagonal in either direction, at any "
        "distance.\n"
        f"In the board below, {QUEEN} is a queen that stands already: it stays where it is and "
        f"counts as one of the {side}. {FORBIDDEN} is a cell on which no queen may be placed; it "
        f"does not shield queens from one another. {EMPTY} is an empty cell.\n\n"
        f"{lines}\n\n"
        "Rows are counted from 0 at the top, columns from 0 at the left. Any placement that "
        "keeps these rules is right. List the cells of all queens, those that stood already "
        "among them, in any order.\n"
        + final_answer(f"the {side} cells", "row column, row column, ...")
    )


def verify(data: Data, text: str) -> Verdict:
    board, queens = data["board"], pairs(text)
    side = len(board)
    if len(queens) != side:
        return wrong(f"{len(queens)} queens are listed, not {side}")
    for row, column in queens:
        if not (0 <= row < side and 0 <= column < side):
            return wrong(f"the cell {_name(row, column)} is not on the board")
    if clash := _clash(queens):
        return wrong(clash)
    for row, column in queens:
        if board[row][column] == FORBIDDEN:
            return wrong(f"the cell {_name(row, column)} is forbidden")
    for row, column in _cells(board, QUEEN):
        if (row, column) not in queens:
            return wrong(f"the queen that stood on {_name(row, column)} is missing")
    return right("no queen attacks another, and the given ones stand")


def _clash(queens: list[Cell]) -> str | None:
    lines: list[tuple[str, Callable[[Cell], int]]] = [
        ("row {}", lambda cell: cell[0]),
        ("column {}", lambda cell: cell[1]),
        ("a falling diagonal", lambda cell: cell[0] - cell[1]),
        ("a rising diagonal", lambda cell: cell[0] + cell[1]),
    ]
    for name, line in lines:
        first: dict[int, Cell] = {}
        for cell in queens:
            other = first.setdefault(line(cell), cell)
            if other is not cell:
                where = name.format(line(cell))
                if other == cell:
                    return f"the cell {_name(*cell)} is listed twice"
                return f"{_name(*other)} and {_name(*cell)} are both in {where}"
    return None


def _name(row: int, column: int) -> str:
    return f"({str(row)[:20]}, {str(column)[:20]})"


def _cells(board: list[str], mark: str) -> list[Cell]:
    return [(r, c) for r, line in enumerate(board) for c, cell in enumerate(line) if cell == mark]


def solve(data: Data) -> str:
    columns = _completed(data["board"])
    if columns is None:
        raise ValueError("the board cannot be completed")
    return show([f"{row} {column}" for row, column in enumerate(columns)])


def _completed(board: list[str]) -> list[int] | None:
    queens = _cells(board, QUEEN)
    if len(dict(queens)) < len(queens):
        return None
    forbidden = [sum(1 << c for c, cell in enumerate(line) if cell == FORBIDDEN) for line in board]
    return complete_board(len(board), dict(queens), forbidden, Random(0))


def matches_key(record: Record, text: str) -> bool:
    try:
        return sorted(pairs(text)) == sorted(pairs(record.stored or ""))
    except Unreadable:
        return False


def published(root: Path) -> Iterator[Record | Fault]:
    names = [*FOLDERS, *sorted(f"{VARIED}/{path.name}" for path in (root / VARIED).glob("*/"))]
    for name in names:
        for number, folder in sample_folders(root / name):
            identity = f"{name}/sample_{number}"
            try:
                yield _record(folder, identity)
            except Damaged as damage:
                yield Fault(task=NAME, id=identity, reason=str(damage))


def _record(folder: Path, identity: str) -> Record:
    content = read_json(folder / "solution.json")
    fields = content if isinstance(content, dict) else {}
    board, stored = fields.get("initial_board"), fields.get("solution")
    if not _is_board(board):
        raise Damaged("initial_board is not a square of 0, 1 and X")
    if not _are_cells(stored):
        raise Damaged("solution is not a list of cells")
    data = {"board": board}
    key = show([f"{row} {column}" for row, column in stored])
    flags: frozenset[Flag] = frozenset()
    if not verify(data, key).correct and _completed(board) is None:
        flags = frozenset(("no_valid_answer",))
    return Record(
        task=NAME,
        id=identity,
        question=read_text(folder / "question.txt"),
        data=data,
        stored=key,
        flags=flags,
    )


def _is_board(value: Any) -> TypeGuard[list[str]]:
    return (
        isinstance(value, list)
        and 0 < len(value) <= 100
        and all(isinstance(line, str) and len(line) == len(value) for line in value)
        and set("".join(value)) <= {EMPTY, QUEEN, FORBIDDEN}
    )


def _are_cells(value: Any) -> TypeGuard[list[list[int]]]:
    return isinstance(value, list) and all(
        isinstance(cell, list) and len(cell) == 2 and all(type(n) is int for n in cell)
        for cell in value
    )


TASK = Task(
    name=NAME,
    title="Eight Queens",
    version=1,
    split="unseen",
    family="grids",
    idea=(
        "Complete a board that holds some queens and some forbidden cells to as many queens as it "
        "has rows, so that no two attack each other."
    ),
    knobs="The size of the board, the queens that stand already, and the forbidden cells.",
    acceptance=(
        "Every placement of the right number of queens, the given ones among them, in which none "
        "attacks another and none stands on a forbidden cell; as cells `row column`, `(row, "
        "column)` or `[row, column]`, in any order."
    ),
    published_defects=(
        "The 620 keys are right. The judge ignores the given queens, so an answer may move them; "
        "it takes cells outside the board, and it expects eight queens everywhere, so it rejects "
        "every right answer on larger boards. Eight of the evaluated boards are empty."
    ),
    size_name="rows of the board",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        "side-8": setting([8], [0, 3], [0, 4]),
        "side-8-hard": setting([8], [2, 3], [1, 4]),
        "complexity-1": setting([8], [0, 0], [0, 1]),
        "complexity-2": setting([8, 10], [0, 1], [0, 3]),
        "complexity-3": setting([8, 10, 12], [0, 2], [0, 4]),
        "complexity-4": setting([10, 12, 14], [0, 2], [0, 4]),
        "complexity-5": setting([10, 12, 14], [0, 3], [0, 4]),
    },
    published=published,
    matches_key=matches_key,
    spaces={1: 3960},
)
