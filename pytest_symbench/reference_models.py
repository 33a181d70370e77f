"""Models that test the harness instead of being tested: gold, noop, scripted and replay."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from codesteer.models.chat import ChatModel, Completion, Message, Settings, Usage
from codesteer.models.errors import BadRequest, UnknownModel
from pytest_symbench.tasks import Instance

Bind: TypeAlias = Callable[[Instance], ChatModel]
"""Makes the model that one instance is asked."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A model that answers everything with one text."""

    name: str
    text: str

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """The text; its usage is an estimate of four characters a token."""
        size = sum(len(message.content) for message in messages)
        return Completion(
            text=self.text, usage=Usage(input=size // 4 + 1, output=len(self.text) // 4 + 1)
        )

    async def aclose(self) -> None:
        """Nothing to free."""


def gold(instance: Instance) -> ChatModel:
    """Answers with the reference solver's answer: every verifier must accept it."""
    return Reply("gold", f"<<<{instance.task.solve(instance.data)}>>>")


def noop(instance: Instance) -> ChatModel:
    """Answers with an empty text: no verifier may accept it."""
    return Reply("noop", "")


def scripted(path: str) -> Bind:
    """Answers from a JSON file: an object of instance ids (or ``*``) to texts.

    Raises:
        UnknownModel: no such file, or not such an object.
    """
    try:
        script = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnknownModel(
            f"the script {path!r} cannot be read ({error.__class__.__name__}); give scripted:FILE "
            'with a JSON object such as {"game24-L01-s0000": "<<<answer>>>", "*": "..."}'
        ) from None
    if not isinstance(script, dict) or not all(isinstance(t, str) for t in script.values()):
        raise UnknownModel(f"the script {path!r} is not a JSON object of ids to texts")

    def bind(instance: Instance) -> ChatModel:
        text = script.get(instance.id, script.get("*"))
        if text is None:
            raise BadRequest(f"the script {path} has no answer for {instance.id}, and no '*'")
        return Reply(f"scripted:{path}", text)

    return bind


@dataclass(frozen=True, slots=True)
class Replayed:
    """A model of which only a ledger's answers are left; asked anything else, it says so."""

    name: str
    ledger: Path

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """Raises `BadRequest`: what the ledger holds has been answered from it already."""
        raise BadRequest(
            f"the ledger {self.ledger} holds no answer to this call; it was made with other "
            "instances, settings or prompts"
        )

    async def aclose(self) -> None:
        """Nothing to free."""
