"""The steerer without a model: rules over the question, the runs and the checks.

Each rule looks at the state and decides or passes; the first that decides counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from codesteer.methods.marker import key, legible
from codesteer.models.chat import ChatModel
from codesteer.prompts import sentence
from codesteer.steerers.features import suited
from codesteer.steerers.fidelity import listed, missing
from codesteer.steerers.protocol import Attempt, Decision, State
from codesteer.workbench import Workbench

Rule: TypeAlias = Callable[[State, Attempt], "Decision | None"]

MISCOPIED = "data of the question are missing in the program"

REPAIRS = 2
"""Failing programs in a row after which reasoning in text is tried."""


class Policy:
    """Deterministic rules; costs no call."""

    name = "policy"
    model: ChatModel | None = None

    async def decide(self, state: State, bench: Workbench) -> Decision:
        return decide(state)


def decide(state: State) -> Decision:
    """The decision of the rules."""
    last = state.last
    if last is None:
        way = suited(state.question)
        return Decision(action=way, reason=f"the question asks for {_ASKS[way]}")
    for rule in RULES:
        if decision := rule(state, last):
            return decision
    return Decision(action="finish", reason="no rule asks for more")


_ASKS = {"code": "computing", "text": "reading"}


def _switch(state: State, way: str, reason: str, said: str = "") -> Decision | None:
    """The other way, unless it has failed as often as is tried."""
    other: Literal["code", "text"] = "text" if way == "code" else "code"
    if state.failures(other) >= REPAIRS:
        return None
    guidance = sentence(said) if said else ""
    return Decision(action=other, guidance=guidance, reason=reason, fresh=bool(said))


def refused(state: State, last: Attempt) -> Decision | None:
    if last.turn.failure != "refused":
        return None
    if sum(a.turn.failure == "refused" for a in state.attempts) > 1:
        return Decision(action="give_up", reason="the model refuses")
    return _switch(state, last.turn.mode, "the model refused", "harmless")


def cut_off(state: State, last: Attempt) -> Decision | None:
    if last.turn.failure != "truncated":
        return None
    if sum(a.turn.failure == "truncated" for a in state.attempts) > 1:
        return _switch(state, last.turn.mode, "cut off again", "shorter")
    return Decision(
        action="revise",
        guidance=sentence("shorter"),
        reason="the reply was cut off",
        fresh=True,
    )


def too_slow(state: State, last: Attempt) -> Decision | None:
    if last.turn.failure != "code_timeout":
        return None
    if state.failures("code") >= REPAIRS:
        return _switch(state, "code", "programs stay too slow")
    return Decision(
        action="code",
        guidance=sentence("faster"),
        reason="the program was too slow",
    )


def broken(state: State, last: Attempt) -> Decision | None:
    if last.turn.failure != "code_error" or last.turn.execution is None:
        return None
    failed = state.failures("code")
    if failed > REPAIRS:
        return _switch(state, "code", "programs keep failing")
    said = "print" if last.turn.execution.outcome == "ok" else "fix"
    if failed == REPAIRS:
        said = "simpler"
    return Decision(
        action="code",
        guidance=sentence(said),
        reason="the program failed",
        fresh=said == "simpler",
    )


def echoed(state: State, last: Attempt) -> Decision | None:
    if not last.echo:
        return None
    if sum(a.echo for a in state.attempts) > 1:
        return _switch(state, last.turn.way, "the placeholder again")
    return Decision(
        action="revise",
        guidance=sentence("placeholder"),
        reason="the answer is the question's placeholder",
    )


def agreed(state: State, last: Attempt) -> Decision | None:
    """The same answer was found both ways, or is confirmed by its check."""
    if not last.usable or last.disproved:
        return None
    if last.confirmed and not last.hard_coded:
        return Decision(action="finish", reason="the check confirms the answer")
    mine = key(last.turn.answer)
    others = [a for a in state.attempts[:-1] if a.usable and key(a.turn.answer) == mine]
    if any(a.turn.way != last.turn.way for a in others):
        return Decision(action="finish", reason="code and text agree")
    return None


def disproved(state: State, last: Attempt) -> Decision | None:
    if not last.disproved:
        return None
    if sum(a.disproved for a in state.attempts) >= REPAIRS:
        return _switch(state, last.turn.way, "disproved again")
    guidance = sentence("mistaken")
    return Decision(action="revise", guidance=guidance, reason="the check disproves the answer")


def stated(state: State, last: Attempt) -> Decision | None:
    """A program that only prints what the model believes is worth no more than text."""
    if not (last.usable and last.hard_coded):
        return None
    if sum(a.hard_coded for a in state.attempts) >= REPAIRS:
        return _switch(state, "code", "the answer is hard-coded again")
    return Decision(
        action="code",
        guidance=sentence("compute"),
        reason="the answer is hard-coded",
        fresh=True,
    )


def unmarked(state: State, last: Attempt) -> Decision | None:
    """Prose or several lines in which no answer is marked; a bare value needs no marker."""
    if not last.usable or legible(last.turn.answer):
        return None
    if sum(a.usable and not legible(a.turn.answer) for a in state.attempts) > 1:
        return None
    said = "mark_print" if last.turn.way == "code" else "mark"
    return Decision(action="revise", guidance=sentence(said), reason="no answer is marked")


def miscopied(state: State, last: Attempt) -> Decision | None:
    """A program without the question's data answers another question; this is said once."""
    if not last.usable or last.turn.code is None:
        return None
    lost = missing(state.question, last.turn.code)
    said = any(a.decision and a.decision.reason == MISCOPIED for a in state.attempts)
    if said or not lost:
        return None
    guidance = sentence("miscopied", data=listed(state.question, lost))
    return Decision(action="code", guidance=guidance, reason=MISCOPIED, fresh=True)


def crossed(state: State, last: Attempt) -> Decision | None:
    """An answer from text to a question of computing is tried once with code."""
    tried = any(a.turn.way == "code" or a.turn.mode == "code" for a in state.attempts)
    if last.turn.way == "code" or tried or suited(state.question) == "text":
        return None
    return Decision(action="code", reason="text answered a question of computing")


RULES: tuple[Rule, ...] = (
    refused,
    cut_off,
    too_slow,
    broken,
    echoed,
    agreed,
    disproved,
    unmarked,
    miscopied,
    stated,
    crossed,
)
