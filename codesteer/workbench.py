"""What a method works with: models by part, a sandbox, and the record that both fill."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from codesteer.episode import Answer, CodeRun, Episode, Event, Failure, ModelCall, Part, Purpose
from codesteer.models.chat import ChatModel, Completion, Message, Settings, Usage
from codesteer.models.errors import ContextLength, ModelError, Refused, Unauthorized
from codesteer.sandbox.execution import Execution, Limits


class Executor(Protocol):
    """Runs model-written Python; `codesteer.sandbox.Sandbox` is one."""

    async def run(self, code: str, *, limits: Limits | None = None) -> Execution: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Bounds of one episode."""

    guidance_turns: int = 5
    """Reviews by the steerer at most (the paper's five)."""
    tokens: int | None = None
    """Tokens of all parts, after which no further turn begins."""
    field_tokens: int = 1500
    """Tokens of one field (an output, a reply) in a prompt; longer ones are cut in the middle."""
    self_checks: Literal["auto", "always", "never"] = "auto"
    """Is an answer tested by code that a model writes for it? auto: where the evidence is unclear."""


@dataclass(kw_only=True)
class Workbench:
    """One episode's models, sandbox and record. Everything a method does goes through it.

    ``models`` must have ``task``; a part without a model of its own is asked of that one.
    """

    models: Mapping[Part, ChatModel]
    sandbox: Executor
    settings: Settings = field(default_factory=Settings)
    limits: Limits = field(default_factory=Limits)
    budget: Budget = field(default_factory=Budget)
    system: str = ""
    """A system message for the task model, where the conversation has none."""
    interpreter: Literal["sandbox", "hosted"] = "sandbox"
    """Where the method code_interpreter runs code: here, or on the provider's machines."""
    events: list[Event] = field(default_factory=list)

    async def ask(
        self, messages: Sequence[Message], *, part: Part = "task", settings: Settings | None = None
    ) -> Completion:
        """Asks the model of a part and records the call. Raises `ModelError`.

        A refusal and a full context are recorded too: methods go on from them, and so must an
        episode that is repeated from its record.
        """
        if self.system and part == "task" and messages[0].role != "system":
            messages = [Message("system", self.system), *messages]
        model = self.models.get(part) or self.models["task"]
        try:
            completion = await model.complete(messages, settings=settings or self.settings)
        except (Refused, ContextLength) as error:
            self.events.append(
                ModelCall(
                    part=part,
                    prompt=messages[-1].content,
                    text="",
                    finish="refusal" if isinstance(error, Refused) else "length",
                    usage=Usage(),
                    seconds=0.0,
                    cached=False,
                    error=str(error) or error.__class__.__name__,
                )
            )
            raise
        self.events.append(
            ModelCall(
                part=part,
                prompt=messages[-1].content,
                text=completion.text,
                finish=completion.finish,
                usage=completion.usage,
                seconds=completion.seconds,
                cached=completion.cached,
                retries=completion.retries,
                tool_calls=completion.tool_calls,
            )
        )
        return completion

    async def execute(self, code: str, *, purpose: Purpose = "answer") -> Execution:
        """Runs code in the sandbox and records the run."""
        execution = await self.sandbox.run(code, limits=self.limits)
        self.events.append(CodeRun(purpose=purpose, code=code, execution=execution))
        return execution

    def record(self, event: Event) -> None:
        """Adds a check or a guidance to the record."""
        self.events.append(event)

    def spent(self) -> int:
        """Tokens of all calls so far."""
        return sum(event.usage.total for event in self.events if isinstance(event, ModelCall))

    def exhausted(self) -> bool:
        """Is the episode's token budget spent?"""
        return self.budget.tokens is not None and self.spent() >= self.budget.tokens


Method: TypeAlias = Callable[[str, Workbench], Awaitable[Answer]]
"""How an answer is sought: a question and a workbench in, one declared answer out.

Pure given the answers of the models and of the sandbox, so that every episode can be replayed.
"""


async def run_episode(name: str, method: Method, question: str, bench: Workbench) -> Episode:
    """Runs a method on a question and closes the record.

    A refusal, a conversation that does not fit and infrastructure that stays broken are outcomes
    of the episode; `Unauthorized` is not, since it will meet every later episode too.

    Raises:
        Unauthorized: the model's key is not accepted.
    """
    start = time.monotonic()
    try:
        answer = await method(question, bench)
    except Unauthorized:
        raise
    except Refused as error:
        answer = Answer(text="", failure="refused", detail=str(error))
    except ContextLength as error:
        answer = Answer(text="", failure="truncated", detail=str(error))
    except ModelError as error:
        answer = Answer(text="", failure="infrastructure", detail=str(error))
    return Episode(
        method=name,
        answer=answer.text,
        failure=answer.failure,
        failure_detail=answer.detail,
        events=tuple(bench.events),
        seconds=time.monotonic() - start,
    )


def failure_of(completion: Completion) -> Failure | None:
    """Why a completion may hold no proper answer."""
    if completion.finish == "length":
        return "truncated"
    return "refused" if completion.finish == "refusal" else None
