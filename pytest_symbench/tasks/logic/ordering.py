"""Statements on the order of some objects, and the search for all orders that fit them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice
from random import Random
from typing import Any, TypeAlias

Statement: TypeAlias = Mapping[str, Any]
"""``kind``, the indices of its ``objects``, and for some kinds a number.

``before``: the first comes before the second. ``at``: the object has the 1-based ``rank``.
``adjacent``, ``separate``: the two are neighbours, or are not. ``apart``: their ranks differ by
``distance``. ``between``: the first comes after one of the others and before the other one.
"""

HARD = ("adjacent", "separate", "apart", "between")


def orders(number: int, statements: Sequence[Statement]) -> Iterator[list[int]]:
    """All orders of objects 0 to ``number`` - 1, front first, in which every statement holds.

    Each object has the set of its possible ranks, as bits. Statements narrow these sets; where
    they cannot any more, the search tries every rank of an object that has the fewest.
    """
    choices = [[((1 << number) - 1) << 1] * number]
    while choices:
        ranks = choices.pop()
        if not _narrow(ranks, statements):
            continue
        undecided = [thing for thing in range(number) if ranks[thing].bit_count() > 1]
        if not undecided:
            yield sorted(range(number), key=ranks.__getitem__)
            continue
        thing = min(undecided, key=lambda thing: ranks[thing].bit_count())
        for place in range(number, 0, -1):
            if ranks[thing] >> place & 1:
                choices.append([*ranks[:thing], 1 << place, *ranks[thing + 1 :]])


def only_order(number: int, statements: Sequence[Statement]) -> list[int] | None:
    """The order that the statements determine, or None if there is none or more than one."""
    found = list(islice(orders(number, statements), 2))
    return found[0] if len(found) == 1 else None


def minimal(
    truth: Sequence[int], rng: Random, *, hard: bool, most_ranks: int
) -> list[dict[str, Any]]:
    """Statements that determine an order, none of which can be left out."""
    pool = _pool(truth, rng, hard=hard, most_ranks=most_ranks)
    number = len(truth)
    enough, too_few = len(pool), 0
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if only_order(number, pool[:middle]) is None:
            too_few = middle
        else:
            enough = middle
    chosen = pool[:enough]
    for statement in rng.sample(chosen, len(chosen)):
        fewer = [other for other in chosen if other is not statement]
        if only_order(number, fewer) is not None:
            chosen = fewer
    return chosen


def _pool(
    truth: Sequence[int], rng: Random, *, hard: bool, most_ranks: int
) -> list[dict[str, Any]]:
    """True statements in random order; all that are needed come in the end."""
    number = len(truth)
    pairs = [list(pair) for pair in combinations(truth, 2)]
    rng.shuffle(pairs)
    before: list[dict[str, Any]] = [{"kind": "before", "objects": pair} for pair in pairs]
    ranks = rng.sample(range(number), min(most_ranks, number))
    pool: list[dict[str, Any]] = [
        {"kind": "at", "objects": [truth[rank]], "rank": rank + 1} for rank in ranks
    ]
    few = number if hard else 3 * number
    pool += before[:few]
    if hard:
        for _ in range(3 * number):
            first, second, third = sorted(rng.sample(range(number), 3))
            one, two = rng.sample((first, second), 2)
            distance = second - first
            statement: dict[str, Any]
            if distance == 1:
                statement = {"kind": "adjacent", "objects": [truth[one], truth[two]]}
            elif rng.random() < 0.5:
                pair = [truth[one], truth[two]]
                statement = {"kind": "apart", "objects": pair, "distance": distance}
            elif rng.random() < 0.4:
                statement = {"kind": "separate", "objects": [truth[one], truth[two]]}
            else:
                outer = rng.sample((truth[first], truth[third]), 2)
                statement = {"kind": "between", "objects": [truth[second], *outer]}
            if statement not in pool:
                pool.append(statement)
    rng.shuffle(pool)
    return pool + before[few:]


def _narrow(ranks: list[int], statements: Sequence[Statement]) -> bool:
    """Removes ranks that a statement excludes, as long as any is; False if nothing remains."""
    while True:
        old = list(ranks)
        for statement in statements:
            _apply(statement, ranks)
        seen = twice = 0
        for possible in ranks:
            twice |= seen & possible
            seen |= possible
        if 0 in ranks or seen.bit_count() < len(ranks):
            return False
        alone = seen & ~twice
        for thing, possible in enumerate(ranks):
            if possible & alone:
                ranks[thing] = possible & alone  # a rank that no other object can have
            if ranks[thing].bit_count() == 1:
                for other in range(len(ranks)):
                    if other != thing:
                        ranks[other] &= ~ranks[thing]
        if 0 in ranks or any(possible & alone & (possible & alone) - 1 for possible in ranks):
            return False
        if ranks == old:
            return True


def _apply(statement: Statement, ranks: list[int]) -> None:
    kind, things = statement["kind"], statement["objects"]
    if kind == "at":
        ranks[things[0]] &= 1 << statement["rank"]
    elif kind == "before":
        _precede(things[0], things[1], ranks)
    elif kind == "between":
        middle, one, two = things
        lowest = min(_lowest(ranks[one]), _lowest(ranks[two]))
        highest = max(ranks[one], ranks[two]).bit_length() - 1
        ranks[middle] &= ((1 << highest) - 1) & ~((2 << lowest) - 1) if highest > lowest else 0
        for this, other in ((one, two), (two, one)):
            if ranks[this].bit_length() - 1 < _lowest(ranks[middle]):
                _precede(middle, other, ranks)
            if _lowest(ranks[this]) > ranks[middle].bit_length() - 1:
                _precede(other, middle, ranks)
    else:
        distance = statement.get("distance", 1)
        for this, other in (things, things[::-1]):
            near = ranks[other] << distance | ranks[other] >> distance
            if kind != "separate":
                ranks[this] &= near
            elif ranks[other].bit_count() == 1:
                ranks[this] &= ~near


def _precede(first: int, second: int, ranks: list[int]) -> None:
    ranks[first] &= (1 << max(ranks[second].bit_length() - 1, 0)) - 1
    ranks[second] &= ~((2 << _lowest(ranks[first])) - 1)


def _lowest(possible: int) -> int:
    """The smallest rank; beyond all ranks if there is none."""
    return (possible & -possible).bit_length() - 1 if possible else 99
