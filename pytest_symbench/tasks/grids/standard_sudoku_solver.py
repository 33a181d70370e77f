"""Completes Sudoku grids of any box order: singles first, then a search on the tightest cell."""

from __future__ import annotations

from functools import cache
from math import isqrt
from typing import NamedTuple


class Layout(NamedTuple):
    """The units of a grid whose cells are numbered row by row."""

    side: int
    row: list[int]
    column: list[int]
    box: list[int]
    units: list[list[int]]


@cache
def layout(cells: int) -> Layout:
    side = isqrt(cells)
    order = isqrt(side)
    row = [cell // side for cell in range(cells)]
    column = [cell % side for cell in range(cells)]
    box = [row[c] // order * order + column[c] // order for c in range(cells)]
    units = [
        [c for c in range(cells) if of[c] == n] for of in (row, column, box) for n in range(side)
    ]
    return Layout(side, row, column, box, units)


class Position:
    """A partly filled grid, with the values still free in each row, column and box as bits."""

    __slots__ = ("boxes", "cells", "columns", "layout", "rows")

    def __init__(self, cells: list[int]) -> None:
        self.layout = layout(len(cells))
        self.cells = [0] * len(cells)
        every = (1 << self.layout.side) - 1
        self.rows, self.columns, self.boxes = ([every] * self.layout.side for _ in range(3))
        for cell, value in enumerate(cells):
            if value:
                if not self.free(cell) >> (value - 1) & 1:
                    raise ValueError(f"the givens contain {value} twice in one unit")
                self.put(cell, 1 << (value - 1))

    def copy(self) -> Position:
        twin = object.__new__(Position)
        twin.layout, twin.cells = self.layout, self.cells[:]
        twin.rows, twin.columns, twin.boxes = self.rows[:], self.columns[:], self.boxes[:]
        return twin

    def free(self, cell: int) -> int:
        at = self.layout
        return self.rows[at.row[cell]] & self.columns[at.column[cell]] & self.boxes[at.box[cell]]

    def put(self, cell: int, bit: int) -> None:
        self.cells[cell] = bit.bit_length()
        self._toggle(cell, bit)

    def clear(self, cell: int) -> int:
        bit = 1 << (self.cells[cell] - 1)
        self.cells[cell] = 0
        self._toggle(cell, bit)
        return bit

    def _toggle(self, cell: int, bit: int) -> None:
        at = self.layout
        self.rows[at.row[cell]] ^= bit
        self.columns[at.column[cell]] ^= bit
        self.boxes[at.box[cell]] ^= bit

    def forces(self, cell: int, bit: int) -> bool:
        """Is a value the only one left for an empty cell, or the cell its only place in a unit?"""
        if self.free(cell) == bit:
            return True
        at = self.layout
        for unit in (at.row[cell], at.side + at.column[cell], 2 * at.side + at.box[cell]):
            if not any(
                other != cell and not self.cells[other] and self.free(other) & bit
                for other in at.units[unit]
            ):
                return True
        return False

    def has_other_solution(self, cell: int, bit: int) -> bool:
        """Can the grid be completed with another value than this one in an empty cell?"""
        others = self.free(cell) & ~bit
        while others:
            value = others & -others
            others ^= value
            twin = self.copy()
            twin.put(cell, value)
            if twin.complete():
                return True
        return False

    def complete(self) -> bool:
        """Fills the grid if that is possible; what is left of it otherwise is of no use."""
        while True:
            tightest = self._fill_naked_singles()
            if tightest is None:
                return False
            if tightest < 0:
                return True
            filled = self._fill_hidden_singles()
            if filled is None:
                return False
            if not filled:
                break
        choices = self.free(tightest)
        while choices:
            value = choices & -choices
            choices ^= value
            twin = self.copy()
            twin.put(tightest, value)
            if twin.complete():
                self.cells = twin.cells
                return True
        return False

    def _fill_naked_singles(self) -> int | None:
        """The empty cell with the fewest values, -1 if the grid is full, None if it is stuck."""
        blank = [cell for cell, value in enumerate(self.cells) if not value]
        while True:
            tightest, fewest, left = -1, self.layout.side + 1, []
            for cell in blank:
                free = self.free(cell)
                if not free:
                    return None
                if not free & (free - 1):
                    self.put(cell, free)
                    continue
                left.append(cell)
                count = bin(free).count("1")
                if count < fewest:
                    tightest, fewest = cell, count
            if len(left) == len(blank):
                return tightest
            blank = left

    def _fill_hidden_singles(self) -> bool | None:
        """Whether some value had one place left in a unit, None if one has no place."""
        filled = False
        every = (1 << self.layout.side) - 1
        for unit in self.layout.units:
            once = twice = taken = 0
            for cell in unit:
                if self.cells[cell]:
                    taken |= 1 << (self.cells[cell] - 1)
                else:
                    free = self.free(cell)
                    twice |= once & free
                    once |= free
            if once | taken != every:
                return None
            hidden = once & ~twice
            if hidden:
                for cell in unit:
                    value = self.free(cell) & hidden
                    if value and not self.cells[cell]:
                        if value & (value - 1):
                            return None
                        self.put(cell, value)
                        filled = True
        return filled


def completed(puzzle: list[list[int]]) -> list[list[int]] | None:
    """The completed grid, one of them if there are several, None if there is none."""
    try:
        position = Position([value for row in puzzle for value in row])
    except ValueError:
        return None
    if not position.complete():
        return None
    side = len(puzzle)
    return [position.cells[start : start + side] for start in range(0, side * side, side)]
