"""Turns what was seen of a run into an `Execution`.

Only the kernel's word (exit status, usage) and the bytes that arrived decide the outcome.
The status pipe is written by the snippet's own process: from it are taken whether set-up
was completed, which is said before the first line of the snippet runs, and two hints that
can only choose between fixed words.
"""

from __future__ import annotations

import os
import signal

from codesteer.sandbox.execution import Execution, Limits, Outcome
from codesteer.sandbox.watch import STARTED, Watched, WorkerLost

VALUE_HINTS = {
    f"value:{name}".encode(): f"nothing was printed; the value of `{name}` is given as stdout"
    for name in ("result", "answer", "Answer")
}


def judge(seen: Watched, *, limits: Limits, level: str, speaks: bool = True) -> Execution:
    """`speaks`: the back end promises to say that set-up was completed."""
    if speaks and not seen.status.startswith(STARTED):
        if seen.cut in ("", "disk", "threads", "memory"):
            said = seen.status.decode("utf-8", "replace").strip() or "no word from it"
            raise WorkerLost(f"set-up of the snippet's process failed: {said}")
        if seen.cut == "timeout":
            raise WorkerLost("set-up of the snippet's process did not end in time")
    hints = set(seen.status.splitlines()[1:])
    status = seen.ending.wait_status
    signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    exited = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
    outcome, notes = _outcome(seen, limits, signalled, exited, b"memory" in hints)
    if exited == 0:
        notes += [note for hint, note in VALUE_HINTS.items() if hint in hints]
    return Execution(
        outcome=outcome,
        stdout=_text(seen.stdout),
        stderr=_text(seen.stderr),
        exit_status=exited,
        signal=signalled,
        wall_s=seen.wall_s,
        cpu_s=seen.ending.cpu_s,
        peak_mb=seen.ending.peak_mb,
        level=level,
        note="; ".join(notes),
    )


def _outcome(
    seen: Watched, limits: Limits, signalled: int | None, exited: int | None, memory: bool
) -> tuple[Outcome, list[str]]:
    if seen.cut == "timeout":
        return "timeout", [f"stopped after {limits.wall_s:g} s"]
    if seen.cut in ("stdout", "stderr"):
        return "output_limit", [f"{seen.cut} cut at {limits.output_kb} KB"]
    if seen.cut == "disk":
        return "killed", [f"more than {limits.disk_mb} MB or {limits.files} files written"]
    if seen.cut == "threads":
        return "killed", [f"more than {limits.threads} threads"]
    if seen.cut == "memory":
        return "memory", [f"limit: {limits.memory_mb} MB"]
    if seen.cut == "cancelled":
        return "killed", ["cancelled"]
    if exited == 0:
        return "ok", []
    if exited is not None:
        return ("memory", [f"limit: {limits.memory_mb} MB"]) if memory else ("error", [])
    # For the limit the kernel counts in ticks, so that by the exact account it may strike
    # early, on a busy machine much so.
    near = seen.ending.cpu_s > limits.processor_s * 0.6
    if signalled == signal.SIGXCPU or (signalled == signal.SIGKILL and near):
        return "timeout", [f"stopped after {limits.processor_s:g} s of processor time"]
    if signalled == signal.SIGKILL and seen.ending.peak_mb > limits.memory_mb / 2:
        return "memory", ["the kernel ran out of memory"]
    return "killed", []


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
