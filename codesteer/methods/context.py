"""Keeps conversations within their budget: fields are cut in the middle, old turns dropped."""

from __future__ import annotations

from collections.abc import Sequence

from codesteer.models.chat import Message

CHARACTERS = 4
"""Characters that are counted as one token. English text has four to a token, digits and code
fewer; a budget is meant to keep prompts in proportion, not to fill a context to its last token."""
FIELDS = 4
"""A conversation may be as long as so many fields, without its first message."""
LEFT_OUT = "\n[... {} characters left out ...]\n"


def clip(text: str, tokens: int) -> str:
    """The text, or its beginning and end with a note of how much is missing between them."""
    room = max(tokens, 1) * CHARACTERS
    if len(text) <= room:
        return text
    tail = room // 3
    head = room - tail
    return text[:head] + LEFT_OUT.format(len(text) - room) + text[-tail:]


def spoken(text: str) -> str:
    """A model's reply as a message of its conversation: no server takes a blank one."""
    return text if text.strip() else "(empty reply)"


def fit(messages: Sequence[Message], field_tokens: int) -> list[Message]:
    """The conversation within its budget.

    The first message holds the question and is never touched. Later ones are clipped to a field
    each; then the oldest pairs of reply and request are dropped until the rest fits. The last
    pair stays.
    """
    first, *rest = messages
    rest = [Message(m.role, clip(m.content, field_tokens)) for m in rest]
    room = FIELDS * field_tokens * CHARACTERS
    while len(rest) > 2 and sum(len(message.content) for message in rest) > room:
        rest = rest[2:]
    return [first, *rest]
