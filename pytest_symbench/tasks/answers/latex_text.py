r"""The wrappings of a mathematical answer: ``\boxed``, dollar signs, spacing, units, labels."""

from __future__ import annotations

import re

from pytest_symbench.tasks.answers.extract import Unreadable

MAX_LENGTH = 6000

_UNICODE = {
    "π": r"\pi ",
    "√": r"\sqrt ",
    "∛": r"\sqrt[3]",
    "°": r"^\circ ",
    "º": r"^\circ ",
    "−": "-",
    "–": "-",
    "×": "*",
    "·": "*",
    "⋅": "*",
    "∙": "*",
    "÷": "/",
    "∕": "/",
    "⁄": "/",
    "≤": r"\le ",
    "≥": r"\ge ",
    "≈": r"\approx ",
    "∞": r"\infty ",
    "²": "^2",
    "³": "^3",
    "½": r"\frac{1}{2}",
    "¼": r"\frac{1}{4}",
    "¾": r"\frac{3}{4}",
    "⅓": r"\frac{1}{3}",
    "⅔": r"\frac{2}{3}",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
}
_UNICODE_SIGNS = re.compile("|".join(_UNICODE))
_DROPPED = re.compile(
    r"\\(?:left|right|bigg?[lr]?|Bigg?[lr]?|displaystyle|textstyle|quad|qquad|limits)(?![A-Za-z])"
    r"|\\[!,;: ]|(?<!\\)~|\\\$|\$|€|£"
)
_UNIT_WORDS = (
    "square|sq|cubic|cu|centimeters?|centimetres?|cm|millimeters?|mm|kilometers?|km|meters?|"
    "metres?|inch|inches|in|feet|foot|ft|yards?|yd|miles?|mi|units?|degrees?|deg|radians?|rad|"
    "ways?|dollars?|cents?|usd|hours?|hrs?|minutes?|mins?|seconds?|secs?|days?|weeks?|months?|"
    "years?|pounds?|lbs?|ounces?|grams?|kg|liters?|litres?|gallons?|points?|people|students?|"
    "outcomes?|possibilities|arrangements?|committees?|paths?|integers?|numbers?|triangles?|"
    "diagonals?|sides?|games?|teams?|words?|per|second"
)
_UNIT = re.compile(
    rf"(?:(?<=[0-9)}}\]\s])|(?<=pi)|(?<=\\circ))\s*\b(?:{_UNIT_WORDS})\b\.?"
    r"(?:\s*\^\s*(?:[23]|\{\s*[23]\s*\}))?$",
    re.IGNORECASE,
)
_TEXT = re.compile(r"\\(?:text|mbox|mathrm|textrm|textbf|mathbf|operatorname|rm)\s*\{([^{}]*)\}")
_LAST_TEXT = re.compile(
    r"\\(?:text|mbox|mathrm|textrm)\s*\{([^{}]*)\}\s*(?:\^\s*(?:[0-9]|\{\s*[0-9]\s*\}))?\s*\.?$"
)


def label(text: str) -> str | None:
    r"""The letters of a label such as ``\text{(B)}``, ``C`` or ``\overline{CD}``, else None."""
    text = _DROPPED.sub("", text).strip().rstrip(".")
    text = re.sub(r"\\(?:overline|overrightarrow|overleftrightarrow)\s*", "", text)
    named = _TEXT.fullmatch(text)
    letters = re.sub(r"[\s(){}\[\].$]", "", named[1] if named else text)
    if letters.isascii() and letters.isalpha() and (named or letters.isupper()):
        return letters.casefold()
    return None


def plain(text: str) -> str:
    """The text without wrappings, spacing commands, currency signs and trailing units."""
    if len(text) > MAX_LENGTH:
        raise Unreadable(f"an answer of more than {MAX_LENGTH} characters")
    text = _UNICODE_SIGNS.sub(lambda match: _UNICODE[match[0]], " ".join(text.split()))
    text = re.sub(r"^\\[(\[](.*)\\[)\]]\.?$", r"\1", text, flags=re.DOTALL).strip()
    text = re.sub(r"(?<=[0-9]),\\!(?=[0-9]{3})|(?<=[0-9])\{,\}(?=[0-9]{3})", "", text)
    text = _unboxed(" ".join(_DROPPED.sub(" ", text).split()).removesuffix(".").strip())
    whole = _TEXT.fullmatch(text)
    if whole:
        return whole[1].strip()
    for _ in range(6):
        before = text
        match = _LAST_TEXT.search(text)
        if match and re.fullmatch(r"[A-Za-z ./-]*", match[1]) and not _joins(match[1]):
            text = text[: match.start()].strip()
        text = _UNIT.sub("", text).strip()
        if text == before or not text:
            return before
    return text


def _joins(words: str) -> bool:
    return bool({"or", "and", "not", "to", "thousand", "million", "dozen"} & set(words.split()))


def _unboxed(text: str) -> str:
    for command in (r"\boxed", r"\fbox"):
        if text.startswith(command) and text.endswith("}"):
            inner = boxed(text)
            if inner is not None and len(inner) + len(command) + 2 >= len(text.replace(" ", "")):
                return inner.strip()
    return text


def boxed(text: str) -> str | None:
    r"""The content of the last ``\boxed{...}`` or ``\fbox{...}``, braces matched; None without."""
    start = max(text.rfind(r"\boxed"), text.rfind(r"\fbox"))
    if start < 0:
        return None
    match = re.compile(r"\\(?:boxed|fbox)\s*").match(text, start)
    assert match
    if not text.startswith("{", match.end()):
        single = text[match.end() : match.end() + 1]
        return single or None
    depth = 0
    for position in range(match.end(), len(text)):
        if text[position] == "\\":
            continue
        escaped = text[position - 1] == "\\"
        if text[position] == "{" and not escaped:
            depth += 1
        elif text[position] == "}" and not escaped:
            depth -= 1
            if depth == 0:
                return text[match.end() + 1 : position]
    return None
