"""What a model is told of an attempt: how the run of its program went, what the check says."""

from __future__ import annotations

from codesteer.methods.context import clip
from codesteer.steerers.protocol import Attempt
from codesteer.workbench import Workbench


def report(attempt: Attempt, bench: Workbench, whose: str = "Your") -> str:
    """How the run went and what the check says, within a field of the budget.

    Times are left out, so that a repeated run brings the same words.
    """
    lines = []
    turn, run, room = attempt.turn, attempt.turn.execution, bench.budget.field_tokens
    if run is not None:
        output = run.stdout.strip()
        if run.outcome == "ok":
            lines.append(f"{whose} program ran. Output:" if output else turn.detail)
        elif run.outcome == "error":
            lines.append(f"{whose} program failed:\n{clip(run.stderr.strip(), room // 2)}")
        elif run.outcome == "timeout":
            lines.append(f"{whose} program did not end within {bench.limits.wall_s:g} seconds.")
        else:
            lines.append(turn.detail)
        if output:
            if run.outcome != "ok":
                lines.append("Output before that:")
            lines.append(clip(output, room // 2))
    if attempt.check is not None and attempt.check.verdict != "unknown":
        reason = f": {attempt.check.summary}" if attempt.check.summary else ""
        lines.append(f"A check says that the answer is {attempt.check.verdict}{reason}.")
    return "\n".join(lines)
