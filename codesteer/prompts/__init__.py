"""The texts that are sent to models: one Markdown file each, with ``$name`` placeholders.

Single sentences, such as the guidance of rules, share one table.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from string import Template


@cache
def _template(name: str) -> Template:
    text = files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    return Template(text.strip())


def prompt(name: str, **fields: str) -> str:
    """The text of ``NAME.md`` with its placeholders filled.

    All are filled in one pass: braces, dollar signs and placeholders inside a field are kept.

    Raises:
        KeyError: a placeholder of the text is not among the fields.
    """
    return _template(name).substitute(fields)


def sentence(name: str, **fields: str) -> str:
    """A text of ``sentences.json`` with its placeholders filled, as `prompt` does."""
    return Template(_sentences()[name]).substitute(fields)


@cache
def _sentences() -> dict[str, str]:
    text = files(__name__).joinpath("sentences.json").read_text(encoding="utf-8")
    table: dict[str, str] = json.loads(text)
    return table
