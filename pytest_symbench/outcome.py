"""Outcomes: what became of an episode. An error is never a wrong answer."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from codesteer.episode import Episode
from pytest_symbench.tasks import Verdict

Outcome: TypeAlias = Literal[
    "correct",
    "wrong",
    "no_answer",
    "truncated",
    "refused",
    "code_error",
    "code_timeout",
    "infrastructure",
]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

LETTERS: dict[Outcome, str] = {
    "correct": ".",
    "wrong": "w",
    "no_answer": "n",
    "truncated": "t",
    "refused": "r",
    "code_error": "e",
    "code_timeout": "o",
    "infrastructure": "I",
}
"""One letter each, for progress lines and tables."""


def outcome(episode: Episode, verdict: Verdict) -> Outcome:
    """The outcome of an episode whose declared answer was judged.

    An answer that can be read is judged by what it says, even if the reply was cut off after
    it. Where there is none, the episode's own failure says why.
    """
    if episode.failure == "infrastructure":
        return "infrastructure"
    if verdict.kind == "correct":
        return "correct"
    if verdict.kind == "wrong" and episode.failure in (None, "truncated"):
        return "wrong"
    return episode.failure or "no_answer"
