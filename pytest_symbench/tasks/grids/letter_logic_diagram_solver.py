"""Completes Latin squares whose anti-diagonal holds one symbol, and makes random ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

Square = list[list[int]]
"""Rows of symbols 0, 1, ...; an open cell is -1."""


def completions(clues: Sequence[Sequence[int]]) -> Iterator[Square]:
    """All completions, by backtracking on the cell with the fewest symbols left."""
    side = len(clues)
    anti_diagonal = [(row, side - 1 - row) for row in range(side)]
    for symbol in range(side):
        if all(clues[row][column] in (-1, symbol) for row, column in anti_diagonal):
            square = [list(row) for row in clues]
            for row, column in anti_diagonal:
                square[row][column] = symbol
            yield from _fill(square)


def _fill(square: Square) -> Iterator[Square]:
    side = len(square)
    rows, columns = [(1 << side) - 1] * side, [(1 << side) - 1] * side  # symbols not used yet
    open_cells = []
    for row in range(side):
        for column in range(side):
            symbol = square[row][column]
            if symbol < 0:
                open_cells.append((row, column))
            elif rows[row] & columns[column] & 1 << symbol:
                rows[row] ^= 1 << symbol
                columns[column] ^= 1 << symbol
            else:
                return
    filled: list[tuple[int, int, int]] = []  # row, column and the symbols still to be tried there
    while True:
        left = 0
        if open_cells:
            place, fewest = 0, side + 1
            for number, (row, column) in enumerate(open_cells):
                count = (rows[row] & columns[column]).bit_count()
                if count < fewest:
                    place, fewest = number, count
                    if count < 2:
                        break
            row, column = open_cells[place]
            left = rows[row] & columns[column]
            if left:
                open_cells[place] = open_cells[-1]
                open_cells.pop()
        else:
            yield [list(line) for line in square]
        while not left:
            if not filled:
                return
            row, column, left = filled.pop()
            rows[row] ^= 1 << square[row][column]
            columns[column] ^= 1 << square[row][column]
            if not left:
                open_cells.append((row, column))
        symbol = (left & -left).bit_length() - 1
        square[row][column] = symbol
        rows[row] ^= 1 << symbol
        columns[column] ^= 1 << symbol
        filled.append((row, column, left & left - 1))


def random_square(side: int, rng: Random) -> Square:
    """A random Latin square whose anti-diagonal holds one symbol; rarely a cyclic one."""
    square: Square = []
    for _ in range(side):
        used = [{line[column] for line in square} for column in range(side)]
        square.append(_random_row(used, rng))
    symbol = rng.randrange(side)
    # Moving columns keeps a Latin square one, and can put one symbol on the anti-diagonal.
    moved = [[0] * side for _ in range(side)]
    for row in range(side):
        column = square[row].index(symbol)
        for line, source in zip(moved, square, strict=True):
            line[side - 1 - row] = source[column]
    return moved


def _random_row(used: list[set[int]], rng: Random) -> list[int]:
    """Gives each column a symbol that it lacks: a random matching, by augmenting paths."""
    side = len(used)
    holder: dict[int, int] = {}  # symbol -> column
    options = []
    for column in range(side):
        free = [symbol for symbol in range(side) if symbol not in used[column]]
        rng.shuffle(free)
        options.append(free)

    def assign(column: int, seen: set[int]) -> bool:
        for symbol in options[column]:
            if symbol not in seen:
                seen.add(symbol)
                if symbol not in holder or assign(holder[symbol], seen):
                    holder[symbol] = column
                    return True
        return False

    for column in range(side):
        assign(column, set())
    row = [0] * side
    for symbol, column in holder.items():
        row[column] = symbol
    return row
