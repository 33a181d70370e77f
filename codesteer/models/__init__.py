"""Chat models: one protocol, one file per provider, typed errors."""

from __future__ import annotations

from codesteer.models.chat import ChatModel, Completion, Message, Settings, Usage
from codesteer.models.registry import register_provider, resolve

__all__ = [
    "ChatModel",
    "Completion",
    "Message",
    "Settings",
    "Usage",
    "register_provider",
    "resolve",
]
