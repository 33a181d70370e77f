"""What a steering model is shown: a line for each attempt, and the last one in full.

Prompted and tuned steerers, and the data that the tuned ones learn from, share these texts.
"""

from __future__ import annotations

from codesteer.methods.context import clip
from codesteer.methods.marker import marked
from codesteer.methods.report import report
from codesteer.steerers.protocol import Attempt, State
from codesteer.workbench import Workbench

SHOWN = 80
"""Characters of an earlier answer."""


def table(state: State) -> str:
    """One line for each attempt: way, outcome, answer, checks."""
    return "\n".join(
        f"{number}. {_line(attempt)}" for number, attempt in enumerate(state.attempts, 1)
    )


def last_reply(state: State, bench: Workbench) -> str:
    """The last reply, and what became of it."""
    if state.last is None:
        return ""
    parts = [clip(state.last.turn.reply.strip(), bench.budget.field_tokens)]
    parts.append(report(state.last, bench, "Its"))
    if state.last.symbolic is not None:
        parts.append(f"Its program: {state.last.symbolic.summary}")
    return "\n".join(part for part in parts if part)


def _line(attempt: Attempt) -> str:
    turn = attempt.turn
    said: list[str] = [turn.way]
    if attempt.usable:
        answer = marked(turn.answer) or turn.answer.strip()
        shown = " ".join(answer[: 4 * SHOWN].split())
        said.append(f"answer {shown if len(shown) <= SHOWN else shown[:SHOWN] + '...'}")
    elif attempt.echo:
        said.append("only repeats the placeholder")
    else:
        said.append((turn.failure or "no answer").replace("_", " "))
    if attempt.symbolic is not None:
        kind = "hard-coded" if attempt.hard_coded else "simple" if attempt.symbolic.simple else ""
        said.append(f"{kind or 'computed'} (score {attempt.symbolic.score:g})")
    if attempt.check is not None:
        said.append(f"check: {attempt.check.verdict}")
    return ", ".join(said)
