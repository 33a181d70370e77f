"""What a making of data will take, before it starts. From the paper's figures, and labelled so."""

from __future__ import annotations

from codesteer.models.chat import Usage
from codesteer.models.prices import price

CORRECT = 0.70
"""Share of episodes that end right, from the paper's agent that made its data (65.9 on average)."""
CALLS = 5
"""Calls of one steered episode with checks: about two answers, as many decisions, one check."""
INPUT, OUTPUT = 3500, 1200
"""Tokens of such an episode; the paper states 4,693 of the task model."""
SECONDS = 40.0
"""Of one episode, without waiting for others."""


def projection(model: str, wanted: int, connections: int) -> str:
    """Episodes, calls, tokens, money and hours, in a few sentences."""
    episodes = round(wanted / CORRECT)
    cost = price(model, Usage(input=episodes * INPUT, output=episodes * OUTPUT))
    money = "at an unknown price" if cost is None else f"{cost:,.2f} USD"
    text = (
        f"{wanted:,} trajectories wanted: about {episodes:,} episodes, {episodes * CALLS:,} calls, "
        f"{episodes * INPUT / 1e6:.1f} M tokens in and {episodes * OUTPUT / 1e6:.1f} M out, {money}"
    )
    if model.startswith("simulated"):
        return text + ". The model is simulated: no call leaves this machine."
    hours = episodes * SECONDS / max(1, connections) / 3600
    return f"{text}, {hours:.1f} h with {connections} connections (estimates; --budget caps them)."
