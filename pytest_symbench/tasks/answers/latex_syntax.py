r"""Reads mathematics as people and models write it: LaTeX, plain text, or a mixture of both.

``\frac{5\sqrt5}3``, ``5sqrt(5)/3`` and ``5√5/3`` give the same tree. The parser is a recursive
descent over a short list of tokens, with a limit on nesting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from pytest_symbench.tasks.answers.extract import Unreadable
from pytest_symbench.tasks.answers.latex_text import plain
from pytest_symbench.tasks.answers.numbers import shorten

MAX_TOKENS = 1500
MAX_DEPTH = 40


class Foreign(Unreadable):
    """Well-formed perhaps, but beyond this grammar."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written; ``decimals`` are its digits after the point, None without a point."""

    value: Fraction
    decimals: int | None = None
    significant: int = 0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A letter, or the name of a Greek one."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operation or a function of its arguments."""

    name: str
    arguments: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A tuple or interval ``( )``, ``[ )``, a set ``{ }``, or a plain list without brackets."""

    brackets: str
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """Sides with equality or order signs between them."""

    signs: tuple[str, ...]
    sides: tuple[Tree, ...]


Tree: TypeAlias = "Number | Symbol | Call | Items | Relation"


@dataclass(frozen=True, slots=True)
class Parsed:
    tree: Tree
    percent: bool = False


FUNCTIONS = {"sin", "cos", "tan", "sec", "csc", "cot", "ln", "log", "exp", "abs"}
_GREEK = "alpha beta gamma delta epsilon theta lambda mu nu rho sigma tau phi varphi chi psi omega"
GREEK = frozenset(_GREEK.split())

_TOKEN = re.compile(
    r"\s*(?:([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4}(?![0-9A-Za-z.]))?|\.[0-9]+)"
    r"|\\([A-Za-z]+)|(\\[{}%|])|([A-Za-z]+)|(\*\*|<=|>=|!=|[-+*/^!()\[\]{},;:=<>%|_']))\s*"
)
_RENAMED = {
    **dict.fromkeys(("dfrac", "tfrac", "cfrac"), r"\frac"),
    **dict.fromkeys(("dbinom", "tbinom"), r"\binom"),
    **dict.fromkeys(("cdot", "times", "ast"), "*"),
    **dict.fromkeys(("lvert", "rvert", "vert"), "|"),
    "div": "/",
    "leq": r"\le",
    "geq": r"\ge",
    "neq": r"\ne",
    "lbrace": r"\{",
    "rbrace": r"\}",
    "degree": r"\circ",
    "colon": ":",
}
_GROUPS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")


def parse(text: str, *, groups: bool = True) -> Parsed:
    """The tree of an answer.

    ``groups``: are commas in complete groups of three digits separators of thousands?

    Raises:
        Unreadable: no mathematics, or too much of it. `Foreign`: beyond this grammar.
    """
    text = plain(text)
    percent = re.search(r"\s*(?:\\?%|\bper ?cent)$", text)
    if percent:
        text = text[: percent.start()].strip()
    if groups and not re.search(r"[(\[]|\\\{", text):
        text = _GROUPS.sub(lambda match: match[0].replace(",", ""), text)
    return Parsed(_Reader(tokens(text)).whole(), percent is not None)


def tokens(text: str) -> list[str]:
    r"""Numbers, letters, commands without their backslash (``frac``) and signs (``\{`` too)."""
    found: list[str] = []
    position = 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise Unreadable(f"{shorten(text[position : position + 20])} cannot be read")
        position = match.end()
        number, command, brace, letters, sign = match.groups()
        if command:
            found.append(_RENAMED.get(command, "\\" + command))
        elif letters:
            found += _words(letters)
        else:
            token = number or brace or sign
            found.append({"**": "^", "<=": r"\le", ">=": r"\ge", r"\%": "%"}.get(token, token))
        if len(found) > MAX_TOKENS:
            raise Unreadable("an answer of too many signs")
    return found


def _words(letters: str) -> list[str]:
    if letters in FUNCTIONS | {"sqrt", "pi", "frac", "binom"} | GREEK:
        return ["\\" + letters]
    for known in ("sqrt", "pi"):
        head, found, tail = letters.partition(known)
        if found and len(head) <= 2 and len(tail) <= 2:
            return [*head, "\\" + known, *tail]
    if len(letters) > 3 or letters in {"or", "and", "not", "to", "is", "are", "the"}:
        raise Unreadable(f"the word {shorten(letters)}")
    return list(letters)


class _Reader:
    def __init__(self, found: list[str]) -> None:
        self.tokens = found
        self.position = 0
        self.depth = 0
        self.bars = 0

    @property
    def token(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        token = self.token
        if expected and token not in expected:
            where = f"before {shorten(token)}" if token else "at the end"
            raise Unreadable(f"{' or '.join(expected)} is missing {where}")
        self.position += 1
        return token

    def whole(self) -> Tree:
        if not self.tokens:
            raise Unreadable("an empty answer")
        tree = self.relation()
        if self.token:
            raise Unreadable(f"{shorten(self.token)} stands where nothing more is expected")
        return tree

    def relation(self) -> Tree:
        signs, sides = [], [self.items()]
        while self.token in _SIGNS:
            signs.append(self.take())
            sides.append(self.items())
        return Relation(tuple(signs), tuple(sides)) if signs else sides[0]

    def items(self) -> Tree:
        parts = [self.ratio()]
        while self.token in (",", ";"):
            self.take()
            parts.append(self.ratio())
        return Items("", tuple(parts)) if len(parts) > 1 else parts[0]

    def ratio(self) -> Tree:
        left = self.sum()
        if self.token != ":":
            return left
        self.take()
        right = self.sum()
        if self.token == ":":
            raise Foreign("a ratio of more than two numbers")
        return Call("/", (left, right))

    def sum(self) -> Tree:
        terms = [self.product()]
        while self.token in ("+", "-"):
            sign = self.take()
            term = self.product()
            terms.append(Call("neg", (term,)) if sign == "-" else term)
        return Call("+", tuple(terms)) if len(terms) > 1 else terms[0]

    def product(self) -> Tree:
        if self.token in ("+", "-"):
            sign = self.take()
            self.deeper()
            inner = self.product()
            self.depth -= 1
            return Call("neg", (inner,)) if sign == "-" else inner
        above: list[Tree] = [self.factor()]
        below: list[Tree] = []
        while True:
            last = above[-1]
            if self.token in ("*", "/"):
                (above if self.take() == "*" else below).append(self.signed())
            elif isinstance(last, Number) and last.decimals is None and not below and self.mixed():
                above[-1] = self.mixture(last)
            elif self.begins():
                above.append(self.factor())
            else:
                numerator = Call("*", tuple(above)) if len(above) > 1 else above[0]
                if not below:
                    return numerator
                denominator = Call("*", tuple(below)) if len(below) > 1 else below[0]
                return Call("/", (numerator, denominator))

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable("an answer that is nested too deeply")

    def signed(self) -> Tree:
        if self.token == "-":
            self.take()
            return Call("neg", (self.factor(),))
        return self.factor()

    def begins(self) -> bool:
        """May the next token begin a factor after another one, without a sign between?"""
        token = self.token
        if token == "|":
            return self.bars == 0
        return token in ("(", "{") or token[:1].isalpha() or token in _FACTORS

    def mixed(self) -> bool:
        r"""Does a fraction of two whole numbers follow, as in ``2\frac13`` and ``2 1/3``?"""
        ahead = self.tokens[self.position : self.position + 4]
        if ahead[:1] == ["\\frac"]:
            return True
        return len(ahead) >= 3 and ahead[0].isdigit() and ahead[1] == "/" and ahead[2].isdigit()

    def mixture(self, whole: Number) -> Tree:
        if self.token != "\\frac":
            above, _, below = (self.take() for _ in range(3))
            part = Call("/", (_number(above), _number(below)))
            if _number(above).value >= _number(below).value:
                raise Unreadable("two numbers without a sign between them")
            return Call("+", (whole, part))
        fraction = self.factor()
        match fraction:
            case Call("/", (Number(decimals=None) as upper, Number() as lower)):
                if upper.value < lower.value:
                    return Call("+", (whole, fraction))
        return Call("*", (whole, fraction))

    def factor(self) -> Tree:
        base = self.primary()
        while True:
            if self.token == "!":
                self.take()
                if self.token == "!":
                    raise Unreadable("two factorial signs in a row")
                base = Call("!", (base,))
            elif self.token == "^":
                self.take()
                if self.degrees():
                    if isinstance(base, Call) and base.name == "degrees":
                        raise Unreadable("two degree signs in a row")
                    base = Call("degrees", (base,))
                else:
                    return Call("^", (base, self.exponent()))
            else:
                return base

    def degrees(self) -> bool:
        ahead = self.tokens[self.position : self.position + 3]
        if ahead[:1] == ["\\circ"]:
            self.position += 1
        elif ahead == ["{", "\\circ", "}"]:
            self.position += 3
        else:
            return False
        return True

    def exponent(self) -> Tree:
        self.deeper()
        negative = self.token == "-"
        if negative:
            self.take()
        inner = self.group() if self.token == "{" else self.factor()
        self.depth -= 1
        return Call("neg", (inner,)) if negative else inner

    def group(self) -> Tree:
        self.take("{")
        inner = self.sum()
        self.take("}")
        return inner

    def argument(self, *, digits: int | None = None) -> Tree:
        """What a command applies to: a group, or the next sign; of a number, its first digits."""
        token = self.token
        if token == "{":
            return self.group()
        if digits and token.isdigit() and len(token) > digits:
            self.tokens[self.position] = token[digits:]
            return _number(token[:digits])
        return self.primary()

    def primary(self) -> Tree:
        self.deeper()
        tree = self.unit()
        self.depth -= 1
        return tree

    def unit(self) -> Tree:
        """A number, a letter, a bracket or a command with its arguments."""
        token = self.take()
        if token[:1].isdigit() or (token[:1] == "." and len(token) > 1):
            return _number(token)
        if token in ("(", "["):
            return self.bracketed(token)
        if token == "{":
            self.position -= 1
            return self.group()
        if token == "\\{":
            parts = self.items()
            self.take("\\}")
            return Items("{}", parts.parts if isinstance(parts, Items) else (parts,))
        if token == "|":
            self.bars += 1
            inner = self.sum()
            self.take("|")
            self.bars -= 1
            return Call("abs", (inner,))
        if len(token) == 1 and token.isalpha():
            return self.symbol(token)
        if token.startswith("\\"):
            return self.command(token[1:])
        raise Unreadable(
            f"{shorten(token)} where a number is expected" if token else "a missing end"
        )

    def symbol(self, name: str) -> Tree:
        if self.token == "_":
            raise Foreign("a name with an index")
        return Symbol(name)

    def bracketed(self, opening: str) -> Tree:
        bars, self.bars = self.bars, 0
        inner = self.items()
        closing = self.take(")", "]")
        self.bars = bars
        if isinstance(inner, Items) and not inner.brackets:
            return Items(opening + closing, inner.parts)
        if opening + closing not in ("()", "[]"):
            raise Unreadable("brackets that do not match")
        return inner

    def command(self, name: str) -> Tree:
        if name == "pi":
            return Call("pi", ())
        if name == "frac":
            above = self.argument(digits=1)
            return Call("/", (above, self.argument(digits=1)))
        if name == "binom":
            above = self.argument(digits=1)
            return Call("binom", (above, self.argument(digits=1)))
        if name == "sqrt":
            degree: Tree = Number(Fraction(2))
            if self.token == "[":
                self.take()
                degree = self.sum()
                self.take("]")
            return Call("root", (degree, self.argument()))
        if name in FUNCTIONS:
            return self.function(name)
        if name in GREEK:
            return self.symbol("\\" + name)
        if name == "infty":
            return Symbol("\\infty")
        raise Foreign(f"the command \\{name}")

    def function(self, name: str) -> Tree:
        base: Tree | None = None
        if self.token == "_":
            self.take()
            if name != "log":
                raise Foreign("a function with an index")
            base = self.argument(digits=1)
        times: Tree | None = None
        if self.token == "^":
            self.take()
            times = self.exponent()
        self.deeper()
        inner = self.group() if self.token == "{" else self.factor()
        while self.token not in ("(", "{") and self.begins() and self.token[1:] not in FUNCTIONS:
            inner = Call("*", (inner, self.factor()))
        self.depth -= 1
        call = Call(name, (inner,) if base is None else (inner, base))
        return Call("^", (call, times)) if times is not None else call


_SIGNS = ("=", "<", ">", r"\le", r"\ge", r"\ne", "!=", r"\approx", r"\equiv", r"\in")
_FACTORS = {"\\" + name for name in (*FUNCTIONS, *GREEK, "pi", "frac", "sqrt", "binom")}


def _number(token: str) -> Number:
    if len(token) > 4300:
        raise Unreadable("a number of more than 4300 digits")
    mantissa, _, exponent = token.lower().partition("e")
    whole, point, fraction = mantissa.partition(".")
    if exponent and abs(int(exponent)) > 400:
        raise Unreadable("a number with a huge power of ten")
    digits = (whole + fraction).lstrip("0")
    value = Fraction(token)
    return Number(
        value, len(fraction) - int(exponent or 0) if point or exponent else None, len(digits)
    )
