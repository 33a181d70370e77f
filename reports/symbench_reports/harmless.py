"""Model output that is too long, or that stands among markup."""

from __future__ import annotations

import re

from pytest_symbench.harmless import line, visible

__all__ = ["cut", "line", "markdown", "visible"]


def cut(text: str, most: int) -> tuple[str, int]:
    """The beginning and end of a text that is too long, and how many characters are left out."""
    if len(text) <= most:
        return text, 0
    tail = most // 4
    left = len(text) - most
    return f"{text[: most - tail]}\n… {left:,} characters left out …\n{text[-tail:]}", left


def markdown(text: str, most: int = 200) -> str:
    """One line of it for a Markdown table cell: no markup, mention, link or cell end in it."""
    short = line(text, most).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"[\\`*\[\]()#+!|~@$]|(?<!\w)[_:-]|[_:-](?!\w)|://|www\.", _reference, short)


def _reference(found: re.Match[str]) -> str:
    """Each sign as a reference to itself: it reads the same and marks nothing up."""
    return "".join(f"&#{ord(sign)};" for sign in found[0])
