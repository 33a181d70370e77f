from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from pytest_symbench.tasks.task import Data

SMALL = [
    {"side": side, "window": window, "types": [kind], "entries": entries}
    for side, window, kind, entries in (
        (3, 2, "max", [0, 3]),
        (3, 2, "average", [0, 1]),
        (3, 2, "median", [-1, 2]),
        (4, 3, "max", [-2, 2]),
        (4, 3, "average", [-1, 1]),
    )
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    rows = [[Fraction(cell) for cell in row.split(",")] for row in gold[2:-2].split("],[")]
    texts = [
        gold,
        f" {gold} ",
        f"```\n{gold}\n```",
        f"`{gold}`",
        gold[1:-1],
        gold.replace(",", ", "),
    ]
    texts += [gold.replace("[", "(").replace("]", ")"), gold.replace("[", "{").replace("]", "}")]
    for separator in (",", ", ", ";", " ", ",\n"):
        texts.append(separator.join(str(v) for row in rows for v in row))
        texts.append("[" + texts[-1] + "]")
    for separator in (",", ", ", " ", ";"):
        texts.append(lines(rows, separator, str))
        texts.append(",\n".join(separator.join(map(str, row)) for row in rows) + ",")
    texts.append(json.dumps([[str(v) for v in row] for row in rows]))
    texts.append(str([[str(v) for v in row] for row in rows]))
    texts.append("[" + "\n ".join("[" + " ".join(map(str, row)) + "]" for row in rows) + "]")
    if data["type"] == "max":
        texts.append(json.dumps([[float(v) for v in row] for row in rows]))
        texts.append(lines(rows, ",", lambda v: f"{v}.000"))
    else:
        texts.append(json.dumps([[float(v) for v in row] for row in rows]))
        texts.append(json.dumps([[round(float(v), 4) + 0.0 for v in row] for row in rows]))
        texts.append(lines(rows, ",", lambda v: f"{float(v):.4f}"))
        texts.append(lines(rows, " ", lambda v: f"{float(v):.6f}"))
        texts.append(lines(rows, ",", lambda v: f"{2 * v.numerator}/{2 * v.denominator}"))
    # Python prints 1.25 for 1.2500, which is exact, but 0.6667 for 0.66670
    return [t for t in texts if "." not in t or all_rounded(t, rows)]


def all_rounded(text: str, rows: list[list[Fraction]]) -> bool:
    values = [v for row in rows for v in row]
    cells = text.replace("[", " ").replace("]", " ").replace(",", " ").split()
    return all(
        Fraction(cell) == value or len(cell.partition(".")[2]) >= 4
        for cell, value in zip(cells, values, strict=True)
    )


def REJECTED(data: Data, gold: str) -> list[str]:
    rows = [[Fraction(cell) for cell in row.split(",")] for row in gold[2:-2].split("],[")]
    outer = len(rows)
    texts = [
        *(gold + gold, f"{gold} or {gold}", f"The result is {gold}", gold[2:], gold[:-3]),
        *(gold.replace(",", ",,", 1), gold.replace("],[", "],0,[")),
        shown([rows[0][:1], rows[0][1:] + rows[1], *rows[2:]]),
        *(shown(rows[:-1]), shown([*rows, rows[0]]), shown([row[:-1] for row in rows])),
        *(shown([[*row, row[0]] for row in rows]), shown(rows[::-1] if rows[::-1] != rows else [])),
        " ".join("".join(map(str, row)) for row in rows),
        *(shown(data["matrix"]), "[]", "0,0,0,0,0", "max"),
    ]
    texts = [text for text in texts if text != gold]
    for r, c in ((0, 0), (outer - 1, outer - 1), (0, outer - 1)):
        for delta in (Fraction(1), Fraction(-1), Fraction(1, 2), Fraction(1, 1000)):
            texts.append(shown(changed(rows, r, c, rows[r][c] + delta)))
        for cell in ("", "?", "nan", f"{rows[r][c]}x", "1,5", f"{rows[r][c]}/0", "None"):
            texts.append(shown(changed(rows, r, c, cell)))
        if rows[r][c]:
            texts.append(shown(changed(rows, r, c, -rows[r][c])))
    if data["type"] != "max":
        flat = [v for row in rows for v in row]
        for digits in (0, 1, 2, 3):
            rounding = [f"{float(v):.{digits}f}" for v in flat]
            if any(Fraction(text) != v for text, v in zip(rounding, flat, strict=True)):
                texts.append(",".join(rounding))
        for v in flat:
            shifted = f"{float(v + Fraction(2, 10**4)):.4f}"
            texts.append(",".join([shifted, *map(str, flat[1:])] if v == flat[0] else ["1"]))
    for kind in ("max", "min", "average", "median"):
        if kind != data["type"]:
            other = pooled(data, REDUCTIONS[kind])
            if other != rows:
                texts.append(shown(other))
    windows = range(0, len(data["matrix"]), data["window"])  # stride as large as the window
    texts.append(shown([[rows[r][c] for c in windows if c < outer] for r in windows if r < outer]))
    return texts


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    rows = pooled(data, REDUCTIONS[data["type"]])
    values = [v for row in rows for v in row]
    if data["type"] == "max":
        low, high = min(values).numerator, max(values).numerator
        choices = [[str(n) for n in range(low - 1, high + 2)]] * 4
    else:
        choices = [
            [str(v), f"{float(v):.4f}", f"{float(v):.1f}", f"{float(v) + 0.00007:.5f}", str(-v - 1)]
            for v in values
        ]
    for cells in product(*choices):
        expected = all(
            Fraction(cell) == value
            or (
                data["type"] != "max"
                and len(cell.partition(".")[2]) >= 4
                and abs(Fraction(cell) - value) <= Fraction(1, 20_000)
            )
            for cell, value in zip(cells, values, strict=True)
        )
        yield "[[{},{}],[{},{}]]".format(*cells), expected


REDUCTIONS: dict[str, Callable[[list[int]], Fraction]] = {
    "max": lambda values: Fraction(sorted(values)[-1]),
    "min": lambda values: Fraction(sorted(values)[0]),
    "average": lambda values: statistics.mean(map(Fraction, values)),
    "median": lambda values: Fraction(statistics.median(map(Fraction, values))),
}


def pooled(data: Data, reduce: Callable[[list[int]], Fraction]) -> list[list[Fraction]]:
    """By the cells' coordinates: every cell goes to all windows that hold it."""
    side, window = len(data["matrix"]), data["window"]
    windows: dict[tuple[int, int], list[int]] = {}
    for r, c in product(range(side), repeat=2):
        for up, left in product(range(window), repeat=2):
            if 0 <= r - up <= side - window and 0 <= c - left <= side - window:
                windows.setdefault((r - up, c - left), []).append(data["matrix"][r][c])
    outer = range(side - window + 1)
    return [[reduce(windows[r, c]) for c in outer] for r in outer]


def lines(rows: list[list[Fraction]], separator: str, form: Callable[[Fraction], str]) -> str:
    return "\n".join(separator.join(map(form, row)) for row in rows)


def shown(rows: list[list[Any]]) -> str:
    return "[" + ",".join("[" + ",".join(map(str, row)) + "]" for row in rows) + "]"


def changed(rows: list[list[Fraction]], row: int, column: int, value: Any) -> list[list[Any]]:
    other: list[list[Any]] = [list(line) for line in rows]
    other[row][column] = value
    return other
