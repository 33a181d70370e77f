"""Reads a choice: yes or no, or one letter of several options."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_symbench.tasks.answers.extract import Unreadable
from pytest_symbench.tasks.answers.numbers import shorten


def yes_no(text: str) -> bool:
    """Yes (``yes``, ``true``) or no (``no``, ``false``) in any case, with a full stop or without.

    Raises:
        Unreadable: anything else.
    """
    word = re.sub(r"^answer\s*:?\s*", "", text.strip().lower()).strip(" .!'\"()*")
    if word in {"yes", "true"}:
        return True
    if word in {"no", "false"}:
        return False
    raise Unreadable(f"expected Yes or No, got {shorten(text)}")


def option(text: str, options: Sequence[str]) -> int:
    """The 0-based index of the chosen option.

    Accepts ``(B)``, ``B``, ``b.``, ``(B) text`` and the option's text alone. A letter and a
    text must agree.

    Raises:
        Unreadable: no option, two options, or a letter that contradicts its text.
    """
    if len(text) > 2000:
        raise Unreadable("expected one option, got a long text")
    folded = [_fold(choice) for choice in options]
    whole = _fold(text)
    if folded.count(whole) == 1:
        return folded.index(whole)
    match = re.fullmatch(r"\(?\s*([A-Za-z])\s*(?:[).:]+|$)\s*(.*)", text.strip(), re.DOTALL)
    if not match:
        raise Unreadable(f"expected one of the options, got {shorten(text)}")
    index = ord(match[1].upper()) - ord("A")
    if index >= len(options):
        raise Unreadable(f"there is no option ({match[1].upper()})")
    rest = _fold(match[2])
    if rest and rest != folded[index]:
        raise Unreadable(f"option ({match[1].upper()}) does not read {shorten(match[2])}")
    return index


def letter(index: int) -> str:
    """The name of an option: 0 -> ``(A)``."""
    return f"({chr(ord('A') + index)})"


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold().strip(" .")
