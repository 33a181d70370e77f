"""Does a question ask for computing or for reading? Counted, not understood."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

READ = 20_000
"""Characters of a question that are looked at."""
ENOUGH = 2
"""Signs of computing, less those of reading, from which code is preferred."""

_NUMBER = re.compile(r"(?<![A-Za-z])\d+(?:\.\d+)?")
_DATA = re.compile(r"[\"'][^\"'\s]{6,}[\"']|\[[^\[\]]{3,}\]")
_OPTION = re.compile(r"(?m)^[ \t]*\(?[A-F][).:]\s")
_COMPUTING = re.compile(
    r"\b(comput|calculat|product|multipl|divi[ds]|sum\b|total|how many|count|number of|digit|"
    r"integer|equation|operator|expression|permut|combin|arrange|order|sort|sequence|string|"
    r"letter|character|substring|insert|delet|remov|replac|revers|position|index|grid|matrix|"
    r"row|column|board|cell|path|shortest|minimum|maximum|minimi|maximi|move|step|score|"
    r"encrypt|code|cipher|distinct|unique|place)",
    re.IGNORECASE,
)
_READING = re.compile(
    r"\b(says?|tells the truth|lies|liar|yesterday|tomorrow|birthday|older|younger|"
    r"which of the following|statement|true or false|paragraph|story|argument|meaning)\b",
    re.IGNORECASE,
)


class Features(NamedTuple):
    """Signs in a question."""

    numbers: int
    data: int
    """Quoted words and bracketed lists."""
    grid: int
    """Lines that look like rows of a table."""
    computing: int
    """Different words of computing."""
    reading: int
    """Different words of reading."""
    options: int

    @property
    def score(self) -> int:
        signs = (self.numbers >= 2) + (self.numbers >= 6) + (self.data >= 1) + (self.grid >= 2)
        signs += (self.computing >= 1) + (self.computing >= 3)
        return signs - min(self.reading, 3) - (self.options >= 2)


def features(question: str) -> Features:
    """The signs of a question."""
    text = question[:READ]
    rows = [line.split() for line in text.splitlines()]
    return Features(
        numbers=len(_NUMBER.findall(text)),
        data=len(_DATA.findall(text)),
        grid=sum(len(row) >= 3 and max(map(len, row)) <= 3 for row in rows),
        computing=len({word.lower() for word in _COMPUTING.findall(text)}),
        reading=len({word.lower() for word in _READING.findall(text)}),
        options=len(_OPTION.findall(text)),
    )


def suited(question: str) -> Literal["code", "text"]:
    """What a question is first tried with."""
    return "code" if features(question).score >= ENOUGH else "text"
