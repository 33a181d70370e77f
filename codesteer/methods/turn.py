"""One turn of the task model: its reply, the run of its code, and the answer that it declares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from codesteer.episode import Answer, Failure, Part
from codesteer.methods.code_blocks import Extraction, extract
from codesteer.methods.marker import marked
from codesteer.models.chat import Completion, Message, Settings
from codesteer.models.errors import ModelError
from codesteer.sandbox.execution import Execution
from codesteer.workbench import Workbench, failure_of

Mode: TypeAlias = Literal["code", "text", "any"]
"""What was asked for: a program, reasoning without one, or either."""

_NO = re.compile(
    r"(?:(?:i'?m|i am) (?:very |so )?sorry|sorry|i apologi[sz]e)?[\s,.:;!-]*(?:but )?"
    r"(?:i (?:can ?not|can't|won't|am unable to|am not able to)|(?:i'?m) (?:unable|not able) to) "
    r"(?:assist|help|comply|fulfil|fulfill|provide|participate|engage)",
    re.IGNORECASE,
)
_LONGEST_NO = 600


class SandboxFailed(ModelError):
    """The sandbox could not run a program; this says nothing about the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A reply and what became of it.

    ``answer`` is the one answer that the turn declares; it is empty when there is a ``failure``,
    of which ``detail`` tells more in a sentence.
    """

    mode: Mode
    reply: str
    code: str | None = None
    execution: Execution | None = None
    answer: str = ""
    failure: Failure | None = None
    detail: str = ""

    @property
    def way(self) -> Literal["code", "text"]:
        """How the answer was found: a reply without a program is text, whatever was asked for."""
        return "text" if self.code is None else "code"

    def declared(self) -> Answer:
        """The turn as the answer of a method."""
        return Answer(text=self.answer, failure=self.failure, detail=self.detail)


async def take_turn(
    bench: Workbench,
    messages: Sequence[Message],
    *,
    mode: Mode,
    part: Part = "task",
    settings: Settings | None = None,
) -> Turn:
    """Asks a model, runs the program of its reply once, and settles on one answer.

    Which answer is declared, by what was asked for (the first that applies):

    - text: the reply. Its code blocks are not run.
    - code: the program's output, with or without the marker; a program that fails, or prints
      nothing, is a failure whatever the prose around it says. A reply without any program counts
      as it stands.
    - any: output that holds the marker; prose that holds it; any other output; else a failing
      program is a failure, and a reply without one counts as it stands.

    A reply that was cut at the token limit counts if it holds a complete program or marker
    before the cut; otherwise it is truncated.

    Raises:
        ModelError: the model gave no completion, or the sandbox failed.
    """
    completion = await bench.ask(messages, part=part, settings=settings)
    return await settle(bench, completion, mode=mode)


async def settle(bench: Workbench, completion: Completion, *, mode: Mode) -> Turn:
    """A completion as a turn; see `take_turn`."""
    reply, failure = completion.text, failure_of(completion)
    cut = failure == "truncated"
    found = extract(reply, cut=cut)
    if failure == "refused" or _refuses(reply, found):
        return Turn(mode=mode, reply=reply, failure="refused", detail="The model refused.")
    if mode == "text" or found.code is None:
        answer = found.prose if marked(found.prose) is not None else reply
        if cut and marked(answer) is None:
            return Turn(mode=mode, reply=reply, failure="truncated", detail=_CUT)
        return Turn(mode=mode, reply=reply, answer=answer)
    execution = await bench.execute(found.code)
    answer, failure, detail = _declare(mode, found.prose, execution)
    return Turn(
        mode=mode,
        reply=reply,
        code=found.code,
        execution=execution,
        answer=answer,
        failure=failure,
        detail=detail,
    )


def usable(execution: Execution) -> Execution:
    """The execution, unless the sandbox itself failed.

    Raises:
        SandboxFailed: so that the episode ends as one that infrastructure broke.
    """
    if execution.outcome == "sandbox_failure":
        raise SandboxFailed(f"The sandbox failed: {execution.note or 'no reason was given'}")
    return execution


_CUT = "The reply was cut at the token limit before it gave an answer."


def _declare(mode: Mode, prose: str, execution: Execution) -> tuple[str, Failure | None, str]:
    usable(execution)
    output = execution.stdout if execution.outcome == "ok" else ""
    if marked(output) is not None:
        return output, None, ""
    if mode == "any" and marked(prose) is not None:
        return prose, None, ""
    if output.strip():
        return output, None, ""
    if execution.outcome == "timeout":
        return "", "code_timeout", "The program did not end within its time limit."
    return "", "code_error", why(execution)


def why(execution: Execution) -> str:
    """Why a program gave no output, in one line."""
    match execution.outcome:
        case "ok":
            return "The program printed nothing."
        case "error":
            lines = execution.stderr.strip().splitlines()
            return lines[-1].strip()[:300] if lines else "The program failed without a message."
        case "memory":
            return "The program needed more memory than it may have."
        case "output_limit":
            return "The program printed more than it may."
        case "timeout":
            return "The program did not end within its time limit."
        case _:
            return f"The program was killed. {execution.note}".strip()


def _refuses(reply: str, found: Extraction) -> bool:
    short = len(reply) <= _LONGEST_NO and found.code is None and marked(reply) is None
    return short and bool(_NO.match(reply.strip().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))
