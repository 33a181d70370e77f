"""Completes boards of queens: backtracking on bit masks, the row with the fewest cells first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

FIRST_LIMIT = 500  # positions tried before the search starts again in another order


class _Limit(Exception):
    pass


def complete_board(
    side: int, given: Mapping[int, int], forbidden: Sequence[int], rng: Random
) -> list[int] | None:
    """The column of each row's queen, or None where no placement exists.

    Args:
        side: rows and columns of the board.
        given: row -> column of the queens that stand already.
        forbidden: for each row, the mask of its forbidden columns.
        rng: chooses among the placements.
    """
    everything = (1 << side) - 1
    columns: list[int] = [-1] * side
    taken = falling = rising = 0  # columns and diagonals under attack
    for row, column in given.items():
        down, up = 1 << (column - row + side - 1), 1 << (row + column)
        attacked = taken >> column & 1 or falling & down or rising & up
        if attacked or forbidden[row] >> column & 1:
            return None
        columns[row] = column
        taken, falling, rising = taken | 1 << column, falling | down, rising | up
    free = [row for row in range(side) if row not in given]
    budget = 0

    def place(rows: list[int], taken: int, falling: int, rising: int) -> bool:
        nonlocal budget
        if not rows:
            return True
        if budget <= 0:
            raise _Limit
        budget -= 1
        fewest, chosen, cells = side + 1, -1, 0
        for row in rows:
            open_ = everything & ~(
                taken | forbidden[row] | rising >> row | falling >> (side - 1 - row)
            )
            count = open_.bit_count()
            if count < fewest:
                fewest, chosen, cells = count, row, open_
                if count < 2:
                    break
        if not cells:
            return False
        options = [column for column in range(side) if cells >> column & 1]
        rng.shuffle(options)
        rest = [row for row in rows if row != chosen]
        for column in options:
            columns[chosen] = column
            if place(
                rest,
                taken | 1 << column,
                falling | 1 << (column - chosen + side - 1),
                rising | 1 << (chosen + column),
            ):
                return True
        return False

    limit = FIRST_LIMIT
    while True:
        budget = limit
        rng.shuffle(free)
        try:
            return columns if place(free, taken, falling, rising) else None
        except _Limit:
            limit *= 2
