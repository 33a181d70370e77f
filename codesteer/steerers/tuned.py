"""A fine-tuned model as the steerer: a conversation without instructions, as it was trained on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from codesteer.models.chat import ChatModel, Message
from codesteer.prompts import prompt
from codesteer.steerers.prompted import decide_by
from codesteer.steerers.protocol import Decision, State
from codesteer.steerers.reply import render
from codesteer.steerers.view import last_reply, table
from codesteer.workbench import Workbench

if TYPE_CHECKING:
    from codesteer.steerers import ResolveModel

OLDEST = 6
"""Exchanges of the conversation that are sent at most, after the question."""


class Tuned:
    """Asks with `conversation`; a reply that cannot be read is asked for once more."""

    def __init__(self, model: ChatModel) -> None:
        self.model: ChatModel | None = model
        self.name = f"tuned:{model.name}"

    async def decide(self, state: State, bench: Workbench) -> Decision:
        return await decide_by(conversation(state, bench), state, bench)


def conversation(state: State, bench: Workbench) -> list[Message]:
    """The state as a conversation: the question, the decisions so far, and what came of each.

    Training data are made with this function too, so that what is learnt is what is asked.
    Exchanges in the middle go first where there are too many; the question stays.
    """
    messages = [Message("user", prompt("tuned_first", question=state.question))]
    for number, attempt in enumerate(state.attempts, 1):
        decided = attempt.decision or Decision(action=attempt.turn.way)
        upto = State(
            question=state.question,
            attempts=state.attempts[:number],
            left=state.left + len(state.attempts) - number,
        )
        shown = prompt("tuned_review", attempts=table(upto), last=last_reply(upto, bench))
        messages += [Message("assistant", render(decided)), Message("user", shown)]
    return [messages[0], *messages[1:][-2 * OLDEST :]]


def open_tuned(target: str, resolve_model: ResolveModel) -> Tuned:
    """The tuned steerer of a target; see `model_at`."""
    return Tuned(model_at(target, resolve_model))


def model_at(target: str, resolve_model: ResolveModel) -> ChatModel:
    """The model behind an OpenAI-compatible URL (``http://host:8000/v1#name``; the name is what
    the server calls the model), in a GGUF file (llama.cpp) or in a checkpoint's folder
    (transformers).
    """
    if target.startswith(("http://", "https://")):
        url, _, name = target.partition("#")
        return resolve_model(f"vllm:{name or 'steerer'}", url=url)
    kind = "local" if Path(target).suffix == ".gguf" else "transformers"
    return resolve_model(f"{kind}:{target}")
