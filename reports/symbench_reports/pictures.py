"""What an instance looks like, as data for a drawing: grids, boards, maps, walks, stacks, bars.

Made anew from the identity of the instance, and only shown if the digest agrees with the ledger's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from pytest_symbench.ledger import Row
from pytest_symbench.tasks import registry
from pytest_symbench.tasks.instance import Instance, make
from pytest_symbench.tasks.task import LevelError
from pytest_symbench.tasks.words.navigate import legs

Picture: TypeAlias = "dict[str, Any]"


def pictures(row: Row) -> list[Picture]:
    """The pictures of an episode's instance; empty where none helps or it cannot be made anew."""
    draw = DRAWN.get(row.task)
    if draw is None or row.level == "published":
        return []
    try:
        instance = _instance(row)
    except (LevelError, ImportError, ValueError):
        return []
    if instance.digest != row.digest:
        return []
    return draw(instance.data)


def _instance(row: Row) -> Instance:
    level: int | str = int(row.level) if row.level.isdecimal() else row.level
    return make(registry.get(row.task), level, row.seed)


def grid(
    title: str, rows: Sequence[Sequence[Any]], classes: Sequence[Sequence[str]] | None = None, *,
    block: Sequence[int] | None = None,
) -> Picture:  # fmt: skip
    """A table of cells. ``classes``: how each looks; ``block``: height and width of its boxes."""
    return {
        "kind": "grid",
        "title": title,
        "rows": [[str(cell) for cell in row] for row in rows],
        "classes": [list(row) for row in classes] if classes else None,
        "block": list(block) if block else None,
    }


def _queens(data: Mapping[str, Any]) -> list[Picture]:
    signs = {"1": ("♛", "fixed"), "X": ("✕", "blocked"), "0": ("", "")}
    board = data["board"]
    return [
        grid(
            "queens that stand already, forbidden cells",
            [[signs[cell][0] for cell in row] for row in board],
            [
                [
                    f"{signs[cell][1]} {'dark' if (y + x) % 2 else 'light'}"
                    for x, cell in enumerate(row)
                ]
                for y, row in enumerate(board)
            ],
        )
    ]


def _sudoku(data: Mapping[str, Any]) -> list[Picture]:
    puzzle = data["puzzle"]
    side = len(puzzle)
    root = round(side**0.5)
    block = (root, root) if root * root == side else (2, side // 2)
    return [grid("givens", [[cell or "" for cell in row] for row in puzzle], block=block)]


def _reversi(data: Mapping[str, Any]) -> list[Picture]:
    signs = {"*": ("", "felt"), "0": ("○", "felt"), "1": ("●", "felt")}
    board = [list(row) for row in data["board"]]
    moves = {tuple(move): number for number, move in enumerate(data["moves"], 1)}
    rows = [
        [signs[cell][0] or moves.get((y, x), "") for x, cell in enumerate(row)]
        for y, row in enumerate(board)
    ]
    classes = [
        ["felt move" if (y, x) in moves else "felt" for x, _ in enumerate(row)]
        for y, row in enumerate(board)
    ]
    return [grid("start: ○ 0, ● 1; numbers: the moves in order", rows, classes)]


def _2048(data: Mapping[str, Any]) -> list[Picture]:
    cells = data["grid"]
    classes = [[f"tile tile{min(11, max(1, cell.bit_length() - 1))}" if cell else "" for cell in row]
               for row in cells]  # fmt: skip
    title = f"start; moves: {' '.join(data['moves'])}"
    return [grid(title, [[cell or "" for cell in row] for row in cells], classes)]


def _lights(data: Mapping[str, Any]) -> list[Picture]:
    lit = [["on" if cell else "off" for cell in row] for row in data["grid"]]
    shown = [grid(f"lights at the start; presses: {' '.join(data['presses'])}", data["grid"], lit)]
    for name, cells in list(data["buttons"].items())[:12]:
        on = {(row - 1, column - 1) for row, column in cells}
        classes = [["mark" if (y, x) in on else "" for x, _ in enumerate(row)]
                   for y, row in enumerate(data["grid"])]  # fmt: skip
        shown.append(grid(f"button {name}", [["" for _ in row] for row in data["grid"]], classes))
    return shown


def _letters(data: Mapping[str, Any]) -> list[Picture]:
    return [grid("given letters", [[cell or "" for cell in row] for row in data["grid"]])]


def _logic(data: Mapping[str, Any]) -> list[Picture]:
    rows = data["grid"]
    classes = [["" for _ in row] for row in rows]
    classes[0][-1] = "mark"
    return [grid(f"choose {data['pick']} cells, the marked one among them", rows, classes)]


def _pooling(data: Mapping[str, Any]) -> list[Picture]:
    rows, window = data["matrix"], data["window"]
    classes = [["mark" if y < window and x < window else "" for x, _ in enumerate(row)]
               for y, row in enumerate(rows)]  # fmt: skip
    return [
        grid(
            f"{data['type']} of every {window} × {window} window (marked: the first)", rows, classes
        )
    ]


def _matrix(data: Mapping[str, Any]) -> list[Picture]:
    steps = data.get("steps")
    title = f"steps: {', '.join(map(str, steps))}" if steps else "matrix"
    return [grid(title, data["matrix"])]


def _blocks(data: Mapping[str, Any]) -> list[Picture]:
    return [
        {"kind": "stacks", "title": title, "stacks": [list(stack) for stack in data[name]]}
        for title, name in (("now", "start"), ("wanted", "goal"))
    ]


def _boxnet(data: Mapping[str, Any]) -> list[Picture]:
    """Each square's boxes and targets by colour."""
    rows = [[[_thing(name) for name in square] for square in row] for row in data["squares"]]
    return [{"kind": "squares", "title": "■ boxes, ◎ targets", "rows": rows}]


def _thing(name: str) -> str:
    kind, _, colour = name.partition("_")
    return f"{'■' if kind == 'box' else '◎'} {colour}"


def _boxlift(data: Mapping[str, Any]) -> list[Picture]:
    return [
        {"kind": "bars", "title": "boxes (weight)", "values": list(data["boxes"])},
        {"kind": "bars", "title": "lifters (capacity)", "values": list(data["lifters"])},
    ]


def _path(data: Mapping[str, Any]) -> list[Picture]:
    visit, avoid = data["visit"], data["avoid"]
    boxes = [
        {"name": name, "box": corners,
         "role": "visit" if name in visit else "avoid" if name in avoid else "free",
         "order": visit.index(name) + 1 if data["ordered"] and name in visit else None}
        for name, *corners in data["boxes"]
    ]  # fmt: skip
    title = f"visit {', '.join(visit)}" + (" in this order" if data["ordered"] else "")
    title += f"; never touch {', '.join(avoid)}" if avoid else ""
    return [
        {"kind": "map", "title": title, "arena": data["arena"], "boxes": boxes,
         "start": list(data["start"]), "end": list(data["end"])}
    ]  # fmt: skip


def _walk(data: Mapping[str, Any]) -> list[Picture]:
    if data["dimensions"] == 3:
        return []  # a flat picture would hide the height
    points = [(0, 0)]
    for place, (east, north, _) in legs(data["commands"]):
        steps, (x, y) = data["commands"][place][1], points[-1]
        points.append((x + east * steps, y + north * steps))
    title = "the walk, north at the top"
    return [{"kind": "walk", "title": title, "points": [list(point) for point in points]}]


DRAWN: dict[str, Callable[[Mapping[str, Any]], list[Picture]]] = {
    "eight_queens": _queens,
    "standard_sudoku": _sudoku,
    "reversi": _reversi,
    "game_2048": _2048,
    "light_puzzles": _lights,
    "letter_logic_diagram": _letters,
    "logic_puzzle": _logic,
    "pooling": _pooling,
    "matrix_transformation": _matrix,
    "pattern_recognition": _matrix,
    "blocksworld": _blocks,
    "boxnet": _boxnet,
    "boxlift": _boxlift,
    "path_plan": _path,
    "navigate": _walk,
}
"""Task -> what draws its data."""
