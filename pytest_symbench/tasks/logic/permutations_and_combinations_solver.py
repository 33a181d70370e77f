"""Arrangements of books that keep all constraints, by placing them from left to right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Constraint: TypeAlias = Mapping[str, Any]
"""``kind``: fixed or not (with ``position``), left, right or adjacent (with ``other``); ``book``."""


def holds(constraint: Constraint, position: Mapping[str, int]) -> bool:
    """Is a constraint true of these positions?"""
    kind: str = constraint["kind"]
    place = position[constraint["book"]]
    if kind in ("fixed", "not"):
        return (place == int(constraint["position"])) == (kind == "fixed")
    other = position[constraint["other"]]
    if kind == "adjacent":
        return abs(place - other) == 1
    return place < other if kind == "left" else place > other


def arrangements(
    books: Sequence[str], constraints: Sequence[Constraint], *, limit: int
) -> list[list[str]]:
    """Up to ``limit`` arrangements, each found once; none if the constraints contradict."""
    return _Search(books, constraints, limit).run()


class _Search:
    """Depth first; sets of books are bit masks.

    What can still follow depends only on which books stand and which of them stands last, so
    a pair of these that led nowhere is never tried again.
    """

    def __init__(self, books: Sequence[str], constraints: Sequence[Constraint], limit: int) -> None:
        self.books, self.limit = books, limit
        count = len(books)
        index = {book: i for i, book in enumerate(books)}
        self.allowed = [(1 << count) - 1] * count
        self.before = [0] * count
        self.partners = [0] * count
        for constraint in constraints:
            kind, book = constraint["kind"], index[constraint["book"]]
            if kind in ("fixed", "not"):
                self._restrict(book, constraint["position"] - 1, fixed=kind == "fixed")
                continue
            other = index[constraint["other"]]
            if kind == "adjacent":
                self.partners[book] |= 1 << other
                self.partners[other] |= 1 << book
            elif kind == "left":
                self.before[other] |= 1 << book
            else:
                self.before[book] |= 1 << other
        self.dead: set[tuple[int, int]] = set()
        self.placed: list[int] = []
        self.found: list[list[str]] = []

    def _restrict(self, book: int, position: int, *, fixed: bool) -> None:
        for place in range(len(self.allowed)):
            if fixed and place == position:
                self.allowed[place] &= 1 << book
            elif fixed or place == position:
                self.allowed[place] &= ~(1 << book)

    def run(self) -> list[list[str]]:
        self._extend(0, -1)
        return self.found

    def _extend(self, standing: int, last: int) -> None:
        place = len(self.placed)
        if place == len(self.books):
            self.found.append([self.books[book] for book in self.placed])
            return
        if (standing, last) in self.dead:
            return
        before = len(self.found)
        next_to_last = self.partners[last] & ~standing if last >= 0 else 0
        for book in range(len(self.books)):
            bit = 1 << book
            if (
                not bit & standing
                and bit & self.allowed[place]
                and not self.before[book] & ~standing
                and not next_to_last & ~bit
                and not self.partners[book] & standing & ~(1 << last if last >= 0 else 0)
            ):
                self.placed.append(book)
                self._extend(standing | bit, book)
                self.placed.pop()
                if len(self.found) >= self.limit:
                    return
        if len(self.found) == before:
            self.dead.add((standing, last))
