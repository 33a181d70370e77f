"""Exact geometry for Path Plan: does a path meet a box, and is there a path at all?"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, TypeAlias

Point: TypeAlias = "tuple[int, int]"
Path: TypeAlias = "Sequence[Point]"


class Box(NamedTuple):
    """A closed rectangle."""

    left: int
    right: int
    low: int
    high: int

    def grown(self, margin: int) -> Box:
        return Box(self.left - margin, self.right + margin, self.low - margin, self.high + margin)

    def scaled(self, factor: int) -> Box:
        return Box(*(factor * value for value in self))


def meets(start: Point, end: Point, box: Box) -> bool:
    """Does the closed segment have a point in common with the closed box?

    They are apart if and only if they are apart in x, in y, or across the segment: then all
    corners of the box lie strictly on one side of its line.
    """
    (x0, y0), (x1, y1) = start, end
    if x0 < box.left > x1 or x0 > box.right < x1 or y0 < box.low > y1 or y0 > box.high < y1:
        return False
    dx, dy = x1 - x0, y1 - y0
    turns = [
        dx * (y - y0) - dy * (x - x0) for x in (box.left, box.right) for y in (box.low, box.high)
    ]
    return min(turns) <= 0 <= max(turns)


def enters(start: Point, end: Point, box: Box) -> tuple[Fraction, Fraction] | None:
    """The part of the segment in the box, as parameters from 0 (start) to 1 (end)."""
    first, last = Fraction(0), Fraction(1)
    for origin, change, low, high in (
        (start[0], end[0] - start[0], box.left, box.right),
        (start[1], end[1] - start[1], box.low, box.high),
    ):
        if change:
            bounds = sorted((Fraction(low - origin, change), Fraction(high - origin, change)))
            first, last = max(first, bounds[0]), min(last, bounds[1])
        elif not low <= origin <= high:
            return None
    return (first, last) if first <= last else None


def visited_in_order(path: Path, boxes: Sequence[Box]) -> int:
    """How many boxes the path visits one after the other; a box counts from its earliest point."""
    segment, passed = 0, Fraction(0)
    for count, box in enumerate(boxes):
        while segment < len(path) - 1:
            part = None
            if meets(path[segment], path[segment + 1], box):
                part = enters(path[segment], path[segment + 1], box)
            if part and part[1] >= passed:
                passed = max(passed, part[0])
                break
            segment, passed = segment + 1, Fraction(0)
        else:
            return count
    return len(boxes)


def free(start: Point, end: Point, obstacles: Sequence[Box]) -> bool:
    return not any(meets(start, end, box) for box in obstacles)


def route(
    start: Point, end: Point, visit: Sequence[Box], obstacles: Sequence[Box], *, ordered: bool
) -> list[Point] | None:
    """A path that visits all boxes and meets no obstacle, in doubled coordinates; None if none is.

    The edges of all boxes cut the plane into cells. Neither a cell nor an edge between two free
    cells meets an obstacle, so steps between centres of free neighbours are safe; and as what is
    free is open, a box can be visited if and only if a free cell that lies in it can be reached.
    """
    cells = _Cells(start, end, visit, obstacles)
    path, here = [cells.doubled(start)], cells.beside(start)
    waiting = list(range(len(visit)))
    while waiting:
        goals = waiting[:1] if ordered else waiting
        leg = cells.walk(here, {cell for number in goals for cell in cells.inside(visit[number])})
        if leg is None:
            return None
        path += _pulled([path[-1], *map(cells.centre, leg)], cells.obstacles)[1:]
        here = leg[-1]
        reached = path[-1]
        found = [number for number in goals if meets(reached, reached, visit[number].scaled(2))]
        waiting = [number for number in waiting if number not in found]
    leg = cells.walk(here, {cells.beside(end)})
    if leg is None:
        return None
    return (
        path + _pulled([path[-1], *map(cells.centre, leg), cells.doubled(end)], cells.obstacles)[1:]
    )


def _pulled(path: Path, obstacles: Sequence[Box]) -> list[Point]:
    """The same way with fewer corners: each one is skipped as long as the straight line is free."""
    kept = [path[0]]
    for previous, point in pairwise(path[1:]):
        if not free(kept[-1], point, obstacles):
            kept.append(previous)
    return [*kept, path[-1]]


class _Cells:
    """The cells between the edges of all boxes, by column and row; free ones and their ways."""

    def __init__(
        self, start: Point, end: Point, visit: Sequence[Box], obstacles: Sequence[Box]
    ) -> None:
        boxes = [*visit, *obstacles]
        self.xs = sorted({x for box in boxes for x in box[:2]} | {start[0], end[0]})
        self.ys = sorted({y for box in boxes for y in box[2:]} | {start[1], end[1]})
        self._column = {x: index for index, x in enumerate(self.xs)}
        self._row = {y: index for index, y in enumerate(self.ys)}
        self.obstacles = [box.scaled(2) for box in obstacles]
        taken = {cell for box in obstacles for cell in self.inside(box)}
        self.free = {
            (column, row)
            for column in range(len(self.xs) - 1)
            for row in range(len(self.ys) - 1)
            if (column, row) not in taken
        }

    def inside(self, box: Box) -> list[tuple[int, int]]:
        return [
            (column, row)
            for column in range(self._column[box.left], self._column[box.right])
            for row in range(self._row[box.low], self._row[box.high])
        ]

    def beside(self, point: Point) -> tuple[int, int]:
        """A cell at whose edge or corner the point lies: free, if the point is."""
        return self._column[point[0]], self._row[point[1]]

    def centre(self, cell: tuple[int, int]) -> Point:
        column, row = cell
        return self.xs[column] + self.xs[column + 1], self.ys[row] + self.ys[row + 1]

    def doubled(self, point: Point) -> Point:
        return 2 * point[0], 2 * point[1]

    def walk(
        self, origin: tuple[int, int], goals: set[tuple[int, int]]
    ) -> list[tuple[int, int]] | None:
        """The cells of a shortest way to any of the goals, by breadth."""
        came: dict[tuple[int, int], tuple[int, int] | None] = {origin: None}
        queue = deque([origin] if origin in self.free else [])
        while queue:
            cell = queue.popleft()
            if cell in goals:
                way: list[tuple[int, int]] = []
                step: tuple[int, int] | None = cell
                while step is not None:
                    way.append(step)
                    step = came[step]
                return way[::-1]
            column, row = cell
            for neighbour in (
                (column + 1, row),
                (column, row + 1),
                (column - 1, row),
                (column, row - 1),
            ):
                if neighbour in self.free and neighbour not in came:
                    came[neighbour] = cell
                    queue.append(neighbour)
        return None
