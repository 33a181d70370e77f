"""The record of one episode: what was asked, answered, run and checked, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from codesteer.models.chat import Finish, ToolCall, Usage
from codesteer.sandbox.execution import Execution

Part: TypeAlias = Literal["task", "steerer", "checker", "summarizer"]
"""Who is asked: tokens are counted for each."""

Failure: TypeAlias = Literal["truncated", "refused", "code_error", "code_timeout", "infrastructure"]
"""Why an episode has no proper answer."""

Purpose: TypeAlias = Literal["answer", "check", "tool"]
"""What code is run for: as the answer, to check one, or because the model called the tool."""

Action: TypeAlias = Literal["code", "text", "revise", "finish", "give_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """One call of a model. ``prompt`` is the last message sent; earlier ones are in the record."""

    part: Part
    prompt: str
    text: str
    finish: Finish
    usage: Usage
    seconds: float
    cached: bool
    retries: int = 0
    tool_calls: tuple[ToolCall, ...] = ()
    """What the model asked to be run in this reply."""
    error: str = ""
    """Why there is no reply: the provider refused, or the conversation did not fit."""
    kind: Literal["call"] = "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRun:
    """Code of a model that was executed."""

    purpose: Purpose
    code: str
    execution: Execution
    kind: Literal["run"] = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a checker says of one answer."""

    checker: Literal["symbolic", "self"]
    verdict: Literal["correct", "incorrect", "unknown", "simple", "symbolic"]
    score: float | None
    summary: str
    answer: str = ""
    """What the self-answer checker checked: the content of the marker."""
    kind: Literal["check"] = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What the steerer decided before a turn, or at the end."""

    action: Action
    text: str
    reason: str
    fresh: bool = False
    """Asked anew, without the turns before."""
    kind: Literal["guidance"] = "guidance"


Event: TypeAlias = "ModelCall | CodeRun | Check | Guidance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One attempt of one method at one question.

    ``answer`` is the one declared final answer: the text of a reply, or the output of its code.
    """

    method: str
    answer: str
    failure: Failure | None
    failure_detail: str
    events: tuple[Event, ...]
    seconds: float
    """Wall time from the first call to the answer."""

    def calls(self, part: Part | None = None) -> list[ModelCall]:
        """The model calls, of one part or all."""
        return [e for e in self.events if isinstance(e, ModelCall) and part in (None, e.part)]

    def usage(self, part: Part | None = None) -> Usage:
        """Tokens of one part or all."""
        return sum((call.usage for call in self.calls(part)), Usage())

    @property
    def turns(self) -> int:
        """Answers that the task model gave."""
        return sum(not call.error for call in self.calls("task"))

    def to_json(self) -> dict[str, Any]:
        """JSON-able data that `from_json` reads back to an equal episode."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Episode:
        """The episode of `to_json`'s data; unknown fields are ignored."""
        events = tuple(_event(event) for event in data["events"])
        fields = {name: data[name] for name in ("method", "answer", "failure", "failure_detail")}
        return cls(**fields, events=events, seconds=data["seconds"])


def _event(data: Mapping[str, Any]) -> Event:
    fields = dict(data)
    match fields.pop("kind"):
        case "call":
            calls = tuple(ToolCall(**call) for call in fields.get("tool_calls", ()))
            return ModelCall(**{**fields, "usage": Usage(**fields["usage"]), "tool_calls": calls})
        case "run":
            return CodeRun(**{**fields, "execution": Execution(**fields["execution"])})
        case "check":
            return Check(**fields)
        case "guidance":
            return Guidance(**fields)
        case kind:
            raise ValueError(f"an episode record holds an unknown event {kind!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a method returns."""

    text: str
    failure: Failure | None = None
    detail: str = ""
    """Why it failed, in a sentence."""
