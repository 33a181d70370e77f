from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

from pytest_symbench.tasks.task import Data

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL = [
    {"letters": 3, "numbers": {"highest": 8}, "groups": 1, "constraints": 2},
    {"letters": 4, "numbers": {"highest": 12}, "groups": 2, "constraints": 4},
    {"letters": 5, "numbers": [1, 2, 4, 6, 9], "groups": 1, "constraints": 5},
    {"letters": 5, "numbers": {"highest": 9}, "groups": 2, "constraints": 6},
]


def true(constraint: dict[str, str], values: tuple[int, ...]) -> bool:
    left = values[LETTERS.index(constraint["left"])]
    right = values[LETTERS.index(constraint["right"])]
    if constraint["kind"] == "greater":
        return left > right
    if constraint["kind"] == "multiple":
        whole, tenth = constraint["value"].split(".")
        return 10 * left == (10 * int(whole) + int(tenth)) * right
    sign = 1 if constraint["kind"] == "sum" else -1
    return left + sign * right == int(constraint["value"])


def ACCEPTED(data: Data, gold: str) -> list[str]:
    values = [int(value) for value in gold[1:-1].split(",")]
    inner = ", ".join(map(str, values))
    labelled = [f"{letter} = {value}" for letter, value in zip(LETTERS, values, strict=False)]
    return [
        gold,
        f" {gold}\n",
        inner,
        inner.replace(" ", ""),
        inner.replace(",", ""),
        inner.replace(",", ";"),
        inner.replace(", ", "\n"),
        f"({inner})",
        f"{{{inner}}}",
        f"[{gold}]",
        f"[{inner},]",
        f"`{gold}`",
        f"```json\n{gold}\n```",
        str([str(value) for value in values]),
        str([float(value) for value in values]),
        f"[\n  {inner.replace(', ', ',' + chr(10) + '  ')}\n]",
        ", ".join(labelled),
        ",".join(labelled).replace(" ", ""),
        " ".join(labelled).replace(" = ", "="),
        "\n".join(labelled),
        "; ".join(labelled[::-1]),
        ", ".join(labelled).replace(" =", ":"),
        "{" + ", ".join(f'"{label[0]}": {label[4:]}' for label in labelled) + "}",
        str({label[0]: int(label[4:]) for label in labelled}),
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    values = [int(value) for value in gold[1:-1].split(",")]
    labelled = [f"{letter} = {value}" for letter, value in zip(LETTERS, values, strict=False)]
    forms = [
        values[::-1],
        [*values[1:], values[0]],
        values[:-1],
        [*values, values[0]],
        [values[0], *values[:-1]],
        [*values[:-1], values[0]],
        [value + 1 for value in values],
        [-value for value in values],
        [value + 0.9 for value in values],
        [values[0] + 0.5, *values[1:]],
        sorted(values) if sorted(values) != values else [],
    ]
    for i in range(len(values) - 1):
        swapped = values.copy()
        swapped[i], swapped[i + 1] = swapped[i + 1], swapped[i]
        forms.append(swapped)
        forms.append([*values[:i], values[i + 1], *values[i + 1 :]])
    return [str(form) for form in forms] + [
        gold + gold,
        f"{gold} or {gold}",
        f"values: {gold}",
        ", ".join([labelled[0], *map(str, values[1:])]),
        ", ".join([*labelled, labelled[0]]),
        ", ".join([*labelled[:-1], labelled[0]]),
        ", ".join(labelled[:-1]),
        ", ".join(labelled).replace("B", "Z"),
        ", ".join(f"{label} = {values[0]}" for label in labelled),
        "[NUMBER OF A, NUMBER OF B, ...]",
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    numbers = data["numbers"]
    right = [
        order
        for order in permutations(numbers)
        if all(true(constraint, order) for constraint in data["constraints"])
    ]
    assert len(right) == 1, "new puzzles have one solution"
    pool = [*numbers, max(numbers) + 1] if len(numbers) < 6 else numbers
    for values in product(pool, repeat=len(numbers)):
        yield str(list(values)), values == right[0]
