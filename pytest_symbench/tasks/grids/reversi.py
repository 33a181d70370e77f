"""Reversi: the board after a short list of moves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.extract import unquote
from pytest_symbench.tasks.answers.lists import matrix, peel
from pytest_symbench.tasks.answers.numbers import shorten
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

NAME = "reversi"
PUBLISHED_FOLDER = "reversi_dataset"
EMPTY, BLACK, WHITE = "*01"
OTHER = {BLACK: WHITE, WHITE: BLACK}
GAMES = {
    1: (4, 1, 6),
    2: (4, 2, 6),
    3: (4, 3, 6),
    4: (6, 2, 10),
    5: (6, 3, 10),
    6: (6, 8, 10),
    7: (8, 12, 12),
    8: (8, 20, 12),
    9: (10, 24, 0),
    10: (10, 32, 0),
    11: (12, 40, 0),
    12: (12, 60, 0),
    13: (14, 70, 0),
    14: (14, 90, 0),
}
"""Level -> side of the board, moves to replay, moves at most before the board that is shown."""
HARDEST = 20
STEPS = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right]
SHOWN = "The previous round of the game was:"


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    side, moves, before = GAMES.get(level) or (16, 100 + 20 * (level - 15), 0)
    return {"side": side, "moves": moves, "before": [before // 2, before]}


def size(params: Params) -> float:
    return float(params["side"] ** 2 * params["moves"])


def generate(params: Params, rng: Random) -> Data:
    while True:
        position = start(params["side"])
        player = BLACK
        before = rng.randint(*params["before"])
        shown, first = position, player
        moves: list[list[int]] = []
        for ply in range(before + params["moves"]):
            choices = _legal_moves(position, player)
            if not choices:
                break
            if ply == before:
                shown, first = [row[:] for row in position], player
            row, column = rng.choice(choices)
            _place(position, row, column, player)
            if ply >= before:
                moves.append([row + 1, column + 1])
            player = OTHER[player]
        if len(moves) == params["moves"]:
            return {"board": ["".join(row) for row in shown], "first": first, "moves": moves}


def start(side: int) -> list[list[str]]:
    board = [[EMPTY] * side for _ in range(side)]
    half = side // 2
    board[half - 1][half - 1 : half + 1] = [WHITE, BLACK]
    board[half][half - 1 : half + 1] = [BLACK, WHITE]
    return board


def _captured(
    board: Sequence[Sequence[str]], row: int, column: int, player: str
) -> list[tuple[int, int]]:
    """The stones that a stone of the player in a cell turns over."""
    side, other = len(board), OTHER[player]
    captured = []
    for down, across in STEPS:
        line = []
        r, c = row + down, column + across
        while 0 <= r < side and 0 <= c < side and board[r][c] == other:
            line.append((r, c))
            r, c = r + down, c + across
        if 0 <= r < side and 0 <= c < side and board[r][c] == player:
            captured += line
    return captured


def _legal_moves(board: Sequence[Sequence[str]], player: str) -> list[tuple[int, int]]:
    return [
        (r, c)
        for r, row in enumerate(board)
        for c, cell in enumerate(row)
        if cell == EMPTY and _captured(board, r, c, player)
    ]


def _place(board: list[list[str]], row: int, column: int, player: str) -> None:
    for r, c in [*_captured(board, row, column, player), (row, column)]:
        board[r][c] = player


def _final(data: Data) -> list[list[str]]:
    return _replayed(data["board"], data["first"], data["moves"])


def _replayed(board: Sequence[str], first: str, moves: Sequence[Sequence[int]]) -> list[list[str]]:
    position, player = [list(row) for row in board], first
    for row, column in moves:
        _place(position, row - 1, column - 1, player)
        player = OTHER[player]
    return position


def render(data: Data) -> str:
    side, first = len(data["board"]), data["first"]
    board = "\n".join(" ".join(row) for row in data["board"])
    players = [(first, OTHER[first])[i % 2] for i in range(len(data["moves"]))]
    moves = "\n".join(
        f"{number}. {player} at row {row}, column {column}"
        for number, (player, (row, column)) in enumerate(
            zip(players, data["moves"], strict=True), 1
        )
    )
    return (
        f"A game of Reversi is played on a board of {side} rows and {side} columns. 0 is a stone "
        "of Black, 1 a stone of White, and * an empty cell. Rows are counted from the top, columns "
        "from the left, both from 1.\n"
        "A player puts a new stone of the own colour on an empty cell. From the new stone, look in "
        "all eight directions (along the row, the column and both diagonals): where one or more "
        "stones of the opponent follow without a gap and right behind them stands a stone of the "
        "player's own colour, all those stones of the opponent change their colour. All directions "
        "are judged on the board before the move; stones that change their colour do not make "
        "further stones change.\n\n"
        f"The board at present:\n\n{board}\n\nThese moves follow:\n\n{moves}\n\n"
        "What does the board look like after them?\n"
        + final_answer(
            f"all {side * side} cells of the board (each *, 0 or 1), row by row from the top and "
            "separated by commas,",
            "c,c,c,...",
        )
    )


def verify(data: Data, text: str) -> Verdict:
    board = _read(text, len(data["board"]))
    final = _final(data)
    if board == final:
        return right("the board after all moves")
    if board == [list(row) for row in data["board"]]:
        return wrong("this is the board before the moves")
    different = [
        (r + 1, c + 1, cell)
        for r, row in enumerate(board)
        for c, cell in enumerate(row)
        if cell != final[r][c]
    ]
    row, column, cell = different[0]
    count = f"{len(different)} cells are wrong, the first" if len(different) > 1 else "the cell"
    return wrong(f"{count} in row {row}, column {column} ({cell})")


def _read(text: str, side: int) -> list[list[str]]:
    """The cells in rows; a flat list may be broken into lines anywhere."""
    try:
        cells = matrix(text, side, side, alphabet="*01")
    except Unreadable:
        flat = []
        if len(text) < 20 * side**2:
            listed = peel(text).strip(" \t\n,;")
            flat = [unquote(cell) for cell in re.split(r"\s*[,;]\s*|\s+", listed)]
        if len(flat) != side**2 or not all(cell in OTHER or cell == EMPTY for cell in flat):
            raise
        cells = [flat[at : at + side] for at in range(0, side**2, side)]
    for cell in (cell for row in cells for cell in row):
        if cell not in OTHER and cell != EMPTY:
            raise Unreadable(f"expected *, 0 or 1 in every cell, got {shorten(cell)}")
    return cells


def solve(data: Data) -> str:
    return ",".join(cell for row in _final(data) for cell in row)


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / PUBLISHED_FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    question, content = read_text(folder / "question.txt"), read_json(folder / "solution.json")
    if not question:
        raise Damaged("question.txt is empty")
    if not isinstance(content, dict):
        raise Damaged("solution.json is not an object")
    side, stored = content.get("board_size"), content.get("solution")
    if type(side) is not int or side % 2 or not 4 <= side <= 26:
        raise Damaged("the board_size in solution.json is not an even number from 4 to 26")
    if not isinstance(stored, str):
        raise Damaged("the solution in solution.json is not a text")
    moves = _published_moves(content.get("moves"), side)
    board = ["".join(row) for row in start(side)]
    data = {"board": board, "first": BLACK, "moves": moves}
    shown = _published_board(question, side)
    flags: set[Flag] = set()
    if shown == _final(data):
        flags.add("leaks_answer")
    if shown and _replayed(["".join(row) for row in shown], BLACK, moves) != _final(data):
        flags.add("ambiguous")
    leak = "the question shows the board after the moves; they are replayed from the usual start"
    return Record(
        task=NAME,
        id=identity,
        question=question,
        data=data,
        stored=stored,
        flags=frozenset(flags),
        notes=leak if "leaks_answer" in flags else "",
    )


def _published_moves(moves: Any, side: int) -> list[list[int]]:
    """The moves, each of which must be legal from the usual start."""
    if not isinstance(moves, list) or not moves:
        raise Damaged("solution.json has no list of moves")
    position, player = start(side), BLACK
    for move in moves:
        if not isinstance(move, list) or [type(at) for at in move] != [int, int]:
            raise Damaged("a move in solution.json is not a pair of integers")
        row, column = move
        if (row - 1, column - 1) not in _legal_moves(position, player):
            raise Damaged(f"the move {row}, {column} in solution.json is not legal")
        _place(position, row - 1, column - 1, player)
        player = OTHER[player]
    return moves


def _published_board(question: str, side: int) -> list[list[str]] | None:
    lines = question.partition(SHOWN)[2].split()[:side]
    if len(lines) == side and all(re.fullmatch(rf"[*01]{{{side}}}", line) for line in lines):
        return [list(line) for line in lines]
    return None


def matches_key(record: Record, text: str) -> bool:
    side = len(record.data["board"])
    try:
        return _read(text, side) == _read(record.stored or "", side)
    except Unreadable:
        return False


TASK = Task(
    name=NAME,
    title="Reversi",
    version=1,
    split="seen",
    family="grids",
    idea="Replay a list of legal moves of Reversi from a given position and write down the board.",
    knobs=(
        "The side of the board and the number of moves. Up to level 8 the game has already begun "
        "when the board is shown, so that small boards give many instances. Nobody ever passes."
    ),
    acceptance=(
        "All cells of the final board row by row: separated by commas or blanks, as lines, as "
        "nested lists, or without separators."
    ),
    published_defects=(
        "The 200 keys are right for the usual start, but every question shows the board after the "
        "moves in place of the one before them: it prints its answer. Replayed on the board shown, "
        "the moves of some instances lead elsewhere. Many games occur several times, and the judge "
        "reads nothing but commas."
    ),
    size_name="cells of the board times moves",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"side-{side}-moves-{moves}": {"side": side, "moves": moves, "before": [0, 0]}
        for side, moves in ((4, 1), (4, 2), (4, 3), (6, 2), (6, 3))
    },
    published=published,
    matches_key=matches_key,
    spaces={1: 4_636, 2: 12_116, 3: 28_208},
)
