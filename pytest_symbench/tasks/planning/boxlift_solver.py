"""Schedules for BoxLift: the publication's greedy one, and shorter ones found by search."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeAlias

Round: TypeAlias = "list[tuple[int, list[int]]]"
"""Pairs of a box's weight and the lifters of its team."""

SPREADS = (5, 20, 50)  # percent by which a try distorts weights at most


def greedy(boxes: Sequence[int], lifters: Sequence[int]) -> list[Round]:
    """The publication's schedule, whose length is its limit.

    Boxes are taken from the heaviest to the lightest, lifters in the order of the list.

    Raises:
        ValueError: a box is too heavy for all lifters together.
    """
    if max(boxes, default=0) > sum(lifters):
        raise ValueError("a box is too heavy for all lifters together")
    remaining = sorted(boxes, reverse=True)
    rounds: list[Round] = []
    while remaining:
        free, lifted, left = list(range(len(lifters))), [], []
        for weight in remaining:
            if sum(lifters[lifter] for lifter in free) < weight:
                left.append(weight)
                continue
            team, strength = 0, 0
            while strength < weight:
                strength += lifters[free[team]]
                team += 1
            lifted.append((weight, free[:team]))
            free = free[team:]
        rounds.append(lifted)
        remaining = left
    return rounds


def least_rounds(boxes: Sequence[int], lifters: Sequence[int]) -> int:
    """A lower bound of the length of every schedule."""
    sums = sorted(_Teams(lifters).sums)
    strongest = sorted(lifters, reverse=True)
    used, members = 0, 0
    for weight in boxes:
        used += next(total for total in sums if total >= weight)
        strength = count = 0
        while strength < weight:
            strength += strongest[count]
            count += 1
        members += count
    alone = sum(2 * weight > sums[-1] for weight in boxes)
    return max(-(-used // sums[-1]), -(-members // len(lifters)), alone)


def packed(
    boxes: Sequence[int], lifters: Sequence[int], *, target: int, tries: int, nodes: int
) -> list[Round]:
    """The shortest schedule of several tries; the first one within the target ends the search.

    Every try fills round after round: the heaviest box must go, and of the sets of boxes that
    can go with it the heaviest that is found within so many search nodes is taken. All tries
    but the first distort the weights a little in that choice.
    """
    teams = _Teams(lifters)
    best = greedy(boxes, lifters)
    for attempt in range(tries):
        if len(best) <= target:
            break
        rng = Random(attempt)
        spread = SPREADS[attempt % len(SPREADS)] if attempt else 0
        order = sorted(boxes, reverse=True)
        remaining = [(weight, weight * (100 + rng.randint(0, spread))) for weight in order]
        remaining.sort(key=lambda box: (-box[1], -box[0]))
        rounds: list[Round] = []
        while remaining and len(rounds) + 1 < len(best):
            chosen = _Filling(remaining, teams, nodes).best
            rounds.append([(remaining[index][0], teams.members(team)) for index, team in chosen])
            gone = {index for index, _ in chosen}
            remaining = [box for index, box in enumerate(remaining) if index not in gone]
        if not remaining:
            best = rounds
    return best


class _Teams:
    """The subsets of the lifters as bit masks, with their strengths."""

    def __init__(self, lifters: Sequence[int]) -> None:
        self.lifters = lifters
        self.sums = [0]
        for capacity in lifters:
            self.sums += [total + capacity for total in self.sums]
        self.everyone = len(self.sums) - 1
        self._weakest = [min(self._capacities(team), default=0) for team in range(len(self.sums))]
        self._enough: dict[int, list[int]] = {}

    def members(self, team: int) -> list[int]:
        return [lifter for lifter in range(len(self.lifters)) if team >> lifter & 1]

    def enough(self, weight: int) -> list[int]:
        """The teams that can lift the weight and could not without any member, weakest first."""
        if weight not in self._enough:
            found = [
                team
                for team, (total, weakest) in enumerate(zip(self.sums, self._weakest, strict=True))
                if total >= weight > total - weakest
            ]
            self._enough[weight] = sorted(found, key=lambda team: (self.sums[team], team))
        return self._enough[weight]

    def _capacities(self, team: int) -> list[int]:
        return [self.lifters[lifter] for lifter in self.members(team)]


class _Filling:
    """The boxes of one round: the first one, and what else of the greatest value fits."""

    def __init__(self, boxes: Sequence[tuple[int, int]], teams: _Teams, nodes: int) -> None:
        self.boxes, self.teams, self.nodes = boxes, teams, nodes
        self.best: list[tuple[int, int]] = []
        self.value = -1
        for team in teams.enough(boxes[0][0]):
            self._extend(teams.everyone & ~team, 1, boxes[0][1], [(0, team)])

    def _extend(self, free: int, start: int, value: int, chosen: list[tuple[int, int]]) -> None:
        self.nodes -= 1
        if value > self.value:
            self.value, self.best = value, list(chosen)
        if self.nodes <= 0:
            return
        strength, tried = self.teams.sums[free], -1
        for index in range(start, len(self.boxes)):
            weight, worth = self.boxes[index]
            if weight > strength or weight == tried:
                continue
            if value + strength * (100 + SPREADS[-1]) <= self.value:
                return
            tried = weight
            for team in self.teams.enough(weight):
                if not team & ~free:
                    chosen.append((index, team))
                    self._extend(free & ~team, index + 1, value + worth, chosen)
                    chosen.pop()
                    if self.nodes <= 0:
                        return
