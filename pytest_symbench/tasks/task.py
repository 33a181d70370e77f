"""What a task is: a few pure functions and the facts about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeAlias

from pytest_symbench.tasks.published import Fault, Record

Params: TypeAlias = Mapping[str, Any]
"""What a level sets: JSON-able, e.g. ``{"digits": [4, 4]}``."""

Data: TypeAlias = Mapping[str, Any]
"""All that ``render``, ``verify`` and ``solve`` need: JSON-able, without the answer."""

Split: TypeAlias = Literal["seen", "unseen"]
Family: TypeAlias = Literal[
    "numbers", "strings", "grids", "logic", "planning", "words", "mathematics"
]


class LevelError(ValueError):
    """The level is outside what the task defines; the message says what is defined."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verifier says of one answer.

    ``reason`` names the exact constraint that fails ("lifter 3 is used twice in step 2"), or why
    the answer is right. ``no_answer`` means that nothing in the reply could be read as an answer.
    """

    kind: Literal["correct", "wrong", "no_answer"]
    reason: str

    @property
    def correct(self) -> bool:
        return self.kind == "correct"


def right(reason: str) -> Verdict:
    """A verdict that the answer is correct."""
    return Verdict("correct", reason)


def wrong(reason: str) -> Verdict:
    """A verdict that the answer was read and is not correct."""
    return Verdict("wrong", reason)


@dataclass(frozen=True, kw_only=True)
class Task:
    """One of the 37 kinds of puzzle. One module defines one, as ``TASK``.

    The functions are pure. ``generate`` draws from the given generator alone. ``verify`` reads
    the content of the answer marker; it ends in bounded time on any text, calls no model,
    evaluates nothing, and raises `Unreadable` where the text is not an answer of the task's form.
    """

    name: str
    title: str
    version: int
    """Raised whenever an instance of an existing identity would change."""
    split: Split
    family: Family
    idea: str
    """One or two sentences for people: what is asked."""
    knobs: str
    """What grows with the level."""
    acceptance: str
    """Which answers are right, and in which forms they are read."""
    published_defects: str
    """What was wrong with the published instances or their judge."""
    size_name: str
    """The measure that grows with the level, e.g. "digits of all factors"."""
    size: Callable[[Params], float]
    params: Callable[[int], Params]
    """Level (1 upward) to parameters. Raises `LevelError` beyond what is meaningful."""
    generate: Callable[[Params, Random], Data]
    render: Callable[[Data], str]
    verify: Callable[[Data, str], Verdict]
    solve: Callable[[Data], str]
    """The content of the marker of one right answer, found without a stored key."""
    paper_settings: Mapping[str, Params] = field(default_factory=dict)
    """The settings of the publication by name, e.g. ``{"digits-4-4": {...}}``."""
    published: Callable[[Path], Iterator[Record | Fault]] | None = None
    """Reads the task's published instances below a root folder, lazily."""
    matches_key: Callable[[Record, str], bool] | None = None
    """Does an answer equal the stored key? By default: the same text without white space."""
    spaces: Mapping[int, int] = field(default_factory=dict)
    """Levels so small that draws may repeat, with their number of distinct instances."""
