"""The question several times; the answer that most samples agree on."""

from __future__ import annotations

from codesteer.episode import Answer, ModelCall
from codesteer.methods.marker import key
from codesteer.methods.turn import Turn, take_turn
from codesteer.models.chat import Message
from codesteer.workbench import Workbench

SAMPLES = 5
"""Samples without a token budget."""
MOST = 40
"""Samples within one: a budget that nothing is counted against must not last forever."""
TEMPERATURE = 0.7
"""Used where the settings ask for none, since equal samples are no sample."""


async def self_consistency(question: str, bench: Workbench) -> Answer:
    """Samples until the token budget is spent, which makes it comparable to a steered method.

    Each sample's answer is taken by "any" of `take_turn`. Failed samples have no vote; of equally
    frequent answers the first counts, and of equal answers the first one's text.
    """
    budget = bench.budget.tokens
    temperature = bench.settings.temperature or TEMPERATURE
    first_seed = bench.settings.seed or 0
    turns: list[Turn] = []
    while len(turns) < (SAMPLES if budget is None else MOST):
        if turns and budget is not None and bench.spent() + _dearest(bench) > budget:
            break
        settings = bench.settings.but(temperature=temperature, seed=first_seed + len(turns))
        turns.append(
            await take_turn(bench, [Message("user", question)], mode="any", settings=settings)
        )
    return elected(turns).declared()


def elected(turns: list[Turn]) -> Turn:
    """The first turn whose answer most turns agree with; a failure only where all failed."""
    voters = [turn for turn in turns if turn.failure is None] or turns
    votes = [sum(key(other.answer) == key(turn.answer) for other in voters) for turn in voters]
    return voters[votes.index(max(votes))]


def _dearest(bench: Workbench) -> int:
    """Tokens of the dearest sample so far; the next is not begun if it may not fit."""
    return max(e.usage.total for e in bench.events if isinstance(e, ModelCall))
