"""The published loop, for the published weights: its message order, markers and checker score.

Kept: what the steerer is sent and in which order, how its reply is read, what the task model is
sent, up to six answers. Not kept: the answers are run in the sandbox, once, and the program that
is run is found by our rules; the last answer is run too; a check is written anew after it failed,
but a reply without a program is not asked for again with the same words. Guidance is bounded, and
where there is none the question is asked again.
"""

from __future__ import annotations

import asyncio
from typing import Literal

from codesteer.checkers import symbolic_legacy
from codesteer.episode import Action, Answer, Check, Guidance
from codesteer.methods.code_blocks import extract
from codesteer.methods.context import clip, spoken
from codesteer.methods.turn import Turn, take_turn, usable
from codesteer.models.chat import Message
from codesteer.sandbox.execution import Execution
from codesteer.steerers.legacy import Legacy, sampling
from codesteer.workbench import Workbench

CHECKS = 3
"""Attempts at a check whose program fails."""

MARKERS: tuple[tuple[str, Action], ...] = (
    ("<<<Code>>>", "code"),
    ("<<<Text>>>", "text"),
    ("Return Answer", "finish"),
    ("Terminate", "give_up"),
)
"""Read anywhere in the steerer's reply, the first that is found, as published."""


async def codesteer_legacy(question: str, bench: Workbench, steerer: Legacy) -> Answer:
    """The last answer is the one that is returned. Precedence in it: "any" of `take_turn`.

    Raises:
        ModelError: infrastructure failed, or a conversation no longer fits.
    """
    to_steerer = [Message("user", steerer.text("choose") + question)]
    to_task: list[Message] = []
    guidance = await _guidance(to_steerer, bench)
    bench.record(Guidance(action="revise", text=guidance, reason="published"))
    request = guidance + question
    turn: Turn | None = None
    for _ in range(1 + bench.budget.guidance_turns):
        to_task.append(Message("user", request))
        turn = await take_turn(bench, to_task, mode="any")
        to_task.append(Message("assistant", spoken(turn.reply)))
        if bench.exhausted():
            break
        to_steerer.append(Message("user", await _review(question, turn, steerer, bench)))
        guidance = await _guidance(to_steerer, bench)
        action: Action = next((a for marker, a in MARKERS if marker in guidance), "revise")
        bench.record(Guidance(action=action, text=guidance, reason="published"))
        if action in ("finish", "give_up"):
            break
        said = steerer.text(action) if action in ("code", "text") else guidance
        request = said if said.strip() else question  # no server takes an empty message
    assert turn is not None
    return turn.declared()


async def _guidance(messages: list[Message], bench: Workbench) -> str:
    completion = await bench.ask(messages, part="steerer", settings=sampling(bench.settings))
    guidance = clip(completion.text, bench.budget.field_tokens)
    messages.append(Message("assistant", spoken(guidance)))
    return guidance


async def _review(question: str, turn: Turn, steerer: Legacy, bench: Workbench) -> str:
    """The steerer's next input: reply with its run, the check's words, and the code's score."""
    reply = turn.reply
    if turn.execution is not None:
        reply += steerer.text("execution", **_printed(turn.execution, bench))
    feedback = await _feedback(question, reply, steerer, bench)
    if turn.code is None:
        return steerer.text("review", response=reply, feedback=feedback)
    found = await asyncio.to_thread(symbolic_legacy.analyze, turn.code)
    summary = found.summary + (steerer.text("simple") if found.simple else "")
    verdict: Literal["unknown", "simple", "symbolic"] = "simple" if found.simple else "symbolic"
    verdict = verdict if found.parsed else "unknown"
    bench.record(Check(checker="symbolic", verdict=verdict, score=found.score, summary=summary))
    return steerer.text("review_code", response=reply, feedback=feedback, complexity=summary)


async def _feedback(question: str, reply: str, steerer: Legacy, bench: Workbench) -> str:
    """What the check printed; of a check that failed three times, its last output and errors."""
    request = Message("user", steerer.text("check", question=question, response=reply))
    printed = {"output": "", "errors": "no check was written"}
    for _ in range(CHECKS):
        completion = await bench.ask([request], part="checker")
        code = extract(completion.text, cut=completion.finish == "length").code
        if code is None:
            break
        execution = usable(await bench.execute(code, purpose="check"))
        printed = _printed(execution, bench)
        if execution.outcome == "ok":
            said = f"output: {printed['output']}"
            bench.record(Check(checker="self", verdict="unknown", score=None, summary=said[:500]))
            return said
    return f"output: {printed['output']}, errors: {printed['errors']}"


def _printed(execution: Execution, bench: Workbench) -> dict[str, str]:
    room = bench.budget.field_tokens
    return {
        "output": clip(execution.stdout, room),
        "errors": clip(execution.stderr, room),
    }
