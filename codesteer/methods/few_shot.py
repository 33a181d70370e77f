"""Five worked examples of choosing between code and text, then the question."""

from __future__ import annotations

from codesteer.episode import Answer
from codesteer.methods.turn import take_turn
from codesteer.models.chat import Message
from codesteer.prompts import prompt
from codesteer.workbench import Workbench


async def few_shot(question: str, bench: Workbench) -> Answer:
    """Asks in one turn. Precedence of the answer: "any" of `take_turn`."""
    request = prompt("few_shot", question=question)
    turn = await take_turn(bench, [Message("user", request)], mode="any")
    return turn.declared()
