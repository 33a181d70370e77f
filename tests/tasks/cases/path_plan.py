from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, product

from pytest_symbench.tasks.task import Data

Point = tuple[Fraction, Fraction]


def _small(visit: int, avoid: int, *, ordered: bool = False) -> dict[str, object]:
    return {
        "boxes": 3,
        "visit": visit,
        "avoid": avoid,
        "ordered": ordered,
        "clearance": 10,
        "arena": 150,
    }


SMALL = [_small(1, 0), _small(1, 1), _small(2, 0), _small(2, 1, ordered=True)]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    points = re.findall(r"\(([^,]*), ([^)]*)\)", gold)
    inner = ", ".join(f"({x}, {y})" for x, y in points)
    halves = [
        (Fraction(x0) + Fraction(x1), Fraction(y0) + Fraction(y1))
        for (x0, y0), (x1, y1) in pairwise(points)
    ]
    finer = [points[0]]
    for point, (x, y) in zip(points[1:], halves, strict=True):
        finer += [(f"{float(x / 2):.5f}", f"{float(y / 2):.5f}"), point]
    there_and_back = [*points[:-1], *points[-2:0:-1], *points]
    near = (f"{float(points[0][0]):.6f}0000001", points[0][1])

    def shown(way: list[tuple[str, str]]) -> str:
        return "[" + ", ".join(f"({x}, {y})" for x, y in way) + "]"

    forms = [
        gold,
        f"  {gold}\n",
        inner,
        f"({inner})",
        f"[{gold}]",
        f"[{inner},]",
        "[" + ", ".join(f"[{x}, {y}]" for x, y in points) + "]",
        gold.replace(" ", ""),
        gold.replace("), (", "),\n  ("),
        inner.replace("), (", "),\n("),
        shown([(f"{float(x):.4f}", f"{float(y):.6f}") for x, y in points]),
        shown([(f"{Fraction(x) * 1000}e-3", f"{float(y):+}") for x, y in points]),
        gold.replace("-", "\u2212"),
        shown([near, *points[1:]]),
        shown([point for point in points for _ in range(2)]),
        f"```python\n{gold}\n```",
    ]
    if all(len(x) < 9 and len(y) < 9 for x, y in finer):
        forms.append(shown(finer))
    if not data["ordered"]:
        forms.append(shown(there_and_back))
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    points = ast.literal_eval(gold)
    start, end, inner = points[0], points[-1], points[1:-1]
    wall = data["arena"] / 100 - 0.1
    boxes = {name: [edge / 100 for edge in extent] for name, *extent in data["boxes"]}
    forms = [
        "",
        "[]",
        str([start]),
        str([start, end]),
        str(inner),
        str(points[1:]),
        str(points[:-1]),
        str(points[::-1]),
        str([end, *inner, start]),
        str([(start[0] + 1e-6, start[1]), *points[1:]]),
        str([*points[:-1], (end[0], end[1] - 1e-6)]),
        str([start, (wall, start[1]), *points[1:]]),  # a wall is only touched
        str([start, (start[0], -wall), *points[1:]]),
        str([start, (wall + 1, start[1]), (wall + 1, wall + 1), *points]),
        str([*points, (wall, wall), (wall, -wall), end]),
        str([(x, y, 0) for x, y in points]),
        str([x for point in points for x in point]),
        str([{"x": x, "y": y} for x, y in points]),
        str([(str(x), str(y)) for x, y in points]),
        str([start, *[end] * 500]),
        gold.replace(")", "", 1),
        gold.replace(str(start[0]), f"{start[0]}/1", 1),
        gold.replace(str(start[0]), f"2*{start[0]}-{start[0]}", 1),
        gold.replace("(", "(nan, 0), (", 1),
        gold.replace("[(", "[(inf, 0), (", 1),
        f"{gold} or {gold}",
        f"path = {gold}",
        "[(x, y), (x, y)]",
    ]
    for name in data["avoid"]:
        left, right, low, high = boxes[name]
        forms.append(str([*points, (left, low), end]))  # a corner is touched
        forms.append(str([*points, (left, low), (left, high), end]))  # along an edge
        forms.append(str([*points, ((left + right) / 2, (low + high) / 2), end]))
    return forms


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    """Paths of up to two points between start and end, walked from edge to edge of all boxes."""
    boxes = {name: [Fraction(edge, 100) for edge in extent] for name, *extent in data["boxes"]}
    far, wall = Fraction(data["arena"], 100), Fraction(data["arena"] - 10, 100)
    walls = [
        [-far, -wall, -far, far],
        [wall, far, -far, far],
        [-far, far, -far, -wall],
        [-far, far, wall, far],
    ]
    named = [boxes[name] for name in (*data["visit"], *data["avoid"])]

    def within(point: Point, box: list[Fraction]) -> bool:
        return box[0] <= point[0] <= box[1] and box[2] <= point[1] <= box[3]

    def stations(path: list[Point]) -> Iterator[Point]:
        """The path's points at all lines that carry an edge, and one point between every two."""
        for (x0, y0), (x1, y1) in pairwise(path):
            times = {Fraction(0), Fraction(1)}
            for box in [*named, *walls]:
                for edge, origin, change in (
                    *((edge, x0, x1 - x0) for edge in box[:2]),
                    *((edge, y0, y1 - y0) for edge in box[2:]),
                ):
                    if change and 0 <= (edge - origin) / change <= 1:
                        times.add((edge - origin) / change)
            order = sorted(times)
            between = [(a + b) / 2 for a, b in pairwise(order)]
            for time in sorted([*order, *between]):
                yield x0 + time * (x1 - x0), y0 + time * (y1 - y0)

    def expected(path: list[Point]) -> bool:
        places = list(stations(path))
        forbidden = [*walls, *(boxes[name] for name in data["avoid"])]
        if any(within(place, box) for place in places for box in forbidden):
            return False
        if not data["ordered"]:
            return all(any(within(p, boxes[name]) for p in places) for name in data["visit"])
        position = 0
        for name in data["visit"]:
            while position < len(places) and not within(places[position], boxes[name]):
                position += 1
            if position == len(places):
                return False
        return True

    start, end = (tuple(Fraction(x, 100) for x in data[name]) for name in ("start", "end"))
    xs = sorted({x for box in named for x in box[:2]} | {-wall, wall, start[0], Fraction(0)})
    ys = sorted({y for box in named for y in box[2:]} | {-wall, wall, end[1], Fraction(0)})
    spots = [(x, y) for box in named for x in (*box[:2], sum(box[:2]) / 2) for y in box[2:]]
    spots = spots[::2] + [((box[0] + box[1]) / 2, (box[2] + box[3]) / 2) for box in named]
    ways: list[tuple[Point, ...]] = [(), *((point,) for point in product(xs, ys))]
    ways += product(spots, repeat=2)
    for way in ways:
        path = [start, *way, end]
        text = ", ".join(f"({float(x)!r}, {float(y)!r})" for x, y in path)
        yield f"[{text}]", expected(path)  # type: ignore[arg-type]
