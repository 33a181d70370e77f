"""The question alone. A program in the reply is run."""

from __future__ import annotations

from codesteer.episode import Answer
from codesteer.methods.turn import take_turn
from codesteer.models.chat import Message
from codesteer.workbench import Workbench


async def only_question(question: str, bench: Workbench) -> Answer:
    """Asks the question as it is. Precedence of the answer: "any" of `take_turn`."""
    turn = await take_turn(bench, [Message("user", question)], mode="any")
    return turn.declared()
