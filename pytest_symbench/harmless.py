r"""Model output as text that cannot act: no terminal escapes, no direction tricks.

What a model writes is shown to people in terminals, browsers and on code hosts. Signs that would
act there instead of being read are written out, e.g. ``\x1b``.
"""

from __future__ import annotations

import re
import unicodedata

_ACTING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Controls, formats (with all direction marks), surrogates, private and unassigned, separators."""

_PLAIN = re.compile(r"[ -~\n]*")

_JOINERS = {"\u200d", "\u200c"}
"""Parts of emoji and of several scripts; alone they do nothing."""


def visible(text: str) -> str:
    """The text with every sign that acts written out; line ends and tabs stay."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_shown(sign) for sign in text)


def line(text: str, most: int = 200) -> str:
    """One line of it, cut."""
    # Cut before anything else is done: a text may have megabytes.
    short = " ".join(visible(text[: 4 * most + 100]).split())
    return short if len(short) <= most and len(text) <= 4 * most + 100 else short[: most - 1] + "…"


def _shown(sign: str) -> str:
    if sign in "\n\t" or sign in _JOINERS or unicodedata.category(sign) not in _ACTING:
        return sign
    code = ord(sign)
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )
