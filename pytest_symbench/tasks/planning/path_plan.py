"""Path Plan: waypoints of a path that visits some boxes and never touches others."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from pytest_symbench.tasks.answers import Unreadable, final_answer
from pytest_symbench.tasks.answers.literals import Literal, literal
from pytest_symbench.tasks.planning.colours import COLOURS
from pytest_symbench.tasks.planning.path_plan_geometry import (
    Box,
    Point,
    free,
    meets,
    route,
    visited_in_order,
)
from pytest_symbench.tasks.planning.path_plan_published import (
    INSTRUCTIONS,
    LAYOUTS,
    counts,
    instances,
    layout,
)
from pytest_symbench.tasks.published import Fault, Record
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, right, wrong

NAME = "path_plan"
LEVELS = {  # boxes, to visit, to avoid, in the given order, clearance
    1: (3, 1, 0, False, 10),
    2: (5, 2, 0, False, 10),
    3: (7, 2, 1, False, 10),
    4: (7, 3, 2, False, 10),
    5: (7, 3, 4, False, 10),
    6: (10, 3, 6, False, 8),
    7: (14, 4, 9, True, 8),
    8: (18, 5, 12, True, 6),
    9: (24, 6, 16, True, 6),
    10: (30, 8, 20, True, 4),
}
HARDEST = 16  # 48 boxes, as many as there are names of colours
WALL = 10  # all coordinates in data are hundredths, and on a grid of 0.05
GRID = 5
UNIT = 10**28  # a hundredth; answers are exact up to 30 decimals
NEAR = 10**21  # 1e-9
MOST = 500  # points of an answer


def params(level: int) -> Params:
    if level > HARDEST:
        raise LevelError(f"{NAME} is defined for levels 1 to {HARDEST}, not {level}")
    more = level - 10
    boxes, visit, avoid, ordered, clearance = LEVELS.get(
        level, (30 + 3 * more, 8 + more, 20 + 2 * more, True, 4)
    )
    return {
        "boxes": boxes,
        "visit": visit,
        "avoid": avoid,
        "ordered": ordered,
        "clearance": clearance,
        "arena": 150 if boxes <= 18 else 200 if boxes <= 30 else 250,
    }


def size(params: Params) -> float:
    if "instruction" in params:
        return sum(counts(params["instruction"]))
    return int(params["visit"] + params["avoid"])


def generate(params: Params, rng: Random) -> Data:
    if "instruction" in params:
        return layout(rng.randrange(LAYOUTS), params["instruction"])
    colours = rng.sample(COLOURS, params["boxes"])
    chosen = rng.sample(colours, params["visit"] + params["avoid"])
    visit, avoid = chosen[: params["visit"]], chosen[params["visit"] :]
    while True:
        drawn = _drawn(params, rng)
        if drawn is None:
            continue
        boxes, start, end = drawn
        data = {
            "arena": params["arena"],
            "boxes": [[colour, *box] for colour, box in zip(colours, boxes, strict=True)],
            "start": list(start),
            "end": list(end),
            "visit": visit,
            "avoid": avoid,
            "ordered": params["ordered"],
        }
        if not _obvious(data) and _route(data, margin=params["clearance"] // 2):
            return data


def _drawn(params: Params, rng: Random) -> tuple[list[Box], Point, Point] | None:
    """Boxes, start and end, all farther than the clearance from one another and from the walls."""
    count, clearance = params["boxes"], params["clearance"]
    inner = params["arena"] - 2 * WALL
    widest = max(25, int(1.2 * params["arena"] / count**0.5)) // GRID
    boxes: list[Box] = []
    for _ in range(40 * count):
        width, height = (GRID * rng.randint(4, widest) for _ in range(2))
        left = GRID * rng.randint(-inner // GRID, (inner - width) // GRID)
        low = GRID * rng.randint(-inner // GRID, (inner - height) // GRID)
        box = Box(left, left + width, low, low + height)
        if not any(_near(box, other, clearance) for other in boxes):
            boxes.append(box)
        if len(boxes) == count:
            break
    else:
        return None
    ends: list[Point] = []
    for _ in range(400):
        x, y = (GRID * rng.randint(-inner // GRID, inner // GRID) for _ in range(2))
        spot = Box(x, x, y, y)
        if (x, y) not in ends and not any(_near(spot, other, clearance) for other in boxes):
            ends.append((x, y))
        if len(ends) == 2:
            return boxes, ends[0], ends[1]
    return None


def _near(box: Box, other: Box, clearance: int) -> bool:
    """Are they apart by no more than the clearance, in x and in y?"""
    grown = other.grown(clearance)
    return (
        box.left <= grown.right
        and grown.left <= box.right
        and box.low <= grown.high
        and grown.low <= box.high
    )


def _obvious(data: Data) -> bool:
    """Do straight lines solve it: to the end at once, or from box to box as listed or by way?"""
    start, end = ((2 * x, 2 * y) for x, y in (data["start"], data["end"]))
    boxes = {name: box.scaled(2) for name, box in _boxes(data).items()}
    visit = [boxes[name] for name in data["visit"]]
    obstacles = [boxes[name] for name in data["avoid"]]
    ways: list[list[Point]] = []
    if data["ordered"]:
        direct = visited_in_order([start, end], visit) == len(visit)
    else:
        direct = all(meets(start, end, box) for box in visit)
    if direct:
        ways.append([])
    if obstacles:
        centres = [((box.left + box.right) // 2, (box.low + box.high) // 2) for box in visit]
        ways.append(centres)
        if not data["ordered"]:
            ways.append(_by_way(start, centres))
    return any(all(free(*pair, obstacles) for pair in pairwise([start, *way, end])) for way in ways)


def _by_way(start: Point, places: list[Point]) -> list[Point]:
    """The places, from each one to the nearest that is left."""
    here, left, order = start, list(places), []
    while left:
        here = min(left, key=lambda place: (place[0] - here[0]) ** 2 + (place[1] - here[1]) ** 2)
        left.remove(here)
        order.append(here)
    return order


def _boxes(data: Data) -> dict[str, Box]:
    return {name: Box(*extent) for name, *extent in data["boxes"]}


def _walls(arena: int) -> list[Box]:
    inner = arena - WALL
    return [
        Box(-arena, -inner, -arena, arena),
        Box(inner, arena, -arena, arena),
        Box(-arena, arena, -arena, -inner),
        Box(-arena, arena, inner, arena),
    ]


def _route(data: Data, margin: int = 0) -> list[Point] | None:
    boxes = _boxes(data)
    obstacles = [*_walls(data["arena"]), *(boxes[name] for name in data["avoid"])]
    return route(
        tuple(data["start"]),
        tuple(data["end"]),
        [boxes[name] for name in data["visit"]],
        [obstacle.grown(margin) for obstacle in obstacles],
        ordered=data["ordered"],
    )


def render(data: Data) -> str:
    walls = "\n".join(_extent(wall) for wall in _walls(data["arena"]))
    boxes = "\n".join(f"{colour}: {_extent(box)}" for colour, box in _boxes(data).items())
    start, end = (f"({_written(x)}, {_written(y)})" for x, y in (data["start"], data["end"]))
    many = len(data["visit"]) > 1
    order = ""
    if many and data["ordered"]:
        order = " in this order (further visits before and in between do no harm)"
    elif many:
        order = " in any order"
    visit = f"visits {', '.join(data['visit'])}{order}"
    avoid = f" and that never touches {', '.join(data['avoid'])}" if data["avoid"] else ""
    return (
        "A point moves in the plane among rectangles whose sides are parallel to the axes. Each "
        "is given as (smallest x, largest x, smallest y, largest y).\n\n"
        f"Walls:\n{walls}\n\nBoxes:\n{boxes}\n\n"
        f"Find a path from {start} to {end} that {visit}{avoid}. It must not touch any wall "
        "either. Boxes that are not named here may be crossed or left alone.\n"
        "The path is given by its points: it runs in a straight line from each point to the "
        "next, begins at the given start and ends at the given end. All of it counts, not only "
        "its points. Edges and corners belong to a box or a wall: a path that meets one at a "
        f"single point of its edge touches and visits it. At most {MOST} points.\n"
        + final_answer(
            "the points of the path in order, as decimal numbers,",
            "[(x, y), (x, y), ...]",
        )
    )


def _extent(box: Box) -> str:
    return f"({', '.join(map(_written, box))})"


def _written(hundredths: int, parts: int = 100) -> str:
    """A decimal number without superfluous zeros."""
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), parts)
    digits = f"{rest:0{len(str(parts)) - 1}d}".rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def verify(data: Data, text: str) -> Verdict:
    return _judged(data, _points(text))


def _judged(data: Data, points: list[tuple[Fraction, Fraction]]) -> Verdict:
    path = [(round(x * 100 * UNIT), round(y * 100 * UNIT)) for x, y in points]
    for index, name in ((0, "start"), (-1, "end")):
        x, y = (value * UNIT for value in data[name])
        if abs(path[index][0] - x) > NEAR or abs(path[index][1] - y) > NEAR:
            return wrong(f"the path does not {'begin' if name == 'start' else 'end'} at the {name}")
        path[index] = x, y
    boxes = {name: box.scaled(UNIT) for name, box in _boxes(data).items()}
    forbidden = [("a wall", wall.scaled(UNIT)) for wall in _walls(data["arena"])]
    forbidden += [(f"the {name} box", boxes[name]) for name in data["avoid"]]
    for number in range(1, len(path)):
        for name, box in forbidden:
            if meets(path[number - 1], path[number], box):
                return wrong(f"the way from point {number} to point {number + 1} touches {name}")
    for name in data["visit"]:
        if not any(meets(*pair, boxes[name]) for pair in pairwise(path)):
            return wrong(f"the {name} box is not visited")
    if data["ordered"]:
        visit = data["visit"]
        count = visited_in_order(path, [boxes[name] for name in visit])
        if count < len(visit):
            return wrong(f"the {visit[count]} box is not visited after the {visit[count - 1]} box")
    return right("the path visits what it should and touches nothing that it should not")


def _points(text: str) -> list[tuple[Fraction, Fraction]]:
    value: Literal = literal(f"[{text}]")  # outer brackets are optional
    while isinstance(value, list) and len(value) == 1 and _lists(value[0]):
        value = value[0]
    if not isinstance(value, list) or not 2 <= len(value) <= MOST:
        raise Unreadable(f"expected a list of 2 to {MOST} points")
    points = []
    for point in value:
        numbers = point if isinstance(point, list) else []
        pair = [Fraction(number) for number in numbers if isinstance(number, (int, Fraction))]
        if len(pair) != 2 or len(numbers) != 2:
            raise Unreadable("expected two numbers for each point")
        points.append((pair[0], pair[1]))
    return points


def _lists(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, list) for v in value)


def solve(data: Data) -> str:
    path = _route(data)
    if path is None:
        raise ValueError("there is no path")
    # the route is in doubled hundredths
    points = (f"({_written(5 * x, 1000)}, {_written(5 * y, 1000)})" for x, y in path)
    return f"[{', '.join(points)}]"


def published(root: Path) -> Iterator[Record | Fault]:
    """The publication has no files of this task: the folder does not matter."""
    seen: dict[str, str] = {}
    for identity, data in instances():
        question = render(data)
        first = seen.setdefault(question, identity)
        yield Record(
            task=NAME,
            id=f"{NAME}/{identity}",
            question=question,
            data=data,
            stored=None,
            notes="" if first == identity else f"The same instance as {NAME}/{first}.",
        )


TASK = Task(
    name=NAME,
    title="Path Plan",
    version=1,
    split="seen",
    family="planning",
    idea=(
        "Give the corner points of a path from start to end that visits some coloured boxes and "
        "touches neither others nor the walls."
    ),
    knobs=(
        "The number of boxes, of those to visit and of those to avoid, and the width of the gaps; "
        "from level 3 on straight lines from box to box fail, from level 7 on the visits have an "
        "order."
    ),
    acceptance=(
        "Every path of 2 to 500 points that begins at the start (to 1e-9), ends at the end, meets "
        "every wanted box and no forbidden one or wall, computed exactly; boxes include their "
        "edges. Points are read as tuples or lists of decimal numbers, with or without brackets "
        "around all."
    ),
    published_defects=(
        "The judge's contact test misses one contact in eight: all that only touch an edge, and "
        "segments inside a box. So it takes paths along walls and forbidden boxes, and refuses "
        "visits by touch. It refuses points written as lists and evaluates the answer as code; "
        "for replies with code it checks another instruction. In all 14 layouts one instruction "
        "is a repetition."
    ),
    size_name="boxes to visit or to avoid",
    size=size,
    params=params,
    generate=generate,
    render=render,
    verify=verify,
    solve=solve,
    paper_settings={
        f"instruction-{number}": {"instruction": number} for number in range(INSTRUCTIONS)
    },
    published=published,
)
