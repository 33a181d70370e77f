"""The model may run Python in our sandbox as often as it likes, then answers."""

from __future__ import annotations

import json

from codesteer.episode import Answer, CodeRun
from codesteer.methods.code_blocks import extract
from codesteer.methods.context import clip
from codesteer.methods.marker import legible, marked
from codesteer.methods.turn import Turn, settle, usable, why
from codesteer.models.chat import HOSTED, Completion, Message, Tool, ToolCall
from codesteer.models.errors import BadRequest
from codesteer.prompts import prompt
from codesteer.sandbox.execution import Execution
from codesteer.workbench import Workbench

ROUNDS = 8
"""Replies of the model at most."""
CALLS = 4
"""Calls that are run of those in one reply."""

TOOL = Tool(
    name="python",
    description="Runs a Python program and returns what it prints. Nothing is kept between calls.",
    parameters={
        "type": "object",
        "properties": {"code": {"type": "string", "description": "The whole program."}},
        "required": ["code"],
    },
)


HOSTED_TOOL = Tool(name=HOSTED, description="", parameters={}, hosted=True)


class ToolsRefused(Exception):
    """The first request with a tool was not accepted."""


async def code_interpreter(question: str, bench: Workbench) -> Answer:
    """Offers a tool; where the server takes none, asks for code blocks and shows their output.

    With ``bench.interpreter`` "hosted" the provider runs the code on its machines, in one call;
    what ran is recorded all the same.

    Precedence of the answer: the marker in the closing reply; in the output of the last run that
    succeeded; that output if it is one bare value and the closing reply is not; the closing
    reply; that output as it is. A model that never closes has the last.
    """
    if bench.interpreter == "hosted":
        return await _hosted(question, bench)
    try:
        return await _with_tool(question, bench)
    except ToolsRefused:
        return await _with_blocks(question, bench)


async def _with_tool(question: str, bench: Workbench) -> Answer:
    settings = bench.settings.but(tools=(TOOL,))
    messages = [Message("user", question)]
    output = ""
    for number in range(ROUNDS):
        try:
            completion = await bench.ask(messages, settings=settings)
        except BadRequest as error:  # so do servers answer that know no tools
            if number:
                raise
            raise ToolsRefused from error
        if not completion.tool_calls:
            if _wants_run(completion):  # it writes code instead of calling
                return await _with_blocks(question, bench, first=completion)
            return await _closed(bench, completion, output)
        messages.append(Message("assistant", completion.text, tool_calls=completion.tool_calls))
        for place, call in enumerate(completion.tool_calls):
            shown = f"At most {CALLS} calls are run at a time."
            if place < CALLS:
                shown, output = await _called(bench, call, output)
            messages.append(Message("tool", shown, tool_call_id=call.id))
    return _unclosed(output)


async def _hosted(question: str, bench: Workbench) -> Answer:
    settings = bench.settings.but(tools=(HOSTED_TOOL,))
    completion = await bench.ask([Message("user", question)], settings=settings)
    output = ""
    for call in completion.tool_calls:
        ran = json.loads(call.arguments)  # our own, not the model's
        execution = Execution(
            outcome="error" if ran["failed"] else "ok",
            stdout=ran["output"],
            note="It ran on the provider's machines.",
        )
        bench.record(CodeRun(purpose="tool", code=ran["code"], execution=execution))
        if execution.outcome == "ok" and execution.stdout.strip():
            output = execution.stdout
    return await _closed(bench, completion, output)


async def _with_blocks(
    question: str, bench: Workbench, *, first: Completion | None = None
) -> Answer:
    messages = [Message("user", f"{question}\n\n{prompt('interpreter')}")]
    output, ran = "", set[str]()
    for number in range(ROUNDS):
        completion = first if first and not number else await bench.ask(messages)
        code = extract(completion.text, cut=completion.finish == "length").code
        if code is None or not _wants_run(completion):
            return await _closed(bench, completion, output)
        if code in ran:  # it would go on like this
            break
        ran.add(code)
        execution = usable(await bench.execute(code, purpose="tool"))
        if execution.outcome == "ok" and execution.stdout.strip():
            output = execution.stdout
            if marked(output) is not None:
                return Answer(text=output)
        shown = prompt("interpreter_output", output=_shown(execution, bench))
        messages += [Message("assistant", completion.text), Message("user", shown)]
    return _unclosed(output)


async def _called(bench: Workbench, call: ToolCall, output: str) -> tuple[str, str]:
    """What the model is shown of a call, and the last good output."""
    code = _code(call)
    if code is None:
        return f"Call {TOOL.name} with a JSON object that has the text 'code'.", output
    execution = usable(await bench.execute(code, purpose="tool"))
    good = execution.outcome == "ok" and execution.stdout.strip()
    return _shown(execution, bench), execution.stdout if good else output


def _code(call: ToolCall) -> str | None:
    """The program of a call; None for another tool or arguments that are not as they should be."""
    if call.name != TOOL.name:
        return None
    try:
        arguments = json.loads(call.arguments)
    except (ValueError, RecursionError):
        return None
    code = arguments.get("code") if isinstance(arguments, dict) else None
    return code if isinstance(code, str) and code.strip() else None


def _shown(execution: Execution, bench: Workbench) -> str:
    room = bench.budget.field_tokens
    if execution.outcome == "ok":
        return clip(execution.stdout.strip(), room) or "(it printed nothing)"
    printed = clip(execution.stdout.strip(), room // 2)
    error = clip(execution.stderr.strip(), room // 2) if execution.stderr else why(execution)
    return f"{printed}\n{error}".strip()


def _wants_run(completion: Completion) -> bool:
    """Does a reply hold a program but no answer of its own?"""
    found = extract(completion.text, cut=completion.finish == "length")
    return found.code is not None and marked(found.prose) is None


async def _closed(bench: Workbench, completion: Completion, output: str) -> Answer:
    turn: Turn = await settle(bench, completion, mode="text")
    if turn.failure is None and marked(turn.answer) is not None:
        return turn.declared()
    if marked(output) is not None:
        return Answer(text=output)
    said = turn.answer.strip()
    if output and (not said or (legible(output) and not legible(said))):
        return Answer(text=output)
    return turn.declared()


def _unclosed(output: str) -> Answer:
    if output:
        return Answer(text=output)
    detail = "The model ran code until the end without an answer."
    return Answer(text="", failure="code_error", detail=detail)
