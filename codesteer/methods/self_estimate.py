"""The model says how confident it is of code and of text; the higher is used."""

from __future__ import annotations

import re
from typing import Literal

from codesteer.episode import Answer, Guidance
from codesteer.methods.context import spoken
from codesteer.methods.turn import take_turn
from codesteer.models.chat import Message
from codesteer.prompts import prompt, sentence
from codesteer.workbench import Workbench

ASKED = 2
"""Requests for the two numbers; without them code is used."""

_LINE = re.compile(
    r"[\s*_-]*(code|text)[\s*_]*[:=][\s*_]*(\d{1,2}(?:\.\d+)?)(?:\s*/\s*10)?[\s*_.]*"
)


async def self_estimate(question: str, bench: Workbench) -> Answer:
    """Equal confidence means code. Precedence: that of the chosen way in `take_turn`."""
    messages = [Message("user", prompt("self_estimate", question=question))]
    mode: Literal["code", "text"] = "code"
    reason = "no confidence could be read"
    for _ in range(ASKED):
        completion = await bench.ask(messages)
        confidence = scores(completion.text)
        if confidence:
            mode = "text" if confidence["text"] > confidence["code"] else "code"
            reason = f"code {confidence['code']:g}, text {confidence['text']:g}"
            break
        messages = [messages[0]]
        messages += [Message("assistant", spoken(completion.text[:400]))]
        messages += [Message("user", sentence("estimate_again"))]
    bench.record(Guidance(action=mode, text="", reason=reason))
    turn = await take_turn(bench, [Message("user", f"{question}\n\n{prompt(mode)}")], mode=mode)
    return turn.declared()


def scores(reply: str) -> dict[str, float] | None:
    """The confidence in code and in text, each on a line of its own, or None."""
    found: dict[str, float] = {}
    for line in reply.splitlines()[:100]:
        match = _LINE.fullmatch(line[:100].lower())
        if match and match[1] not in found:
            found[match[1]] = float(match[2])
    valid = found.keys() == {"code", "text"} and max(found.values()) <= 10
    return found if valid else None
