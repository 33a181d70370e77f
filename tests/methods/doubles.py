"""Stand-ins for what methods work with: a model that follows a script, a sandbox that does."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from codesteer.episode import Episode, Part
from codesteer.methods import get_method
from codesteer.models.chat import ChatModel, Completion, Message, Settings, Usage
from codesteer.sandbox.execution import Execution, Limits
from codesteer.workbench import Budget, Method, Workbench, run_episode

Reply: TypeAlias = "str | Completion | Exception"
Script: TypeAlias = "Sequence[Reply] | Callable[[Sequence[Message]], Reply]"
QUESTION = (
    "Multiply 12 by 34, compute the product. Give the integer as your final answer between <<< "
    "and >>>, in the form <<<integer>>>."
)


class ScriptedModel:
    """Answers from a list, in order, or from a function of the conversation."""

    def __init__(self, script: Script, name: str = "scripted") -> None:
        self.name = name
        self.script = script
        self.asked: list[list[Message]] = []
        self.settings: list[Settings] = []

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        self.asked.append(list(messages))
        self.settings.append(settings)
        if callable(self.script):
            reply = self.script(messages)
        elif len(self.asked) > len(self.script):
            raise AssertionError(f"a call too many: {messages[-1].content!r}")
        else:
            reply = self.script[len(self.asked) - 1]
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, Completion):
            return reply
        asked = sum(len(message.content) for message in messages)
        return Completion(text=reply, usage=Usage(input=asked // 4, output=len(reply) // 4))

    async def aclose(self) -> None:
        return None


class FakeSandbox:
    """Runs nothing: the last ``print("...")`` of a program is its output.

    Other outcomes by program text are given as ``outcomes``: substring -> execution.
    """

    def __init__(self, outcomes: Mapping[str, Execution] | None = None) -> None:
        self.outcomes = outcomes or {}
        self.ran: list[str] = []

    async def run(self, code: str, *, limits: Limits | None = None) -> Execution:
        self.ran.append(code)
        for text, execution in self.outcomes.items():
            if text in code:
                return execution
        printed = re.findall(r"""print\(["'](.*?)["']\)""", code)
        return Execution(outcome="ok", stdout="".join(f"{line}\n" for line in printed))


def block(code: str, tag: str = "python") -> str:
    return f"Here is a program.\n```{tag}\n{code}\n```"


COMPUTING = 'import itertools\nfor p in itertools.permutations(range(3)):\n    if p[0]:\n        print("{}")'


def computing(output: str) -> str:
    """A reply whose program looks like a search and prints the text (in the fake sandbox)."""
    return block(COMPUTING.format(output))


def cut(text: str) -> Completion:
    return Completion(text=text, finish="length")


def failed(stderr: str = "NameError: name 'x' is not defined", **fields: Any) -> Execution:
    return Execution(**{"outcome": "error", "stderr": stderr, "exit_status": 1, **fields})


def workbench(
    task: ChatModel | Script,
    *,
    sandbox: Any = None,
    budget: Budget | None = None,
    **models: Any,
) -> Workbench:
    parts: dict[Part, ChatModel] = {
        part: model if isinstance(model, ChatModel) else ScriptedModel(model)  # type: ignore
        for part, model in {"task": task, **models}.items()
    }
    return Workbench(models=parts, sandbox=sandbox or FakeSandbox(), budget=budget or Budget())


async def episode(
    method: str | Method, bench: Workbench, question: str = QUESTION, **options: Any
) -> Episode:
    name = method if isinstance(method, str) else getattr(method, "__name__", "method")
    run = get_method(method, **options) if isinstance(method, str) else method
    return await run_episode(name, run, question, bench)


def play(method: Any, bench: Workbench, question: str = QUESTION, **options: Any) -> Episode:
    """Runs an episode to its end."""
    import asyncio

    coroutine: Awaitable[Episode] = episode(method, bench, question, **options)
    return asyncio.run(coroutine)  # type: ignore[arg-type]
