"""Finds the answer in a reply: the last complete <<<...>>>, stripped of its wrappings."""

from __future__ import annotations

MAX_ANSWER = 100_000
"""Characters of an answer that are read at most."""

OPEN, CLOSE = "<<<", ">>>"


class Unreadable(ValueError):
    """The text is not an answer of the wanted form; the message says what was expected."""


def marked(reply: str) -> tuple[str, bool]:
    """The answer text of a reply and whether a marker held it; without one, the whole reply.

    Linear in the length of the reply, whatever it holds.
    """
    last = reply.rfind(CLOSE)
    start = reply.rfind(OPEN, 0, max(last, 0))
    if last < 0 or start < 0:
        return unwrap(reply), False
    start += len(OPEN)
    return unwrap(reply[start : reply.find(CLOSE, start)]), True


def unwrap(text: str) -> str:
    """Drops white space, then one code fence, one pair of back-ticks or of quotes around all."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and len(text) >= 6:
        body = text[3:-3]
        first, newline, rest = body.partition("\n")
        if newline and (not first.strip() or first.strip().isalnum()):
            body = rest
        return body.strip()
    if len(text) >= 2 and text[0] == text[-1] == "`":
        return text[1:-1].strip()
    return unquote(text)


def unquote(text: str) -> str:
    """Drops one pair of matching quotes around the whole text, if none stands inside."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"" and text[0] not in text[1:-1]:
        return text[1:-1]
    pairs = {"“": "”", "‘": "’"}  # curly quotes, which models like to write
    if len(text) >= 2 and pairs.get(text[0]) == text[-1]:
        return text[1:-1]
    return text


def final_answer(what: str, shape: str) -> str:
    """The closing line of a question: what to give, and its shape inside the marker.

    ``shape`` shows the form with placeholders, never values of the instance.
    """
    return f"Give {what} as your final answer between <<< and >>>, in the form <<<{shape}>>>."
