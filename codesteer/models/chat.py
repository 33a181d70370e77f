"""What a chat model is to the rest: messages in, one completion out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]

Finish: TypeAlias = Literal["stop", "length", "refusal", "tool_calls"]
"""Why the text ended: ``length`` is a truncation, ``refusal`` a provider's or model's no."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model wants called; ``arguments`` is the JSON text as received."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields that are set, as JSON-able data."""
        data: dict[str, Any] = {"role": self.role, "content": self.content}
        if self.tool_calls:
            data["tool_calls"] = [asdict(call) for call in self.tool_calls]
        if self.tool_call_id:
            data["tool_call_id"] = self.tool_call_id
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function offered to the model; ``parameters`` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    hosted: bool = False
    """The provider's own Python instead, which runs on its machines."""


HOSTED = "hosted-python"
"""The name of a `ToolCall` that the provider has run already. Its arguments are a JSON object with
``code``, ``output`` and whether it ``failed``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a completion is sampled. None leaves a setting to the provider."""

    temperature: float | None = 0.0
    top_p: float | None = None
    max_tokens: int | None = 2048
    seed: int | None = None
    stop: tuple[str, ...] = ()
    reasoning_effort: str | None = None
    tools: tuple[Tool, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields for the provider's request body that have no name here."""

    def to_json(self) -> dict[str, Any]:
        """All fields as JSON-able data; part of every cache key."""
        return asdict(self)

    def but(self, **changes: Any) -> Settings:
        """The same settings with some changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call. ``input`` includes ``cached_input``; ``output`` includes ``reasoning``."""

    input: int = 0
    output: int = 0
    cached_input: int = 0
    reasoning: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input=self.input + other.input,
            output=self.output + other.output,
            cached_input=self.cached_input + other.cached_input,
            reasoning=self.reasoning + other.reasoning,
        )

    @property
    def total(self) -> int:
        return self.input + self.output


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The answer of a model to one call."""

    text: str
    finish: Finish = "stop"
    usage: Usage = Usage()
    seconds: float = 0.0
    """From sending the request to the last byte, without waiting for a free connection."""
    retries: int = 0
    cached: bool = False
    """Taken from a ledger instead of being asked (and paid) again."""
    tool_calls: tuple[ToolCall, ...] = ()


@runtime_checkable
class ChatModel(Protocol):
    """A model that answers conversations.

    ``name`` identifies the model in cache keys, ledgers and reports, e.g. ``openai:gpt-4o``.
    """

    @property
    def name(self) -> str: ...

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """One completion.

        Raises:
            ModelError: one of the typed errors of `codesteer.models.errors`.
        """
        ...

    async def aclose(self) -> None:
        """Frees connections and processes; called on the loop that made the calls."""
        ...
