"""Does a program use the question's data as they stand there?

Models miscopy long numbers and strings, and lose signs. Only data are looked at that a program
can hardly do without: numbers of four digits and more, and words that no language has.
"""

from __future__ import annotations

import re

READ = 50_000
"""Characters of a question and of a program that are looked at."""
NAMED = 3
"""Missing data that are told."""

_NUMBER = re.compile(r"(?<![\w.,)-])-?\d{4,60}(?![\w.,-]\w)")
_QUOTED = re.compile(r"[\"'“‘]([^\s\"'“”‘’<>]{8,2000})[\"'”’]")
_STRING = re.compile(r"(?<![\w.])[A-Za-z0-9]{16,2000}(?!\w)")


def missing(question: str, code: str) -> list[str]:
    """Data of the question that are not in the program, a few of them."""
    question, code = question[:READ], code[:READ]
    data = [*_NUMBER.findall(question), *_QUOTED.findall(question), *_STRING.findall(question)]
    plain = "".join(code.replace("_", "").split())
    return [item for item in dict.fromkeys(data) if item.replace("_", "") not in plain][:NAMED]
