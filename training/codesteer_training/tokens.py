"""A trajectory as tokens: which count in the loss, how much, and what is left out if it is long.

Works on any tokenizer with a chat template. A message is tokenized by itself, between the marks
of the template, as a server does that answers turn by turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from pytest_symbench.cli.mistakes import Mistake

IGNORED = -100
"""The label of a token without loss."""


class Tokenizer(Protocol):
    """The part of a transformers tokenizer that is used."""

    def apply_chat_template(
        self, messages: list[dict[str, str]], *, tokenize: bool, add_generation_prompt: bool
    ) -> str: ...

    def __call__(self, text: str, *, add_special_tokens: bool) -> Mapping[str, Any]: ...


class Encoded(NamedTuple):
    """One example; three lists of the same length."""

    input_ids: list[int]
    labels: list[int]
    loss_weights: list[float]


_EXCHANGE = 3
_LEAST = 5
"""Pieces of an exchange, and of the last turn with the exchange before it."""


class TooLong(ValueError):
    """The question and the last turn alone do not fit the context."""


class _Piece(NamedTuple):
    ids: list[int]
    weight: float


def encode(
    tokenizer: Tokenizer,
    messages: Sequence[Mapping[str, str]],
    weights: Sequence[float],
    limit: int,
) -> Encoded:
    """The example of a conversation that alternates user and assistant, beginning with the user.

    Where it is too long, the oldest exchanges after the question go first; the question stays, and
    so does the last turn with what it answers. The turn that then follows the question answers
    nothing that is shown any more, so it is background: its weight is 0.

    Args:
        tokenizer: with a chat template.
        messages: the conversation.
        weights: the loss weight of each assistant message.
        limit: tokens at most.

    Raises:
        TooLong: even the question with the last exchange does not fit.
        Mistake: the tokenizer has no chat template, or one that rewrites earlier turns.
    """
    question, *exchanges = _pieces(tokenizer, messages, weights)
    dropped = False
    while sum(len(p.ids) for p in (question, *exchanges)) > limit:
        # An exchange is a turn of the steerer, its tail, and what it was shown next.
        if len(exchanges) <= _LEAST:
            raise TooLong(f"the question and its last turn need more than {limit} tokens")
        exchanges, dropped = exchanges[_EXCHANGE:], True
    if dropped:
        exchanges[0] = exchanges[0]._replace(weight=0.0)
    kept = [question, *exchanges]
    ids = [token for piece in kept for token in piece.ids]
    weight = [piece.weight for piece in kept for _ in piece.ids]
    labels = [token if w else IGNORED for token, w in zip(ids, weight, strict=True)]
    return Encoded(ids, labels, weight)


def prompt_ids(tokenizer: Tokenizer, messages: Sequence[Mapping[str, str]]) -> list[int]:
    """The tokens of a conversation up to where the assistant is to speak."""
    return _ids(tokenizer, _render(tokenizer, messages, speak=True))


def _pieces(
    tokenizer: Tokenizer, messages: Sequence[Mapping[str, str]], weights: Sequence[float]
) -> list[_Piece]:
    """The question, then for each turn of the assistant: its text, a tail, and the next message."""
    pieces: list[_Piece] = []
    before = ""
    spoken = iter(weights)
    for index, message in enumerate(messages):
        speaks = message["role"] == "assistant"
        if speaks is (index % 2 == 0):
            raise Mistake("a conversation must alternate user and assistant, the user first")
        upto = _render(tokenizer, messages[: index + 1], speak=not speaks)
        if not upto.startswith(before):
            raise Mistake(
                "the chat template rewrites earlier turns; give the model a template that only "
                "appends"
            )
        text, before = upto[len(before) :], upto
        if speaks:
            target = text.rstrip()
            pieces.append(_Piece(_ids(tokenizer, target), next(spoken)))
            pieces.append(_Piece(_ids(tokenizer, text[len(target) :]), 0.0))
        else:
            pieces.append(_Piece(_ids(tokenizer, text), 0.0))
    return pieces


def _render(tokenizer: Tokenizer, messages: Sequence[Mapping[str, str]], *, speak: bool) -> str:
    plain = [dict(message) for message in messages]
    try:
        return tokenizer.apply_chat_template(plain, tokenize=False, add_generation_prompt=speak)
    except ValueError as error:
        if "chat_template" in str(error) or "chat template" in str(error):
            raise Mistake("the tokenizer has no chat template: take an instruct model") from None
        raise


def _ids(tokenizer: Tokenizer, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"]) if text else []
