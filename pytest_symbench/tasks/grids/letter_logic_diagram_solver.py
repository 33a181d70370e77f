"""Completes Latin squares whose anti-diagonal holds one symbol, and makes random ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

Square = list[list[int]]
"""Rows of symbols 0, 1, ...; an open cell is -1."""


def completions(clues: Sequence[Sequence[int]]) -> Iterator[Square]:
    """All completions, by backtracking on the demand with the fewest ways to meet it."""
    side = len(clues)
    anti_diagonal = [(row, side - 1 - row) for row in range(side)]
    for symbol in range(side):
        if all(clues[row][column] in (-1, symbol) for row, column in anti_diagonal):
            square = [list(row) for row in clues]
            for row, column in anti_diagonal:
                square[row][column] = symbol
            yield from _fill(square)


class _State:
    """Where each symbol may still go, as masks: any two of row, column, symbol give the third."""

    def __init__(self, square: Square) -> None:
        side = len(square)
        every = (1 << side) - 1
        self.square = square
        self.row_symbols, self.row_columns = [every] * side, [every] * side
        self.column_symbols, self.column_rows = [every] * side, [every] * side
        self.symbol_columns, self.symbol_rows = [every] * side, [every] * side
        self.consistent = True
        for row, line in enumerate(square):
            for column, symbol in enumerate(line):
                if symbol >= 0:
                    free = self.row_symbols[row] & self.column_symbols[column]
                    self.consistent &= bool(free >> symbol & 1)
                    self.toggle(row, column, symbol)

    def toggle(self, row: int, column: int, symbol: int) -> None:
        self.row_symbols[row] ^= 1 << symbol
        self.row_columns[row] ^= 1 << column
        self.column_symbols[column] ^= 1 << symbol
        self.column_rows[column] ^= 1 << row
        self.symbol_columns[symbol] ^= 1 << column
        self.symbol_rows[symbol] ^= 1 << row

    def choices(self) -> list[tuple[int, int, int]] | None:
        """The ways to meet the tightest demand: a symbol for a cell, or a cell for a symbol in
        a row or column. None if nothing is open.
        """
        fewest, tightest = len(self.square) + 1, ("", 0, 0, 0)
        sides = range(len(self.square))
        for line in sides:
            demands = (
                ("cell", self.row_symbols[line], self.row_columns[line], self.column_symbols),
                ("row", self.row_columns[line], self.row_symbols[line], self.symbol_columns),
                ("column", self.column_rows[line], self.column_symbols[line], self.symbol_rows),
            )
            for kind, possible, demanding, allowed in demands:
                while demanding:
                    index = (demanding & -demanding).bit_length() - 1
                    demanding &= demanding - 1
                    found = possible & allowed[index]
                    count = found.bit_count()
                    if count < fewest:
                        fewest, tightest = count, (kind, line, index, found)
                        if count == 0:
                            return []
            if fewest == 1:
                break
        kind, line, index, found = tightest
        free = [value for value in sides if found >> value & 1]
        if kind == "cell":
            return [(line, index, symbol) for symbol in free]
        if kind == "row":
            return [(line, column, index) for column in free]
        return [(row, line, index) for row in free] if kind else None


def _fill(square: Square) -> Iterator[Square]:
    state = _State(square)
    if not state.consistent:
        return
    set_: list[tuple[int, int, int]] = []
    untried: list[list[tuple[int, int, int]]] = []
    while True:
        choices = state.choices()
        if choices is None:
            yield [list(line) for line in square]
            choices = []
        while not choices:
            if not set_:
                return
            state.toggle(*set_.pop())
            choices = untried.pop()
        row, column, symbol = choices.pop()
        square[row][column] = symbol
        state.toggle(row, column, symbol)
        set_.append((row, column, symbol))
        untried.append(choices)


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
