"""The last resort for formulas beyond our own grammar: the library math-verify, under limits.

It is imported on first use. Its time limits rest on signals, which threads cannot use; so only
short and shallow formulas reach it, and its work is counted and cut off.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from functools import cache
from types import FrameType
from typing import Any

from pytest_symbench.tasks.answers.extract import Unreadable

MAX_LENGTH = 60
MAX_DEPTH = 3
MAX_COMMANDS = 4
MAX_WORK = 250_000
"""Calls and returns of functions: about 0.15 seconds."""

_COMMANDS = (
    "frac sqrt pi cdot times div pm left right log ln exp sin cos tan arcsin arccos arctan "
    "lfloor rfloor lceil rceil lvert rvert cup cap setminus infty theta alpha beta gamma triangle "
    "angle circ le ge leq geq ne neq begin end binom emptyset in text dfrac tfrac"
)
COMMANDS = frozenset(_COMMANDS.split())
_PAIRS = {")": "([", "]": "([", "}": "{"}  # intervals may be half open


def library_equal(key: str, answer: str) -> bool:
    """Does math-verify hold two short formulas for equal?

    Raises:
        Unreadable: the answer is outside the limits, or the library cannot read it.
    """
    _refuse_what_could_take_long(key, 2)
    _refuse_what_could_take_long(answer)
    compare = _library()
    try:
        return _within_limits(compare, key, answer)
    except Unreadable:
        raise
    except _TooLong:
        raise Unreadable("the formula takes too long to compare") from None
    except Exception as error:  # whatever a parser generator and sympy may raise
        raise Unreadable(f"the formula cannot be read ({type(error).__name__})") from None


@cache
def _library() -> Callable[[str, str], bool]:
    try:
        import math_verify
    except ImportError:
        raise Unreadable("a formula that only the package math-verify could read") from None

    config = [math_verify.LatexExtractionConfig()]
    for name in ("math_verify.parser", "math_verify.grader"):
        logging.getLogger(name).addFilter(_not_about_timeouts)

    def equal(key: str, answer: str) -> bool:
        read = [
            math_verify.parse(
                f"${text}$", config, fallback_mode="no_fallback", parsing_timeout=None
            )
            for text in (key, answer)
        ]
        if not all(read):
            raise Unreadable("the formula cannot be read")
        return bool(
            math_verify.verify(*read, float_rounding=15, numeric_precision=40, timeout_seconds=None)
        )

    for warm_up in (r"\frac{1}{2}+\sqrt{3}x^2-\pi", r"\log_2 8", r"[2,3)\cup(4,5]"):
        equal(warm_up, warm_up)  # its grammar is slow to start
    return equal


class _TooLong(BaseException):
    """Not an Exception: the library survives those."""


def _within_limits(compare: Callable[[str, str], bool], key: str, answer: str) -> bool:
    """Runs a comparison, counting its calls: works in every thread, and alike on every machine."""
    work = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal work
        work += 1
        if work > MAX_WORK:
            raise _TooLong

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        return compare(key, answer)
    finally:
        sys.setprofile(before)


def _not_about_timeouts(record: logging.LogRecord) -> bool:
    return "Timeout is disabled" not in str(record.msg)


def _refuse_what_could_take_long(text: str, margin: int = 1) -> None:
    if len(text) > margin * MAX_LENGTH or not text.isascii():
        raise Unreadable("a formula that is too long")
    if re.search(r"[0-9]{10}|\^\s*\{?\s*-?\s*[0-9]{2}|!|\^.*\^", text):
        raise Unreadable("a formula with too large numbers or powers")
    commands = re.findall(r"\\([A-Za-z]+)", text)
    if len(commands) > margin * MAX_COMMANDS or not COMMANDS.issuperset(commands):
        raise Unreadable("a formula with unusual or too many commands")
    rest = re.sub(r"\\[A-Za-z]+|[pb]matrix|\\[{}]", " ", text)
    if re.search(r"[A-Za-z]{4}", rest) or len(set(re.findall(r"[A-Za-z]", rest))) > 3:
        raise Unreadable("a formula with words or many letters in it")
    opened: list[str] = []
    for sign in rest:
        if sign in "([{":
            opened.append(sign)
        elif sign in _PAIRS and (not opened or opened.pop() not in _PAIRS[sign]):
            raise Unreadable("a formula with brackets that do not match")
        if len(opened) > MAX_DEPTH:
            raise Unreadable("a formula that is nested too deeply")
    if opened or rest.count("|") % 2:
        raise Unreadable("a formula with brackets that do not match")
