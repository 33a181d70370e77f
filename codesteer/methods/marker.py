"""The final-answer marker <<<...>>> in a text: is it there, and do two texts declare the same?"""

from __future__ import annotations

import re

OPEN, CLOSE = "<<<", ">>>"
LONGEST_KEY = 4000
"""Characters of an answer that are compared; longer ones differ early or not at all."""


_SENTENCE = re.compile(
    r"\b(?:the|is|are|was|i|we|you|not|cannot|answer|result|output|therefore)\b", re.IGNORECASE
)


def marked(text: str) -> str | None:
    """The content of the last complete marker, or None. Linear in the length of the text."""
    last = text.rfind(CLOSE)
    start = text.rfind(OPEN, 0, max(last, 0))
    if last < 0 or start < 0:
        return None
    start += len(OPEN)
    return text[start : text.find(CLOSE, start)].strip()


def key(answer: str) -> str:
    """What two answers are compared by: the marked content (or all) without space and case."""
    content = marked(answer)
    text = answer if content is None else content
    return "".join(text[-LONGEST_KEY:].split()).casefold().strip("`'\".")


def legible(answer: str) -> bool:
    """Is it clear which part is the answer: a marker holds it, or it is one bare value?"""
    text = answer.strip()
    if marked(text) is not None:
        return True
    broken = OPEN in text or CLOSE in text
    return not (broken or "\n" in text or _SENTENCE.search(text[:1000]))


def echoes(answer: str, question: str) -> bool:
    """Does the answer only repeat a placeholder that the question, or our prompt, shows marked?"""
    content = marked(answer)
    if content is None:
        return False
    shown = (piece.split(CLOSE, 1)[0] for piece in question.split(OPEN)[1:] if CLOSE in piece)
    placeholders = {"", "answer", *("".join(piece.split()) for piece in shown)}
    return "".join(content.split()) in placeholders
