"""Reads a steering model's reply: one action and its guidance, or nothing.

Two forms are read. A JSON object ``{"action": ..., "guidance": ...}`` that is all of the reply,
or its end. Or a marker ``<<<action>>>`` alone on a line; the other lines are the guidance. Words
inside a sentence are never an action, and a reply that names two different ones names none.
"""

from __future__ import annotations

import json
import re
from typing import get_args

from codesteer.episode import Action
from codesteer.steerers.protocol import Decision

LONGEST = 20_000
"""Characters of a reply; a longer one is no guidance."""

_ACTIONS: dict[str, Action] = {
    **{action: action for action in get_args(Action)},
    "giveup": "give_up",
    "return_answer": "finish",
    "terminate": "give_up",
}
_MARKER = re.compile(r"[\s*_#>`-]*<<<[ \t]*([A-Za-z][A-Za-z _]{0,30}?)[ \t]*>>>[\s*_.`]*")


def parse(reply: str, *, begun: bool) -> Decision | None:
    """The decision of a reply, or None. Before the first answer (not ``begun``) only code and
    text are decisions: there is nothing yet to revise or to return.
    """
    if len(reply) > LONGEST:
        return None
    decision = _from_json(reply) or _from_markers(reply)
    if decision is None or begun or decision.action in ("code", "text"):
        return decision
    return None


def render(decision: Decision) -> str:
    """The form that a steering model is taught to write, and that `parse` reads back."""
    return f"<<<{decision.action}>>>\n{decision.guidance}".rstrip()


def _from_markers(reply: str) -> Decision | None:
    actions: set[Action] = set()
    guidance = []
    for line in reply.splitlines():
        match = _MARKER.fullmatch(line[:200])
        action = _action(match[1]) if match else None
        if action:
            actions.add(action)
        else:
            guidance.append(line)
    if len(actions) != 1:
        return None
    return Decision(action=actions.pop(), guidance="\n".join(guidance).strip(), reason="steered")


def _from_json(reply: str) -> Decision | None:
    text = reply.strip().removesuffix("```").rstrip()
    start = 0 if text.startswith("{") else text.find("\n{") + 1
    if not text.endswith("}") or not text.startswith("{", start):
        return None
    try:
        data = json.loads(text[start:])
    except (ValueError, RecursionError):
        return None
    action, guidance = data.get("action"), data.get("guidance", "")
    if not isinstance(action, str) or not isinstance(guidance, str):
        return None
    known = _action(action)
    return known and Decision(action=known, guidance=guidance.strip(), reason="steered")


def _action(name: str) -> Action | None:
    return _ACTIONS.get("_".join(name.lower().split()))
