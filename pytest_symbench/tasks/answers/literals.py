"""Reads nested lists, pairs and objects, written as JSON or as Python literals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from pytest_symbench.tasks.answers.extract import Unreadable
from pytest_symbench.tasks.answers.numbers import number, shorten

MAX_DEPTH = 12
MAX_VALUES = 10_000
MAX_NUMBER = 400
"""Characters of a number that are read at most."""

Literal: TypeAlias = "int | Fraction | str | list[Literal] | Object"
"""A number is an int if it is written as one. Lists and tuples are both lists."""

_TOKEN = re.compile(
    r"\s*(?:([-+\u2212]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?(?![0-9.eE]))"
    r"|\"([^\"\\\n]*)\"|'([^'\\\n]*)'|([\[\](){},:]))",
    re.ASCII,
)
_CLOSING = {"[": "]", "(": ")", "{": "}"}


@dataclass(frozen=True, slots=True)
class Object:
    """The pairs of an object in order, equal keys included."""

    pairs: list[tuple[Literal, Literal]]


def literal(text: str) -> Literal:
    """The value of a whole text.

    Raises:
        Unreadable: the text is not one literal of numbers, strings, lists and objects.
    """
    value, end = literal_at(text, 0)
    if text[end:].strip():
        raise Unreadable(f"text after the answer: {shorten(text[end:])}")
    return value


def literal_at(text: str, start: int) -> tuple[Literal, int]:
    """The value that begins at a position, and where it ends.

    Raises:
        Unreadable: no literal begins there, or it is not closed.
    """
    reader = _Reader(text, start)
    return reader.value(0), reader.position


class _Reader:
    def __init__(self, text: str, position: int) -> None:
        self.text, self.position = text, position
        self.values = 0

    def value(self, depth: int) -> Literal:
        token = self._token()
        self.values += 1
        if self.values > MAX_VALUES:
            raise Unreadable(f"more than {MAX_VALUES} values")
        if token[1] is not None:
            if len(token[1]) > MAX_NUMBER:
                raise Unreadable(f"a number of more than {MAX_NUMBER} characters")
            written = token[1].replace("\u2212", "-")
            return number(written) if re.search("[.eE]", written) else int(written)
        if token[4] is None:
            return token[2] if token[2] is not None else token[3]
        if token[4] not in _CLOSING:
            raise Unreadable(f"expected a value, got {shorten(token[0])}")
        if depth == MAX_DEPTH:
            raise Unreadable(f"brackets nested more than {MAX_DEPTH} deep")
        return self._object(depth) if token[4] == "{" else self._list(_CLOSING[token[4]], depth)

    def _list(self, closing: str, depth: int) -> list[Literal]:
        values: list[Literal] = []
        while not self._closed(closing):
            values.append(self.value(depth + 1))
            if not self._separated(closing):
                break
        return values

    def _object(self, depth: int) -> Object:
        pairs: list[tuple[Literal, Literal]] = []
        while not self._closed("}"):
            key = self.value(depth + 1)
            if self._token()[4] != ":":
                raise Unreadable("expected ':' after the key of an object")
            pairs.append((key, self.value(depth + 1)))
            if not self._separated("}"):
                break
        return Object(pairs)

    def _closed(self, closing: str) -> bool:
        """Does a bracket close here? It is then passed."""
        before = self.position
        if self._token()[4] == closing:
            return True
        self.position = before
        return False

    def _separated(self, closing: str) -> bool:
        token = self._token()[4]
        if token not in (",", closing):
            raise Unreadable(f"expected ',' or '{closing}' after a value")
        return token == ","

    def _token(self) -> re.Match[str]:
        match = _TOKEN.match(self.text, self.position)
        if not match:
            rest = self.text[self.position : self.position + 80].strip()
            raise Unreadable(f"expected a list, got {shorten(rest) if rest else 'its end'}")
        self.position = match.end()
        return match
