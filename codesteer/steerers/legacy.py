"""The published steering weights, spoken to as they were trained to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from codesteer.models.chat import ChatModel, Message, Settings
from codesteer.steerers.protocol import Decision, State
from codesteer.steerers.published import load_prompts
from codesteer.steerers.tuned import model_at
from codesteer.workbench import Workbench

if TYPE_CHECKING:
    from codesteer.steerers import ResolveModel

_SLOT = re.compile(r"\{([a-z]+)\}")


class Legacy:
    """Holds the model and the imported texts; `codesteer_legacy` runs the published loop."""

    def __init__(self, model: ChatModel, prompts: Mapping[str, str]) -> None:
        self.model: ChatModel | None = model
        self.name = f"legacy:{model.name}"
        self.prompts = prompts

    def text(self, role: str, **fields: str) -> str:
        """An imported text with its slots filled, in one pass."""
        return _SLOT.sub(lambda m: fields.get(m[1], m[0]), self.prompts[role])

    async def decide(self, state: State, bench: Workbench) -> Decision:
        """The first choice alone, for methods that only choose; the loop does not use this."""
        request = Message("user", self.text("choose") + state.question)
        completion = await bench.ask([request], part="steerer", settings=sampling(bench.settings))
        if "<<<Text>>>" in completion.text:
            return Decision(action="text", reason="steered")
        return Decision(action="code", reason="steered")


def open_legacy(target: str, resolve_model: ResolveModel) -> Legacy:
    """The published weights at a target of `model_at`, with the imported texts.

    Raises:
        PromptsNotFound: none were imported; the message is what to type.
    """
    prompts = load_prompts()
    return Legacy(model_at(target, resolve_model), prompts)


def sampling(settings: Settings) -> Settings:
    """How the published code samples the steerer."""
    return settings.but(temperature=0.95, top_p=0.7, max_tokens=1024)
