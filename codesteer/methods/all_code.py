"""One program that computes the answer."""

from __future__ import annotations

from codesteer.episode import Answer
from codesteer.methods.turn import take_turn
from codesteer.models.chat import Message
from codesteer.prompts import prompt
from codesteer.workbench import Workbench


async def all_code(question: str, bench: Workbench) -> Answer:
    """Asks for a program. Precedence of the answer: "code" of `take_turn`."""
    request = f"{question}\n\n{prompt('code')}"
    turn = await take_turn(bench, [Message("user", request)], mode="code")
    return turn.declared()
