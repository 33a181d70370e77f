"""What the tables of problem templates share: facts are drawn, then told and solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from pytest_symbench.tasks.answers import final_answer
from pytest_symbench.tasks.answers.latex import equal
from pytest_symbench.tasks.task import Data, LevelError, Params, Verdict, right, wrong

Facts: TypeAlias = Mapping[str, Any]
"""The quantities of one problem, from which both its text and its answer are made: JSON-able."""

DRAWS = 3000


class Redraw(Exception):
    """The numbers drawn so far cannot become a sensible problem: draw again."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """One kind of problem with an answer in closed form."""

    name: str
    least: int = 1
    """The smallest ``count`` for which the kind is drawn: what takes roots or fractions waits."""
    draw: Callable[[Random, int, int], Facts]
    """From a generator, the count of elements and the size of numbers."""
    tell: Callable[[Facts], str]
    key: Callable[[Facts], str]
    """The exact answer as mathematical text, computed from the facts."""
    asks_point: Callable[[Facts], bool] = lambda facts: False
    """Is the answer a pair of coordinates?"""


Table: TypeAlias = Mapping[str, Template]


def drawable(table: Table, count: int) -> list[str]:
    """The names of the templates that a level with this count draws from."""
    return [name for name, template in table.items() if template.least <= count]


def draw(table: Table, params: Params, rng: Random) -> Data:
    name = rng.choice(params["templates"])
    for _ in range(DRAWS):
        try:
            facts = table[name].draw(rng, params["count"], params["size"])
        except Redraw:
            continue
        return {"template": name, "facts": facts}
    raise LevelError(f"no problem of the kind {name} has such numbers")


def render(table: Table, data: Data, form: str) -> str:
    template = table[data["template"]]
    point = template.asks_point(data["facts"])
    closing = final_answer("the point", "(x, y)") if point else final_answer("the value", "value")
    return f"{template.tell(data['facts'])}\n{form}\n{closing}"


def solve(table: Table, data: Data) -> str:
    return table[data["template"]].key(data["facts"])


def verify(table: Table, data: Data, text: str) -> Verdict:
    """The answer must be exact, or a float with all its digits."""
    match = equal(solve(table, data), text, exact_only=True)
    return right(match.reason) if match.equal else wrong(match.reason)
