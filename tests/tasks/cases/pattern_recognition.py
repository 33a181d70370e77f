from __future__ import annotations

from collections.abc import Iterator

from pytest_symbench.tasks.task import Data

SMALL = [
    {
        "rows": [low, high],
        "columns": [low, high],
        "smallest": smallest,
        "squares": [smallest, most],
        "letters": letters,
        "decoys": decoys,
    }
    for low, high, smallest, most, letters, decoys in (
        (4, 4, 2, 2, 26, 0),
        (4, 6, 2, 3, 3, 2),
        (6, 9, 3, 4, 3, 4),
        (8, 12, 3, 5, 3, 5),
        (9, 14, 2, 6, 8, 6),
    )
]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    row, column = gold.strip("[]").split(", ")
    return [
        *(gold, f" {gold} ", f"`{gold}`", f"[{row},{column}]", f"({row}, {column})"),
        *(f"{{{row}, {column}}}", f"[[{row}, {column}]]", f"{row},{column}", f"{row}, {column},"),
        *(f"{row} {column}", f"{row}; {column}", f"{row}\n{column}", f'["{row}", "{column}"]'),
        *(f"['{row}', '{column}']", f"[{row}.0, {column}.0]", f"+{row}, +{column}"),
        f"```\n{gold}\n```",
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    row, column = map(int, gold.strip("[]").split(", "))
    texts = [
        *(f"{row},{column},9", f"{row},{column},{row},{column}", f"{row}", f"{row}{column}"),
        *(f"[{row + 1}, {column + 1}]", f"[{row - 1}, {column - 1}]", f"[{row}, {column + 1}]"),
        *(f"[{row - 1}, {column}]", f"[-{row + 1}, {column}]", f"[{row}.5, {column}]"),
        *(f"row {row}, column {column}", f"{row}:{column}", f"[{row}, {column}] or [0, 0]"),
        *(f"{gold}, {gold}", f"[[{row}], [{column}]]", f"[{row}, '']", f"{row},,{column}"),
        *(f"[{row + len(data['matrix'])}, {column}]", data["matrix"][0], "[]", "9" * 30 + ", 1"),
    ]
    if row != column:
        texts.append(f"[{column}, {row}]")
    side = max(square[2] for square in squares(data))
    texts.append(f"[{row - side + 1}, {column - side + 1}]")
    return texts


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    found = squares(data)
    maximal = [s for s in found if not any(contains(other, s) for other in found if other != s)]
    assert len(maximal) == 1
    top, left, side = maximal[0]
    for row in range(-1, len(data["matrix"]) + 1):
        for column in range(-1, len(data["matrix"][0]) + 1):
            yield f"[{row}, {column}]", (row, column) == (top + side - 1, left + side - 1)


def squares(data: Data) -> list[tuple[int, int, int]]:
    """All squares of one letter that are large enough: top, left, side."""
    matrix = data["matrix"]
    height, width = len(matrix), len(matrix[0])
    return [
        (top, left, side)
        for side in range(data["smallest"], min(height, width) + 1)
        for top in range(height - side + 1)
        for left in range(width - side + 1)
        if len({matrix[top + i // side][left + i % side] for i in range(side * side)}) == 1
    ]


def contains(outer: tuple[int, int, int], inner: tuple[int, int, int]) -> bool:
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[0] + inner[2] <= outer[0] + outer[2]
        and inner[1] + inner[2] <= outer[1] + outer[2]
    )
