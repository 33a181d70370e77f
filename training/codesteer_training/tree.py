"""A tree of guidance: scores of decisions, and the pairs of siblings that a steerer prefers.

A node is one guidance turn. Turn 1 is the first; the guidance that ends an episode counts as a
turn. Ending at turn i scores 15 - i on a right answer and -i on a wrong one; any other node scores
the mean of what follows it. Being right early is worth most.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import fmean, variance
from typing import Any

BEST = 15
"""From which the turn of a right answer is subtracted."""


@dataclass(kw_only=True)
class Node:
    """One decision of a steerer, after the history of its parents."""

    turn: int
    text: str
    """What the steerer said."""
    correct: bool | None = None
    """Of a node that ended its episode: is the returned answer right?"""
    children: list[Node] = field(default_factory=list)
    rollouts: list[float] = field(default_factory=list)
    """Scores of further episodes that went on from here without branching."""

    @property
    def samples(self) -> list[float]:
        """What the score is the mean of."""
        if self.correct is not None:
            return [BEST - self.turn if self.correct else -self.turn, *self.rollouts]
        return [*(child.score for child in self.children), *self.rollouts]

    @property
    def score(self) -> float:
        """Of this decision.

        Raises:
            ValueError: nothing follows the node, and it did not end the episode.
        """
        if not self.samples:
            raise ValueError(f"the node of turn {self.turn} neither ended nor went on")
        return fmean(self.samples)

    @property
    def spread(self) -> float | None:
        """Variance of the score's samples; None where there is only one."""
        return variance(self.samples) if len(self.samples) > 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Of two siblings, the better and the worse."""

    chosen: Node
    rejected: Node

    @property
    def difference(self) -> float:
        return self.chosen.score - self.rejected.score


def preferences(
    siblings: Sequence[Node], *, difference: float = 2.0, significance: float = 0.0
) -> list[Preference]:
    """Pairs of siblings that differ by more than ``difference``, at least one of them positive.

    The second rule keeps a fast wrong answer from being preferred to a slow wrong one.

    Args:
        siblings: the decisions after one history.
        difference: what their scores must differ by, and more.
        significance: standard errors that the difference must also exceed, where both siblings
            have several samples; 0 asks for none.
    """
    made = []
    for one, other in combinations(siblings, 2):
        better, worse = (one, other) if one.score >= other.score else (other, one)
        gap = better.score - worse.score
        if gap <= difference or better.score <= 0 or better.text == worse.text:
            continue
        if significance and gap < significance * _error(better, worse):
            continue
        made.append(Preference(chosen=better, rejected=worse))
    return sorted(made, key=lambda pair: -pair.difference)


def walk(
    roots: Sequence[Node], history: tuple[Node, ...] = ()
) -> Iterator[tuple[tuple[Node, ...], Sequence[Node]]]:
    """All groups of siblings, each with the nodes that lead to it."""
    yield history, roots
    for node in roots:
        if node.children:
            yield from walk(node.children, (*history, node))


def to_json(node: Node) -> dict[str, Any]:
    """The tree below a node, for looking at."""
    return {
        "turn": node.turn,
        "text": node.text,
        "score": node.score,
        "correct": node.correct,
        "children": [to_json(child) for child in node.children],
    }


def _error(one: Node, other: Node) -> float:
    """Standard error of the difference; 0 where a spread is unknown."""
    if one.spread is None or other.spread is None:
        return 0.0
    return math.sqrt(one.spread / len(one.samples) + other.spread / len(other.samples))
