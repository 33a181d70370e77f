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

    Fills the ranks from the front. An object waits for those that come before it, and is due as
    soon as all later ranks are needed for those that come after it.
    """
    earlier, latest, fixed = _bounds(number, statements)
    involved: list[list[Statement]] = [[] for _ in range(number)]
    for statement in statements:
        if statement["kind"] in HARD:
            for thing in statement["objects"]:
                involved[thing].append(statement)
    rank = [0] * number  # 1-based; 0 while the object has none
    order: list[int] = []

    def fits(thing: int, place: int) -> bool:
        if fixed.get(place, thing) != thing or any(not rank[other] for other in earlier[thing]):
            return False
        return all(
            _possible(statement, thing, place, number, rank) for statement in involved[thing]
        )

    def due(place: int) -> set[int]:
        """The objects that must come now, because a statement or the end leaves no choice."""
        urgent = {thing for thing in range(number) if not rank[thing] and latest[thing] <= place}
        for thing in order:
            for statement in involved[thing]:
                distance = {"adjacent": 1, "apart": statement.get("distance")}.get(
                    statement["kind"]
                )
                if distance and rank[thing] + distance == place:
                    urgent |= {other for other in statement["objects"] if not rank[other]}
        return urgent

    def search(place: int) -> Iterator[list[int]]:
        if place > number:
            yield list(order)
            return
        urgent = due(place)
        if len(urgent) > 1:
            return
        for thing in urgent or range(number):
            if not rank[thing] and fits(thing, place):
                rank[thing] = place
                order.append(thing)
                yield from search(place + 1)
                order.pop()
                rank[thing] = 0

    if all(len(things) <= 1 for things in _claimed(statements).values()):
        yield from search(1)


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


def _bounds(
    number: int, statements: Sequence[Statement]
) -> tuple[list[set[int]], list[int], dict[int, int]]:
    """For each object those that come before it and its latest rank; and rank -> its object."""
    earlier: list[set[int]] = [set() for _ in range(number)]
    latest = [number] * number
    fixed = {}
    for statement in statements:
        if statement["kind"] == "before":
            first, second = statement["objects"]
            earlier[second].add(first)
        elif statement["kind"] == "at":
            (thing,) = statement["objects"]
            fixed[statement["rank"]] = thing
            latest[thing] = statement["rank"]
    for _ in range(number):  # ranks pass on along chains, one link a round
        for second, firsts in enumerate(earlier):
            for first in firsts:
                latest[first] = min(latest[first], latest[second] - 1)
    return earlier, latest, fixed


def _claimed(statements: Sequence[Statement]) -> dict[int, set[int]]:
    claimed: dict[int, set[int]] = {}
    for statement in statements:
        if statement["kind"] == "at":
            claimed.setdefault(statement["rank"], set()).add(statement["objects"][0])
    return claimed


def _possible(
    statement: Statement, thing: int, place: int, number: int, rank: Sequence[int]
) -> bool:
    """Can an object take the next free rank, as far as one statement on it goes?"""
    kind, things = statement["kind"], statement["objects"]
    if kind == "between":
        middle, one, two = things
        if thing == middle:
            return bool(rank[one]) != bool(rank[two])
        other = two if thing == one else one
        return bool(rank[middle]) == bool(rank[other])
    other = things[1] if thing == things[0] else things[0]
    gap = place - rank[other] if rank[other] else 0
    if kind == "separate":
        return gap != 1
    distance = 1 if kind == "adjacent" else statement["distance"]
    return gap == distance if gap else place + distance <= number
