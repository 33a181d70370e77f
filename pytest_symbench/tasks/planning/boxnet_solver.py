"""Plans for BoxNet: boxes are assigned to targets, then moved by all agents at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple, TypeAlias

Square: TypeAlias = "tuple[int, int]"
Grid: TypeAlias = "Sequence[Sequence[Sequence[str]]]"
"""Row by row and square by square, names such as ``box_red`` and ``target_red``."""

TRIES = 12


class Action(NamedTuple):
    """The agent of a square moves a box to a neighbour, or onto the target (the same square)."""

    agent: Square
    colour: str
    destination: Square


@dataclass(frozen=True, slots=True)
class _Box:
    colour: str
    target: Square


def plan(squares: Grid) -> list[list[Action]]:
    """The shortest plan of several tries, which differ in how they break ties."""
    jobs = _assigned(squares)
    bound = least_steps(squares)
    best: list[list[Action]] | None = None
    for attempt in range(TRIES):
        steps = _carried_out(jobs, Random(attempt), careful=attempt % 2 == 0)
        if best is None or len(steps) < len(best):
            best = steps
        if len(best) == bound:
            break
    assert best is not None
    return best


def least_steps(squares: Grid) -> int:
    """A lower bound: the way of the box that has the longest, or the work of one agent."""
    longest = max((_distance(start, box.target) for start, box in _assigned(squares)), default=-1)
    busiest = 0
    for row in squares:
        for things in row:
            # whatever lies there needs this agent, but a box and its target can go at once
            colours = {thing.partition("_")[2] for thing in things}
            busiest = max(
                busiest,
                sum(max(things.count(f"box_{c}"), things.count(f"target_{c}")) for c in colours),
            )
    return max(longest + 1, busiest)


def _assigned(squares: Grid) -> list[tuple[Square, _Box]]:
    """Every box with the target that it is brought to, colour by colour."""
    places: dict[str, list[Square]] = {}
    for row, line in enumerate(squares):
        for column, things in enumerate(line):
            for thing in things:
                places.setdefault(thing, []).append((row, column))
    jobs = []
    for thing in sorted(places):
        kind, _, colour = thing.partition("_")
        if kind == "box":
            boxes, targets = places[thing], places[f"target_{colour}"]
            for box, target in zip(boxes, _matching(boxes, targets), strict=True):
                jobs.append((box, _Box(colour, target)))
    return jobs


def _matching(boxes: list[Square], targets: list[Square]) -> list[Square]:
    """The targets in the order of their boxes: the longest way short, then all of them."""
    ways = [[_distance(box, target) for target in targets] for box in boxes]
    longest = max(map(max, ways))
    while _cheapest(ways, longest - 1) is not None:
        longest -= 1
    order = _cheapest(ways, longest)
    assert order is not None
    return [targets[index] for index in order]


def _cheapest(ways: list[list[int]], longest: int) -> list[int] | None:
    """The assignment without longer ways that has the least sum of squares."""
    best: dict[int, tuple[int, list[int]]] = {0: (0, [])}
    for row in ways:
        following: dict[int, tuple[int, list[int]]] = {}
        for used, (cost, order) in best.items():
            for index, way in enumerate(row):
                if way <= longest and not used >> index & 1:
                    candidate = cost + way * way, [*order, index]
                    key = used | 1 << index
                    if key not in following or candidate < following[key]:
                        following[key] = candidate
        best = following
    return best[(1 << len(ways)) - 1][1] if best else None


def _carried_out(
    jobs: Sequence[tuple[Square, _Box]], rng: Random, *, careful: bool
) -> list[list[Action]]:
    """Every agent in every step moves the box of its square that has farthest to go.

    Every move shortens a way, and each agent works while it has a box: this ends.
    """
    held: dict[Square, list[_Box]] = {}
    for square, box in jobs:
        held.setdefault(square, []).append(box)
    steps = []
    while held:
        actions, arrivals = [], []
        load = {square: len(boxes) for square, boxes in held.items()}
        for square in sorted(held):
            boxes = held[square]
            rng.shuffle(boxes)
            boxes.sort(key=lambda box: _distance(square, box.target))
            box = boxes.pop()
            nearer = _nearer(square, box.target)
            rng.shuffle(nearer)
            destination = min(nearer, key=lambda place: load.get(place, 0)) if nearer else square
            if careful:
                load[destination] = load.get(destination, 0) + 1
            actions.append(Action(square, box.colour, destination))
            if nearer:
                arrivals.append((destination, box))
        held = {square: boxes for square, boxes in held.items() if boxes}
        for square, box in arrivals:
            held.setdefault(square, []).append(box)
        steps.append(actions)
    return steps


def _nearer(square: Square, target: Square) -> list[Square]:
    row, column = square
    neighbours = []
    if row != target[0]:
        neighbours.append((row + (1 if target[0] > row else -1), column))
    if column != target[1]:
        neighbours.append((row, column + (1 if target[1] > column else -1)))
    return neighbours


def _distance(first: Square, second: Square) -> int:
    return abs(first[0] - second[0]) + abs(first[1] - second[1])
