"""What an episode of a method takes where nothing has been measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pytest_symbench.cases import Case


class Prior(NamedTuple):
    """An episode of which nothing is known but its method."""

    calls: float
    prompt: float
    """Tokens of a call beside the question: instructions, and earlier turns."""


PRIORS: Mapping[str, Prior] = {
    "only_question": Prior(1, 0),
    "all_text": Prior(1, 30),
    "all_code": Prior(1, 40),
    "autogen": Prior(1, 120),
    "code_text_sum": Prior(3, 270),
    "choice": Prior(2, 100),
    "code_interpreter": Prior(2, 200),
    "symbolic_agent": Prior(6, 900),
    "codesteer": Prior(2, 200),
    "few_shot": Prior(1, 300),
    "code_first_rule": Prior(1.5, 150),
    "code_first_agent": Prior(6, 900),
    "self_estimate": Prior(3, 150),
    "self_consistency": Prior(5, 0),
}
"""Calls are those that the simulated gpt-4o needs; prompts are counted, earlier replies included."""

UNKNOWN = Prior(2, 200)
"""A method of a user's own."""


def prior(method: str) -> Prior:
    """What is expected of a method."""
    return PRIORS.get(method, UNKNOWN)


def longest_first(cases: Iterable[Case]) -> list[Case]:
    """The same cases, those of many calls first: begun last, they would run on alone at the end."""
    return sorted(cases, key=lambda case: -prior(case.method).calls)
