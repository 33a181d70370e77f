"""2048 with one tile: a named tile walks over a grid of powers of two and merges with equals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, TypeGuard

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.lists import matrix, show
from pytest_symbench.tasks.answers.numbers import plain_integer
from pytest_symbench.tasks.published import (
    Damaged,
    Fault,
    Record,
    read_json,
    read_text,
    samples,
)
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "game_2048"
FOLDER = "2048_dataset"
LEVELS = {1: (2, 1), 2: (3, 3), 3: (4, 4), 4: (5, 5), 5: (5, 6)}
HARDEST = 200  # more than a thousand moves
STEPS = {"u": (-1, 0), "d": (1, 0), "l": (0, -1), "r": (0, 1)}
TILES = (2, 4, 8, 16, 32)
HIGHEST = 2048  # no merge is planned that would make a higher tile
WEIGHTS = {"walk": 11, "merge": 5, "block": 3, "border": 1}

Grid = list[list[int]]
Cell = tuple[int, int]


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    if level in LEVELS:
        return setting(*LEVELS[level])
    side = min(level, 20)  # the larger boards are more crowded than the published ones
    return {"side": side, "moves": 6 * (level - 4), "tiles": [side**2 // 4, side**2 // 2]}


def setting(side: int, moves: int) -> Params:
    return {"side": side, "moves": moves, "tiles": [side, 2 * side]}


def size(params: Params) -> float:
    moves: int = params["moves"]
    return moves


def generate(params: Params, rng: Random) -> Data:
    while True:
        data = _walk(params["side"], params["moves"], rng.randint(*params["tiles"]), rng)
        merged = params["moves"] < 3 or _filled(_final(data)) < _filled(data["grid"])
        if merged and _final(data) != data["grid"]:
            return data


def _walk(side: int, length: int, tiles: int, rng: Random) -> Data:
    """Draws the walk first and lets it find out what stands in the cells that it meets."""
    cells = [(row, column) for row in range(side) for column in range(side)]
    start = place = rng.choice(cells)
    grid = {start: rng.choice(TILES)}  # as it is before the walk, where that is decided
    now = dict(grid)
    undecided = tiles - 1  # tiles that are still to be placed
    moves = ""
    for _ in range(length):
        value = now[place]
        options: dict[str, list[str]] = {}
        for move, (down, across) in STEPS.items():
            target = place[0] + down, place[1] + across
            if not (0 <= target[0] < side and 0 <= target[1] < side):
                kinds = ["border"]
            elif target in now:
                kinds = [
                    "walk" if not now[target] else "merge" if now[target] == value else "block"
                ]
            else:
                kinds = ["walk"] if side**2 - len(grid) > undecided else []
                kinds += ["block"] if undecided else []
                kinds += ["merge"] if undecided and value < HIGHEST else []
            for kind in kinds:
                options.setdefault(kind, []).append(move)
        kind = rng.choice(
            [kind for kind in WEIGHTS if kind in options for _ in range(WEIGHTS[kind])]
        )
        move = rng.choice(options[kind])
        moves += move
        target = place[0] + STEPS[move][0], place[1] + STEPS[move][1]
        if kind != "border" and target not in now:
            others = [tile for tile in TILES if tile != value]
            grid[target] = {"walk": 0, "merge": value, "block": rng.choice(others)}[kind]
            now[target] = grid[target]
            undecided -= kind != "walk"
        if kind in ("walk", "merge"):
            now[place], now[target] = 0, value + now[target]
            place = target
    rest = [cell for cell in cells if cell not in grid]
    highest = max(grid.values())
    values = [tile for tile in (*TILES, *(64 << i for i in range(6))) if tile <= max(32, highest)]
    for cell in rng.sample(rest, undecided):
        grid[cell] = rng.choice(values)
    rows = [[grid.get((row, column), 0) for column in range(side)] for row in range(side)]
    return {"grid": rows, "start": list(start), "moves": moves}


def render(data: Data) -> str:
    side = len(data["grid"])
    row, column = data["start"]
    return (
        f"A board of {side} rows and {side} columns holds tiles with powers of two; 0 is an empty "
        "cell. One of the tiles is moved, and only this one: all others keep their places.\n"
        "Each letter moves it by one cell: u up (towards the first row), d down, l left, r right. "
        "What happens depends on the cell that it would enter:\n"
        "- An empty cell: the tile moves there, and its old cell becomes empty.\n"
        "- A cell whose tile has the same value: the two merge there into one tile of twice the "
        "value, the old cell becomes empty, and the merged tile is the one that moves on.\n"
        "- A cell whose tile has another value, or no cell because the board ends: this letter "
        "changes nothing, and the next letter follows.\n\n"
        f"The board, row by row:\n{_text(data['grid'])}\n\n"
        f"The tile in row {row + 1}, column {column + 1} (counted from 1, from the top left "
        f"corner) is moved by the letters '{data['moves']}', from left to right.\n"
        "How does the board look afterwards?\n"
        + final_answer(
            "the whole board, one row per line with its cells separated by commas,",
            "first row\nsecond row\n...",
        )
    )


def _text(grid: Grid) -> str:
    return "\n".join(map(show, grid))


def verify(data: Data, text: str) -> Verdict:
    side, final = len(data["grid"]), _final(data)
    answer = _read(text, side)
    wrongs = [
        (row + 1, column + 1)
        for row in range(side)
        for column in range(side)
        if answer[row][column] != final[row][column]
    ]
    if not wrongs:
        return right("every cell of the final board")
    if answer == data["grid"]:
        return wrong("this is the board before the moves")
    row, column = wrongs[0]
    return wrong(f"{len(wrongs)} of {side**2} cells are wrong, first row {row}, column {column}")


def _read(text: str, side: int) -> Grid:
    return [[plain_integer(cell) for cell in row] for row in matrix(text, side, side)]


def solve(data: Data) -> str:
    return _text(_final(data))


def _final(data: Data) -> Grid:
    grid: Grid = [list(row) for row in data["grid"]]
    row, column = data["start"]
    for move in data["moves"]:
        down, across = STEPS[move]
        r, c = row + down, column + across
        tile = grid[row][column]
        if tile and 0 <= r < len(grid) and 0 <= c < len(grid) and grid[r][c] in (0, tile):
            grid[row][column] = 0
            grid[r][c] += tile
            row, column = r, c
    return grid


def _filled(grid: Grid) -> int:
    return sum(tile > 0 for row in grid for tile in row)


def matches_key(record: Record, text: str) -> bool:
    side = len(record.data["grid"])
    try:
        return _read(text, side) == _read(record.stored or "", side)
    except Unreadable:
        return False


def published(root: Path) -> Iterator[Record | Fault]:
    return samples(NAME, root / FOLDER, _record)


def _record(folder: Path, identity: str) -> Record:
    content = read_json(folder / "solution.json")
    fields = content if isinstance(content, dict) else {}
    grid, moves, start = map(fields.get, ("grid", "moves", "start_pos"))
    if not _is_board(grid):
        raise Damaged("grid is not a square of whole numbers")
    if not isinstance(moves, str) or not set(moves) <= set(STEPS):
        raise Damaged("moves is not a word of u, d, l and r")
    inside = range(len(grid))
    if (
        not isinstance(start, list)
        or len(start) != 2
        or not all(type(n) is int and n in inside for n in start)
    ):
        raise Damaged("start_pos is not a cell of the grid")
    if not isinstance(fields.get("solution"), str):
        raise Damaged("solution is not a text")
    data = {"grid": grid, "start": start, "moves": moves}
    notes = "the grid ends as it began" if _final(data) == grid else ""
    if not grid[start[0]][start[1]]:
        notes = "the cell to be moved is empty: the grid ends as it began"
    return Record(
        task=NAME,
        id=identity,
        question=read_text(folder / "question.txt"),
        data=data,
        stored=fields["solution"],
        notes=notes,
    )


def _is_board(value: Any) -> TypeGuard[Grid]:
    return (
        isinstance(value, list)
        and len(value) > 0
        and all(isinstance(row, list) and len(row) == len(value) for row in value)
        and all(type(tile) is int and 0 <= tile < 2**60 for row in value for tile in row)
    )


TASK = Task(
    name=NAME,
    title="2048",
    version=1,
    split="unseen",
    family="grids",
    idea=(
        "One tile of a board with powers of two is moved cell by cell; it merges with equal tiles "
        "and stops at others. Give the board after all moves."
    ),
    knobs="The size of the board, the number of tiles on it, and the number of moves.",
    acceptance=(
        "Exactly the final board, as lines, as a list of rows or as one flat list, with commas "
        "or blanks between the cells."
    ),
    published_defects=(
        "The 200 keys are right. 101 questions move an empty cell, and in 46 more the board ends "
        "as it began, so copying the question is right in 147. The judge rejects the very form "
        "that the questions ask for, one row per line."
    ),
    size_name="moves",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"side-{side}-moves-{moves}": setting(side, moves)
        for side, moves in ((2, 2), (3, 3), (4, 4), (5, 5), (5, 6))
    },
    published=published,
    matches_key=matches_key,
    spaces={1: 2840},
)
