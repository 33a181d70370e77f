from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise, permutations, product
from typing import Any

from pytest_symbench.tasks.task import Data

SMALL = [
    {"books": 3, "constraints": [2, 2], "solutions": 2},
    {"books": 4, "constraints": [3, 5], "solutions": None},
    {"books": 4, "constraints": [5, 5], "solutions": 1},
    {"books": 5, "constraints": [4, 6], "solutions": None},
    {"books": 6, "constraints": [6, 8], "solutions": 12},
]


def kept(constraint: dict[str, Any], shelf: tuple[str, ...]) -> bool:
    kind, book = str(constraint["kind"]), str(constraint["book"])
    if kind in ("fixed", "not"):
        here = shelf[int(constraint["position"]) - 1]
        return here == book if kind == "fixed" else here != book
    other = str(constraint["other"])
    if kind == "adjacent":
        return any({book, other} == set(pair) for pair in pairwise(shelf))
    first = next(label for label in shelf if label in (book, other))
    return first == (book if kind == "left" else other)


def ACCEPTED(data: Data, gold: str) -> list[str]:
    books = json.loads(gold)
    inner = ", ".join(books)
    forms = [
        gold,
        f" {gold}\n",
        str(books),
        str(tuple(books)),
        f"[{gold}]",
        f"`{gold}`",
        f"```json\n{json.dumps(books, indent=2)}\n```",
        inner,
        inner.replace(" ", ""),
        inner.replace(",", ""),
        inner.replace(",", ";"),
        inner.replace(", ", "\n"),
        f"[{inner}]",
        f"({inner})",
        f"{{{inner}}}",
        f"{inner},",
        f'"{inner}"',
        ", ".join(f"Book {book}" for book in books),
        json.dumps([f"Book {book}" for book in books]),
        "\n".join(f"book {book}" for book in books),
    ]
    if len(books) < 7:
        forms += [
            json.dumps(shelf)
            for shelf in permutations(books)
            if all(kept(constraint, shelf) for constraint in data["constraints"])
        ]
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    books = json.loads(gold)
    shelves = [
        sorted(books),
        books[:-1],
        books[1:],
        [*books, books[0]],
        [*books, "Z9"],
        ["Z9", *books],
        [*books, *books],
        [books[0]] * len(books),
        [],
    ]
    for i, book in enumerate(books):
        shelves.append([*books[:i], "Z9", *books[i + 1 :]])  # a foreign word for a book
        shelves.append([*books[:i], books[i - 1], *books[i + 1 :]])  # one twice
        shelves.append([*books[:i], book.lower(), *books[i + 1 :]])
    for constraint in data["constraints"]:  # break each one by a swap
        swaps = []
        for i in range(len(books)):
            for j in range(i):
                shelf = books.copy()
                shelf[i], shelf[j] = shelf[j], shelf[i]
                if not kept(constraint, tuple(shelf)):
                    swaps.append(shelf)
        shelves += swaps[:3]
    return [json.dumps(shelf) for shelf in shelves] + [
        f"{gold} or {gold}",
        f"{gold}.",
        f"the shelf is {gold}",
        "".join(books),
        ", ".join(f"{i} {book}" for i, book in enumerate(books, 1)),
        " < ".join(books),
        ", ".join(f"Book  {book}!" for book in books),
        ", , ".join(books),
        '["FIRST BOOK", "SECOND BOOK", ...]',
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    books = data["books"]
    right = {
        shelf
        for shelf in permutations(books)
        if all(kept(constraint, shelf) for constraint in data["constraints"])
    }
    assert right
    assert tuple(books) not in right, "the order of the alphabet would be a lucky guess"
    if len(books) > 4:
        yield from ((", ".join(shelf), shelf in right) for shelf in permutations(books))
        return
    for length in (len(books), len(books) - 1, len(books) + 1):
        for shelf in product([*books, "Z9"], repeat=length):
            yield ", ".join(shelf), shelf in right
