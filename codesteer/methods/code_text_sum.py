"""One answer in text, one in code, and a summarizer that has both before it."""

from __future__ import annotations

from codesteer.episode import Answer
from codesteer.methods.context import clip
from codesteer.methods.turn import Turn, take_turn
from codesteer.models.chat import Message
from codesteer.prompts import prompt
from codesteer.workbench import Workbench


async def code_text_sum(question: str, bench: Workbench) -> Answer:
    """Both answers are to this very question, and are asked for one after the other.

    The summarizer (the bench's, else the task model) decides; its own program is run.
    Precedence of the answer: "any" of `take_turn`, for the summary alone.
    """
    text = await take_turn(bench, [_request(question, "text")], mode="text")
    code = await take_turn(bench, [_request(question, "code")], mode="code")
    request = prompt(
        "summarize",
        question=question,
        text_answer=_shown(text, bench),
        code_answer=_shown(code, bench),
    )
    turn = await take_turn(bench, [Message("user", request)], mode="any", part="summarizer")
    return turn.declared()


def _request(question: str, mode: str) -> Message:
    return Message("user", f"{question}\n\n{prompt(mode)}")


def _shown(turn: Turn, bench: Workbench) -> str:
    room = bench.budget.field_tokens
    shown = clip(turn.reply.strip(), room) or "(nothing)"
    if turn.failure:
        return f"{shown}\nThis failed: {turn.detail}"
    if turn.execution is not None:
        return f"{shown}\nIts output: {clip(turn.execution.stdout.strip(), room)}"
    return shown
