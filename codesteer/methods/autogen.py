"""A general agent's instruction before the question, in one turn."""

from __future__ import annotations

from codesteer.episode import Answer
from codesteer.methods.turn import take_turn
from codesteer.models.chat import Message
from codesteer.prompts import prompt
from codesteer.workbench import Workbench


async def autogen(question: str, bench: Workbench) -> Answer:
    """Puts the instruction into the user's message. Precedence: "any" of `take_turn`."""
    request = f"{prompt('autogen')}\n\n{question}"
    turn = await take_turn(bench, [Message("user", request)], mode="any")
    return turn.declared()
