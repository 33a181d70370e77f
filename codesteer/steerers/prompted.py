"""A chat model as the steerer, told in a prompt what it may decide."""

from __future__ import annotations

from codesteer.methods.context import clip, spoken
from codesteer.models.chat import ChatModel, Message
from codesteer.models.errors import ContextLength, Refused
from codesteer.prompts import prompt
from codesteer.steerers import policy
from codesteer.steerers.protocol import Decision, State
from codesteer.steerers.reply import parse
from codesteer.steerers.view import last_reply, table
from codesteer.workbench import Workbench

ASKED = 2
"""Requests for one decision; after them the rules of the policy decide."""


class Prompted:
    """Shows the state in one message, so that a decision costs no history.

    ``model`` None asks the bench's steerer, which is the task model where there is no other.
    ``brief`` names the prompt that follows the question: what to aim at.
    """

    def __init__(self, model: ChatModel | None = None, *, brief: str = "steer") -> None:
        self.model = model
        self.name = f"prompt:{model.name}" if model else "prompt"
        self.brief = brief

    async def decide(self, state: State, bench: Workbench) -> Decision:
        if state.last is None:
            request = prompt("steer_first", question=state.question)
        else:
            request = prompt(
                "steer_review",
                brief=prompt(self.brief),
                question=state.question,
                attempts=table(state),
                last=last_reply(state, bench),
                left=str(state.left),
            )
        return await decide_by([Message("user", request)], state, bench)


async def decide_by(messages: list[Message], state: State, bench: Workbench) -> Decision:
    """A model's decision. What cannot be read is asked for once more; then the rules decide.

    Raises:
        ModelError: infrastructure failed; a refusal or a full context lets the rules decide.
    """
    begun = state.last is not None
    for _ in range(ASKED):
        try:
            completion = await bench.ask(messages, part="steerer")
        except (Refused, ContextLength) as error:
            return _default(state, f"the steerer gave no answer ({error})")
        if decision := parse(completion.text, begun=begun):
            return decision
        messages = [
            *messages,
            Message("assistant", spoken(clip(completion.text, 100))),
            Message("user", prompt("steer_again" if begun else "steer_first_again")),
        ]
    return _default(state, "the steerer's replies could not be read")


def _default(state: State, why: str) -> Decision:
    decision = policy.decide(state)
    return Decision(
        action=decision.action,
        guidance=decision.guidance,
        reason=f"{why}; by rule: {decision.reason}",
    )
