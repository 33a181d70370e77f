"""One half of a lock code: the feedback on a guess, and the codes that agree with feedback."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, permutations
from operator import eq
from typing import NamedTuple, TypeAlias

Symbols: TypeAlias = Sequence[int]
"""Digits, or letters as 0 for A, 1 for B, ...; all different."""


class Feedback(NamedTuple):
    placed: int
    misplaced: int
    absent: int
    tag: str
    """``low`` if all absent symbols are below the whole code, ``high`` if above, else nothing."""


class Clue(NamedTuple):
    guess: Symbols
    feedback: Feedback


def feedback(guess: Symbols, code: Symbols) -> Feedback:
    placed = sum(map(eq, guess, code))
    absent = [g for g in guess if g not in code]
    tag = ""
    if absent and max(absent) < min(code):
        tag = "low"
    elif absent and min(absent) > max(code):
        tag = "high"
    return Feedback(placed, len(guess) - placed - len(absent), len(absent), tag)


@lru_cache(maxsize=8)
def symbol_sets(length: int, alphabet: int) -> tuple[int, ...]:
    """The masks of all sets of symbols that a code can have."""
    bits = [1 << symbol for symbol in range(alphabet)]
    return tuple(map(sum, combinations(bits, length)))


def agreeing(sets: Sequence[int], clue: Clue, *, loosely: bool = False) -> list[int]:
    """The sets of symbols that do not contradict a clue.

    Loosely: a tag that is not given says nothing, instead of that it does not hold.
    """
    placed, misplaced, absent, tag = clue.feedback
    guess = sum(1 << symbol for symbol in clue.guess)
    inside = placed + misplaced
    left = [symbols for symbols in sets if (symbols & guess).bit_count() == inside]
    if not absent or (loosely and not tag):
        return left
    outside = ((symbols, guess & ~symbols) for symbols in left)
    if tag == "low":
        return [symbols for symbols, beside in outside if beside < symbols & -symbols]
    if tag == "high":
        return [symbols for symbols, beside in outside if beside & -beside > symbols]
    return [
        symbols
        for symbols, beside in outside
        if beside > symbols & -symbols and beside & -beside < symbols
    ]


def codes(sets: Sequence[int], clues: Sequence[Clue]) -> Iterator[tuple[int, ...]]:
    """The codes over agreeing sets that have the right number of symbols in place everywhere."""
    for symbols in sets:
        members = [place for place in range(symbols.bit_length()) if symbols >> place & 1]
        for code in permutations(members):
            for guess, seen in clues:
                if sum(map(eq, guess, code)) != seen.placed:
                    break
            else:
                yield code


def candidates(
    length: int, alphabet: int, clues: Sequence[Clue], *, loosely: bool = False
) -> Iterator[tuple[int, ...]]:
    """All codes that would have got this feedback."""
    sets: Sequence[int] = symbol_sets(length, alphabet)
    for clue in clues:
        sets = agreeing(sets, clue, loosely=loosely)
    return codes(sets, clues)
