"""How an answer is sought: the methods by name. Importing this imports none of them."""

from __future__ import annotations

import importlib
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codesteer.steerers.protocol import Steerer
    from codesteer.workbench import Method

METHODS: dict[str, str] = {
    name: f"codesteer.methods.{name}:{name}"
    for name in (
        "only_question",
        "all_text",
        "all_code",
        "autogen",
        "code_text_sum",
        "choice",
        "code_interpreter",
        "symbolic_agent",
        "codesteer",
        "few_shot",
        "code_first_rule",
        "code_first_agent",
        "self_estimate",
        "self_consistency",
    )
}
"""Name to ``module:function``, in the order of reports."""

STEERED = frozenset({"codesteer", "choice"})
"""Methods that take a steerer; the others ignore it."""

_registered: dict[str, Method] = {}


class UnknownMethod(ValueError):
    """A name that is no method; the message says which are."""


def method_names() -> tuple[str, ...]:
    """All names that `get_method` knows."""
    return (*METHODS, *(name for name in _registered if name not in METHODS))


def get_method(name: str, *, steerer: Steerer | None = None) -> Method:
    """The method of a name; ``steerer`` guides those that can be guided.

    Raises:
        UnknownMethod: the message proposes the nearest name.
    """
    if name in _registered:
        return _registered[name]
    if name not in METHODS:
        near = get_close_matches(name, method_names(), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(method_names())}."
        raise UnknownMethod(f"There is no method {name!r}; {hint}")
    module, function = METHODS[name].split(":")
    method = getattr(importlib.import_module(module), function)
    bound: Method = partial(method, steerer=steerer) if steerer and name in STEERED else method
    return bound


def register_method(name: str, method: Method) -> None:
    """Adds a method under a name of its own, or puts it in the place of a known one."""
    _registered[name] = method
