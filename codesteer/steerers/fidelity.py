"""Does a program use the question's data as they stand there?

Models miscopy long numbers and strings, and lose signs. Only data are looked at that a program
can hardly do without: numbers of four digits and more, and words that no language has.
"""

from __future__ import annotations

import re

READ = 50_000
"""Characters of a question and of a program that are looked at."""
NAMED = 3
"""Missing data that are told at most, where all would be too long."""
LISTED = 300
"""Characters of data in a request."""

_NUMBER = re.compile(r"(?<![\w.,)-])-?\d{4,60}(?![\w.,-]\w)")
_QUOTED = re.compile(r"[\"'“‘]([^\s\"'“”‘’<>]{8,2000})[\"'”’]")
_STRING = re.compile(r"(?<![\w.])[A-Za-z0-9]{16,2000}(?!\w)")


def data(question: str) -> list[str]:
    """The data of a question that a program can hardly do without, each once."""
    text = question[:READ]
    found = [*_NUMBER.findall(text), *_QUOTED.findall(text), *_STRING.findall(text)]
    return list(dict.fromkeys(found))


def missing(question: str, code: str) -> list[str]:
    """Those of the data that are not in the program."""
    plain = "".join(code[:READ].replace("_", "").split())
    return [item for item in data(question) if item.replace("_", "") not in plain]


def listed(question: str, lost: list[str]) -> str:
    """The lost data for a request; with all others, if they are few, or only these are used."""
    all_ = ", ".join(data(question))
    if len(all_) <= LISTED:
        return all_
    shown = [item if len(item) <= LISTED else f"{item[:LISTED]}..." for item in lost[:NAMED]]
    return ", ".join(shown)
