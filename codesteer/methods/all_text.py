"""Reasoning in text, without code."""

from __future__ import annotations

from codesteer.episode import Answer
from codesteer.methods.turn import take_turn
from codesteer.models.chat import Message
from codesteer.prompts import prompt
from codesteer.workbench import Workbench


async def all_text(question: str, bench: Workbench) -> Answer:
    """Asks for reasoning step by step. The reply is the answer; no code is run."""
    request = f"{question}\n\n{prompt('text')}"
    turn = await take_turn(bench, [Message("user", request)], mode="text")
    return turn.declared()
