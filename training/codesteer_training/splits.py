"""Which instances may be trained on. Disjoint from evaluation by construction, twice over.

Seeds: training, evaluation and the benchmark's own runs draw from ranges of their own. Questions:
small levels repeat themselves under different seeds, so each question also belongs to one side,
by a hash of its text; what falls on the other side is skipped. Published records, some of which
carry a do-not-train canary, have no seeds and can never be made here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Literal, TypeAlias

from pytest_symbench.tasks import Instance, make, registry
from pytest_symbench.tasks.instance import PUBLISHED, Level

Side: TypeAlias = Literal["train", "eval"]

FIRST: dict[Side, int] = {"train": 1_000_000, "eval": 2_000_000}
"""First seed of each side. Runs of the benchmark count from 0."""
RANGE = 1_000_000
HELD_OUT = 5
"""One question in so many belongs to evaluation."""


class NotForTraining(ValueError):
    """A task or a record that nothing may be trained on; the message says why."""


def side_of(question: str) -> Side:
    """The side that a question belongs to, whatever its seed."""
    digest = hashlib.sha256(question.encode()).digest()
    return "eval" if int.from_bytes(digest[:8], "big") % HELD_OUT == 0 else "train"


def instances(task: str, level: Level, side: Side) -> Iterator[Instance]:
    """The instances of a side, in a fixed order, without a question twice.

    Ends where nothing new was found in 200 seeds: the level is used up.

    Raises:
        NotForTraining: the side is train and the task is unseen, or the level is a published
            record.
    """
    if isinstance(level, str) and level.startswith(PUBLISHED):
        raise NotForTraining(f"{level} is a published record: those are for measuring only")
    if side == "train" and registry.split(task) != "seen":
        raise NotForTraining(f"{task} is one of the unseen tasks: no steerer is trained on it")
    known: set[bytes] = set()
    idle = 0
    for seed in range(FIRST[side], FIRST[side] + RANGE):
        instance = make(registry.get(task), level, seed)
        digest = hashlib.sha256(instance.question.encode()).digest()[:12]
        if digest in known or side_of(instance.question) != side:
            idle += 1
            if idle > 200:
                return
            continue
        idle = 0
        known.add(digest)
        yield instance
