"""Reads lists, matrices and coordinate pairs in the shapes in which models write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_symbench.tasks.answers.extract import Unreadable, unquote
from pytest_symbench.tasks.answers.numbers import plain_integer, shorten

MAX_ITEMS = 20_000

_OPENING, _CLOSING = "[({", "])}"


def peel(text: str) -> str:
    """Drops every layer of brackets that encloses the whole text. Linear in its length."""
    text = text.strip()
    partner = _partners(text)
    start, end = 0, len(text) - 1
    while start < end and partner.get(start) == end:
        start, end = start + 1, end - 1
        while start <= end and text[start].isspace():
            start += 1
        while end >= start and text[end].isspace():
            end -= 1
    return text[start : end + 1]


def items(text: str) -> list[str]:
    """The items of a flat list: commas, semicolons, new lines, else blanks, separate them.

    Any layers of ``[ ] ( ) { }`` around the list, one pair of quotes around an item and one
    trailing separator are ignored. An empty item in the middle is an error.

    Raises:
        Unreadable: nested brackets, an empty item, or too many items.
    """
    text = peel(text)
    if not text:
        return []
    if re.search(r"[,;\n]", text):
        parts = [part.strip() for part in re.split(r"[,;]\s*\n?|\n", text)]
    else:
        parts = text.split()
    if parts and not parts[-1]:
        parts.pop()
    if len(parts) > MAX_ITEMS:
        raise Unreadable(f"a list of more than {MAX_ITEMS} items")
    for part in parts:
        if not part:
            raise Unreadable("a list with an empty item")
    return [unquote(part) for part in parts]


def integers(text: str) -> list[int]:
    """A flat list of integers, by the rules of `items`."""
    return [plain_integer(item) for item in items(text)]


def matrix(text: str, rows: int, columns: int, *, alphabet: str = "") -> list[list[str]]:
    """The cells of a matrix written as inner brackets, as lines, or flat (also one item a line).

    Where rows are visible they must have the right shape; a flat list must have the right
    number of items. Cells are separated by commas, semicolons or blanks. With an ``alphabet``,
    a row may also be one unseparated word of its letters.

    Raises:
        Unreadable: another shape, with both shapes in the message.
    """
    if len(text) > 40 * rows * columns + 2000:
        raise Unreadable(f"expected {rows} x {columns} cells, got a much longer text")
    text = peel(text)
    groups = re.findall(r"[\[({]([^\[\](){}]*)[\])}]", text)
    lines = [line for line in text.splitlines() if line.strip(" \t,;")]
    if groups:
        if re.sub(r"[\[({][^\[\](){}]*[\])}]|[\s,;\[\](){}]", "", text):
            raise Unreadable("text between the rows of a matrix")
        cells = [_row(group, columns, alphabet) for group in groups]
    elif len(lines) > 1:
        cells = [_row(line, columns, alphabet) for line in lines]
        if len(cells) == rows * columns and all(len(row) == 1 for row in cells):
            cells = [
                [row[0] for row in cells[i : i + columns]] for i in range(0, len(cells), columns)
            ]
    else:
        flat = _row(text, rows * columns, alphabet)
        if (
            rows > 1
            and len(flat) == rows
            and all(len(word) == columns and set(word) <= set(alphabet) for word in flat)
        ):
            return [list(word) for word in flat]
        if len(flat) != rows * columns:
            raise Unreadable(f"expected {rows * columns} items, got {len(flat)}")
        return [flat[i * columns : (i + 1) * columns] for i in range(rows)]
    if len(cells) != rows:
        raise Unreadable(f"expected {rows} rows, got {len(cells)}")
    for number, row in enumerate(cells, 1):
        if len(row) != columns:
            raise Unreadable(f"expected {columns} items in row {number}, got {len(row)}")
    return cells


def pairs(text: str) -> list[tuple[int, int]]:
    """Integer pairs: ``0 3, 1 0``, ``(0,3), (1,0)``, ``[[0, 3], [1, 0]]``, one per line.

    A pair of quotes around an item is dropped.

    Raises:
        Unreadable: an odd number of integers, or anything that is not an integer.
    """
    text = re.sub(r"(\"|')([^\"'\n]*)\1", r"\2", text)
    if re.sub(r"[0-9+\-\s,;\[\](){}\u2212]", "", text):
        raise Unreadable(f"expected pairs of integers, got {shorten(text)}")
    numbers = re.findall(r"[+\-\u2212]?[0-9]+", text)
    if len(numbers) > MAX_ITEMS:
        raise Unreadable(f"a list of more than {MAX_ITEMS} numbers")
    if len(numbers) % 2:
        raise Unreadable(f"expected pairs of integers, got {len(numbers)} integers")
    values = [plain_integer(number) for number in numbers]
    return list(zip(values[::2], values[1::2], strict=True))


def show(values: Sequence[object], separator: str = ", ") -> str:
    """Values joined for an answer or a reason."""
    return separator.join(map(str, values))


def _row(text: str, width: int, alphabet: str) -> list[str]:
    text = text.strip().rstrip(",;").strip()
    if re.search(r"[,;]", text):
        cells = [unquote(cell) for cell in re.split(r"[,;]", text)]
        if any(not cell for cell in cells):
            raise Unreadable("a matrix row with an empty cell")
        return cells
    cells = [unquote(cell) for cell in text.split()]
    if len(cells) == 1 and width > 1 and alphabet and set(cells[0]) <= set(alphabet):
        return list(cells[0])
    return cells


def _partners(text: str) -> dict[int, int]:
    """Opening position -> position of its closing bracket, where they match."""
    stack: list[int] = []
    partner: dict[int, int] = {}
    for position, character in enumerate(text):
        if character in _OPENING:
            stack.append(position)
        elif character in _CLOSING:
            if not stack or _OPENING.index(text[stack[-1]]) != _CLOSING.index(character):
                return {}
            partner[stack.pop()] = position
    return partner
