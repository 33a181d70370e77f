"""Cells of a grid with different values, its top right cell among them, that keep a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

Grid: TypeAlias = Sequence[Sequence[int]]
Cell: TypeAlias = tuple[int, int]

LIMIT = 100_000
"""Steps after which a search is given up; the published grids need far fewer."""


class TooHard(Exception):
    """A search was given up before it was decided."""


def by_sums(grid: Grid, pick: int, most: int, *, limit: int) -> list[list[Cell]]:
    """Up to ``limit`` selections whose sums in all rows and columns are ``most`` or less."""
    corner = (0, len(grid) - 1)
    cells = _cells_by_value(grid, corner)
    values = sorted(cells)
    required = grid[0][-1]
    growing = values[0] >= 0  # only then does a sum that is too large stay so
    found: list[list[Cell]] = []
    steps = 0

    def extend(index: int, chosen: list[Cell]) -> None:
        nonlocal steps
        steps += 1
        if steps > LIMIT:
            raise TooHard
        if (growing or len(chosen) == pick) and not _sums_fit(grid, chosen, most):
            return
        if len(chosen) == pick:
            if corner in chosen:
                found.append(chosen)
            return
        if len(chosen) + len(values) - index < pick:
            return
        for cell in cells[values[index]]:
            extend(index + 1, [*chosen, cell])
            if len(found) >= limit:
                return
        if values[index] != required:
            extend(index + 1, chosen)

    extend(0, [])
    return found


def by_products(grid: Grid, pick: int) -> list[Cell] | None:
    """A selection whose products in all rows and columns are positive; None if there is none.

    Positive numbers are free. So an even number of negative ones is chosen in every row and
    column, enough that the different positive values can fill the rest.
    """
    corner = (0, len(grid) - 1)
    if grid[0][-1] == 0:
        return None
    positive = {v: cells[0] for v, cells in _cells_by_value(grid, corner).items() if v > 0}
    fewest = max(0, pick - len(positive))
    most = pick - (grid[0][-1] > 0)
    required = corner if grid[0][-1] < 0 else None
    negative = _rectangles(grid, fewest, most, required)
    if negative is None:
        negative = _Parity(grid, fewest, most, required).run()
    if negative is None:
        return None
    free = sorted(positive.values(), key=lambda cell: cell != corner)
    return negative + free[: pick - len(negative)]


def _cells_by_value(grid: Grid, corner: Cell) -> dict[int, list[Cell]]:
    """The cells that may be chosen for each value: for the corner's value, the corner alone."""
    cells: dict[int, list[Cell]] = {}
    for row, values in enumerate(grid):
        for column, value in enumerate(values):
            if value != grid[corner[0]][corner[1]] or (row, column) == corner:
                cells.setdefault(value, []).append((row, column))
    return cells


def _sums_fit(grid: Grid, chosen: Sequence[Cell], most: int) -> bool:
    rows, columns = [0] * len(grid), [0] * len(grid)
    for row, column in chosen:
        rows[row] += grid[row][column]
        columns[column] += grid[row][column]
    return max(rows) <= most and max(columns) <= most


def _rectangles(grid: Grid, fewest: int, most: int, required: Cell | None) -> list[Cell] | None:
    """Negative cells at the corners of rectangles: quick to find, but not every selection is so."""
    chosen: list[Cell] = []
    used: set[int] = set()
    for rectangle in _negative_rectangles(grid):
        if not chosen and required is not None and required not in rectangle:
            continue
        if len(chosen) >= fewest and (chosen or required is None):
            break
        values = {grid[row][column] for row, column in rectangle}
        if len(values) == 4 and used.isdisjoint(values):
            chosen += rectangle
            used |= values
    enough = len(chosen) >= fewest and (required is None or required in chosen)
    return chosen if enough and len(chosen) <= most else None


def _negative_rectangles(grid: Grid) -> Iterator[list[Cell]]:
    """From the top row downward; those with the top right cell come among the first."""
    side = len(grid)
    for top, bottom in combinations(range(side), 2):
        both = [c for c in range(side - 1, -1, -1) if grid[top][c] < 0 and grid[bottom][c] < 0]
        for right, left in combinations(both, 2):
            yield [(top, left), (top, right), (bottom, left), (bottom, right)]


class _Parity:
    """Complete search, row by row, for negative cells that are even in every row and column."""

    def __init__(self, grid: Grid, fewest: int, most: int, required: Cell | None) -> None:
        self.grid, self.fewest, self.most = grid, fewest, most
        self.choices = [self._even_subsets(row, required) for row in range(len(grid))]
        self.open: list[int] = [0]  # the columns that rows from here on can still change
        self.rest: list[int] = [0]  # how many cells rows from here on can add
        for row in reversed(range(len(grid))):
            columns = sum(1 << c for c, value in enumerate(grid[row]) if value < 0)
            self.open.insert(0, self.open[0] | columns)
            largest = max((len(subset) for subset in self.choices[row]), default=0)
            self.rest.insert(0, self.rest[0] + largest)
        self.steps = 0

    def _even_subsets(self, row: int, required: Cell | None) -> list[tuple[int, ...]]:
        values = self.grid[row]
        columns = [column for column, value in enumerate(values) if value < 0]
        subsets: list[tuple[int, ...]] = []
        for count in range(0, len(columns) + 1, 2):
            for subset in combinations(columns, count):
                if len(subsets) > LIMIT:
                    raise TooHard
                distinct = len({values[column] for column in subset}) == count
                kept = required is None or required[0] != row or required[1] in subset
                if distinct and kept:
                    subsets.append(subset)
        return subsets

    def run(self) -> list[Cell] | None:
        return self._extend(0, 0, frozenset(), [])

    def _extend(
        self, row: int, odd: int, used: frozenset[int], chosen: list[Cell]
    ) -> list[Cell] | None:
        self.steps += 1
        if self.steps > LIMIT:
            raise TooHard
        if odd & ~self.open[row] or len(chosen) + self.rest[row] < self.fewest:
            return None
        if row == len(self.grid):
            return chosen
        for subset in self.choices[row]:
            values = {self.grid[row][column] for column in subset}
            if len(chosen) + len(subset) <= self.most and used.isdisjoint(values):
                columns = sum(1 << column for column in subset)
                cells = [(row, column) for column in subset]
                found = self._extend(row + 1, odd ^ columns, used | values, chosen + cells)
                if found is not None:
                    return found
        return None
