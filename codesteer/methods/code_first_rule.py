"""Three rounds of code, each more complex than the last, then text."""

from __future__ import annotations

from codesteer.episode import Answer
from codesteer.methods.loop import steer
from codesteer.models.chat import ChatModel
from codesteer.prompts import sentence
from codesteer.steerers.protocol import Decision, State
from codesteer.workbench import Workbench

ROUNDS = ("", "thorough", "solver")
"""The sentence that each round of code is asked with."""


class CodeFirst:
    """The rule as a steerer: the first answer that is computed and not disproved ends it."""

    name = "code_first_rule"
    model: ChatModel | None = None

    async def decide(self, state: State, bench: Workbench) -> Decision:
        last, number = state.last, len(state.attempts)
        if last and last.usable and not last.disproved and not last.hard_coded:
            return Decision(action="finish", reason="a computed answer")
        if number < len(ROUNDS):
            guidance = sentence(ROUNDS[number]) if ROUNDS[number] else ""
            return Decision(action="code", guidance=guidance, reason=f"round {number + 1}")
        if number == len(ROUNDS):
            return Decision(action="text", reason="code was tried three times")
        return Decision(action="finish", reason="code and text were tried")


async def code_first_rule(question: str, bench: Workbench) -> Answer:
    """The loop of `steer` under the rule."""
    return await steer(question, bench, CodeFirst())
