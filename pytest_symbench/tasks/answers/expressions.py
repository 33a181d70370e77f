"""Reads arithmetic on whole numbers (+ - * / and parentheses) and values it exactly.

Nothing is evaluated but by the stack machine below; nesting costs no recursion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from pytest_symbench.tasks.answers.extract import Unreadable
from pytest_symbench.tasks.answers.lists import peel
from pytest_symbench.tasks.answers.numbers import MAX_DIGITS, plain_integer, shorten

MAX_SIGNS = 20_000
"""Numbers, operators and parentheses that are read at most."""

_SIGNS = {
    **dict.fromkeys(("×", "·", "⋅", "∙", "∗", "✕", "✖", "x", "X"), "*"),
    **dict.fromkeys((r"\times", r"\cdot", r"\ast"), "*"),
    **dict.fromkeys(("÷", "∕", "⁄", r"\div"), "/"),
    **dict.fromkeys(("−", "–", "﹣", "－"), "-"),
    "＋": "+",
    r"\dfrac": r"\frac",
    r"\tfrac": r"\frac",
    r"\{": "{",
    r"\}": "}",
}
_SPACING = {r"\left", r"\right", r"\,", r"\;", r"\!", "\\ ", r"\quad"}
_TOKEN = re.compile(r"\s*(?:([0-9]+)|(\*\*|//)|(\\[A-Za-z]+|\\.|\S))", re.DOTALL)
_STEP = re.compile(r"(?:[0-9.+\-*/()\[\]{}\sxX×·⋅∙∗✕✖÷∕⁄−–﹣－＋]|\\[A-Za-z]+|\\[,;!{}])+")
_QUOTES = re.compile("[\"'`“”‘’]")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read: its numbers in order, its operations, what it claims."""

    literals: list[int]
    postfix: list[int | str]
    claim: int | None = None
    """The integer after ``=``, if one was written."""

    def value(self) -> Fraction | None:
        """The exact value, or None where it divides by zero.

        Costs what its numbers cost: compare ``literals`` with what is allowed first.
        """
        stack: list[Fraction] = []
        for token in self.postfix:
            if isinstance(token, int):
                stack.append(Fraction(token))
                continue
            right, left = stack.pop(), stack.pop()
            if token == "/" and right == 0:
                return None
            stack.append(_apply(token, left, right))
        return stack[0]

    def misses(self, target: int) -> str | None:
        """Why expression and claim do not give the target, in a few words; None if they do."""
        value = self.value()
        if value is None:
            return "the expression divides by zero"
        if value != target:
            return f"the value of the expression is {shorten(str(value))[1:-1]}, not {target}"
        if self.claim not in (None, target):
            return f"the answer claims {shorten(str(self.claim))[1:-1]}, not {target}"
        return None


def expression(text: str) -> Expression:
    r"""The expression that a text writes, by the usual precedence.

    Brackets and braces act as parentheses. The signs × · ÷ − and the LaTeX commands ``\times``,
    ``\cdot``, ``\div`` and ``\frac{a}{b}`` are read. With an ``=``, what is left of the first
    is the expression, and right of the last must stand an integer; steps of the calculation
    may stand between, but no words.

    Raises:
        Unreadable: anything but whole numbers, the four operators and matching parentheses:
            a sign without a left side, a missing operator, powers, decimals, words.
    """
    return _parse(*_sides(text), "([{")


def listed_expression(text: str) -> Expression:
    """The expression of a list with one item a number, operator or parenthesis.

    ``[(, 3, +, 5, ), *, 2]`` with or without quotes around the items and brackets around the
    list. An item may hold several signs; a plain expression is a list of one item. Within the
    list only ``( )`` are parentheses.

    Raises:
        Unreadable: an empty item, or what `expression` refuses.
    """
    left, claim = _sides(_QUOTES.sub(" ", text))
    parts = [part.strip() for part in re.split(r"[,;]", _unlisted(left))]
    if len(parts) > 1 and not parts[-1]:
        parts.pop()
    if not all(parts):
        raise Unreadable("a list with an empty item")
    return _parse(" ".join(parts), claim, "(")


def _unlisted(text: str) -> str:
    """Drops square brackets and braces around the whole, but no parenthesis: it may be an item."""
    start, end = 0, len(text) - 1
    while start < end:
        if text[start].isspace():
            start += 1
        elif text[end].isspace():
            end -= 1
        elif text[start] + text[end] in ("[]", "{}"):
            start, end = start + 1, end - 1
        else:
            break
    return text[start : end + 1]


def _sides(text: str) -> tuple[str, int | None]:
    text = text.strip().strip("$")
    if "=" not in text:
        return text, None
    left, *steps = peel(text).split("=")
    claim = plain_integer(steps.pop().strip(" \t\r\n,;$"))
    for step in steps:
        if not _STEP.fullmatch(step):
            raise Unreadable(f"{shorten(step)} is not a step of one calculation")
    return left, claim


def _parse(text: str, claim: int | None, brackets: str) -> Expression:
    output: list[int | str] = []
    literals: list[int] = []
    waiting: list[str] = []
    before = ""
    for token in _plain(_tokens(text), brackets):
        complete = before == ")" or before.isdigit()
        if token.isdigit():
            if complete:
                raise Unreadable(f"no operator before the number {shorten(token)[1:-1]}")
            if len(token) > MAX_DIGITS:
                raise Unreadable(f"a number of more than {MAX_DIGITS} digits")
            literals.append(int(token))
            output.append(literals[-1])
        elif token == "(":
            if complete:
                raise Unreadable("no operator before '('")
            waiting.append(token)
        elif not complete:
            where = f"after {before!r}" if before else "at the beginning"
            raise Unreadable(f"{token!r} stands {where}, where a number is expected")
        elif token == ")":
            while waiting[-1] != "(":
                output.append(waiting.pop())
            waiting.pop()
        else:
            while waiting and _RANK.get(waiting[-1], 0) >= _RANK[token]:
                output.append(waiting.pop())
            waiting.append(token)
        before = token
    if before != ")" and not before.isdigit():
        raise Unreadable(f"the expression ends after {before!r}" if before else "no expression")
    output.extend(reversed(waiting))
    return Expression(literals, output, claim)


def _apply(operator: str, left: Fraction, right: Fraction) -> Fraction:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    return left * right if operator == "*" else left / right


def _tokens(text: str) -> list[str]:
    tokens = []
    found = _TOKEN.findall(text)
    if len(found) > MAX_SIGNS:
        raise Unreadable(f"an expression of more than {MAX_SIGNS} signs")
    for digits, double, sign in found:
        if double:
            raise Unreadable(f"the operator {double!r} is not allowed")
        token = digits or _SIGNS.get(sign, sign)
        if token not in _SPACING:
            tokens.append(token)
    return tokens


def _plain(tokens: list[str], brackets: str) -> list[str]:
    r"""The tokens with ``\frac{a}{b}`` as ``((a)/(b))`` and every bracket as a parenthesis."""
    plain: list[str] = []
    closers: list[tuple[str, str]] = []  # the bracket that must close next, and what it closes
    due = ""
    for token in tokens:
        if due and token != "{":
            raise Unreadable(r"expected the form \frac{numerator}{denominator}")
        if due:
            plain += "((" if due == "numerator" else "("
            closers.append(("}", due))
            due = ""
        elif token == r"\frac":
            due = "numerator"
        elif token in brackets:
            closers.append((_CLOSING[token], "group"))
            plain.append("(")
        elif closers and token == closers[-1][0]:
            _, ended = closers.pop()
            plain += {"group": ")", "numerator": ")/", "denominator": "))"}[ended]
            due = "denominator" if ended == "numerator" else ""
        elif token in _RANK or (token.isascii() and token.isdigit()):
            plain.append(token)
        elif token in _CLOSING.values():
            raise Unreadable(f"{token!r} closes nothing")
        else:
            raise Unreadable(f"{shorten(token)} is not a number, an operator or a parenthesis")
    if due:
        raise Unreadable(r"expected the form \frac{numerator}{denominator}")
    if closers:
        raise Unreadable(f"{closers[-1][0]!r} is missing at the end")
    return plain
