"""Models that reason before they answer refuse some settings; these say which, by name."""

from __future__ import annotations

OPENAI = ("o1", "o3", "o4", "gpt-5")
"""Prefixes of OpenAI's models that take neither a temperature, top_p, stop words nor a seed."""

CLAUDE_SAMPLED = (
    *("claude-2", "claude-3", "claude-haiku-4", "claude-sonnet-4", "claude-opus-4-0"),
    *("claude-opus-4-1", "claude-opus-4-2", "claude-opus-4-5", "claude-opus-4-6"),
)
"""Prefixes of Anthropic's models that still take a temperature; later ones refuse it, and their
SDK has no such parameter any more. (claude-opus-4-2 begins the dated names of the first.)"""


def openai_reasons(model: str) -> bool:
    """Is it one of OpenAI's reasoning models? Their ``-chat`` variants do not reason."""
    return model.startswith(OPENAI) and "-chat" not in model


def claude_is_sampled(model: str) -> bool:
    """Does a model behind Anthropic's wire format take a temperature? Others' models do."""
    return not model.startswith("claude-") or model.startswith(CLAUDE_SAMPLED)
