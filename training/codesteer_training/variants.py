"""Who steers while data are made: a base steerer, with some turns laid down beforehand.

The paper tells its data-making steerer in words to switch from code to text or back; here the
first turns are laid down, which always works. A base without chance (the rules of `Policy`) is
given some, so that both ways are tried on every kind of question.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from codesteer.episode import Action
from codesteer.models.chat import ChatModel, Completion, Message, Settings
from codesteer.steerers.policy import Policy
from codesteer.steerers.protocol import Decision, State, Steerer
from codesteer.workbench import Workbench
from pytest_symbench.cli.mistakes import Mistake

OPENINGS: dict[str, tuple[Action, ...]] = {
    "free": (),
    "code_then_text": ("code", "text"),
    "text_then_code": ("text", "code"),
}
"""Variant -> the turns that are laid down."""
WANDERING = 0.15
"""How often a later turn of the rules is replaced by one drawn at random."""


@dataclass(kw_only=True)
class Laid:
    """Decides as laid down; after that as the base does.

    ``until`` ends the episode after the laid turns, which shows what they lead to.
    """

    decisions: Sequence[Decision]
    base: Steerer
    wander: Random | None = None
    until: bool = False
    name: str = "laid"

    @property
    def model(self) -> ChatModel | None:
        return self.base.model

    @model.setter
    def model(self, model: ChatModel | None) -> None:
        self.base.model = model

    async def decide(self, state: State, bench: Workbench) -> Decision:
        turn = len(state.attempts)
        if turn < len(self.decisions):
            return self.decisions[turn]
        if self.until and turn:
            return Decision(action="finish", reason="as far as it was laid down")
        if self.wander and self.wander.random() < WANDERING and turn:
            return wandered(self.wander)
        return await self.base.decide(state, bench)


@dataclass(frozen=True, slots=True)
class Warm:
    """A model at another temperature, and with a seed of its own in each episode."""

    model: ChatModel
    temperature: float
    seed: int

    @property
    def name(self) -> str:
        return self.model.name

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        warm = settings.but(temperature=self.temperature, seed=self.seed)
        return await self.model.complete(messages, settings=warm)

    async def aclose(self) -> None:
        """Nothing: the model belongs to whoever opened it."""


def variant(name: str, base: Steerer, rng: Random) -> Laid:
    """The steerer of a variant.

    Raises:
        Mistake: there is no such variant.
    """
    if name not in OPENINGS:
        raise Mistake(f"there is no variant {name!r}; known are {', '.join(OPENINGS)}")
    opening = [Decision(action=action, reason=f"variant {name}") for action in OPENINGS[name]]
    chance = rng if isinstance(base, Policy) else None
    if chance and not opening:
        way: Action = "code" if chance.random() < 0.5 else "text"
        opening = [Decision(action=way, reason="drawn")]
    return Laid(decisions=opening, base=base, wander=chance, name=f"{name}/{base.name}")


def wandered(rng: Random) -> Decision:
    """A decision drawn at random, with guidance that fits it."""
    action: Action = rng.choice(("code", "text", "revise"))
    return Decision(action=action, guidance=rng.choice(_guidance()[action]), reason="drawn")


@cache
def _guidance() -> dict[str, list[str]]:
    text = files("codesteer_training").joinpath("guidance.json").read_text(encoding="utf-8")
    table: dict[str, list[str]] = json.loads(text)
    return table
