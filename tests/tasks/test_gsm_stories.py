"""Every kind of story: its key equals what an independent reader makes of its text."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from itertools import product

import pytest

from pytest_symbench.tasks import get
from pytest_symbench.tasks.answers.numbers import number
from pytest_symbench.tasks.instance import seeded
from tests.tasks.cases.gsm_hard import KINDS, read

TASK = get("gsm_hard")
params = TASK.params


@pytest.mark.parametrize("kind", KINDS)
def test_the_key_is_what_the_text_says(kind: str) -> None:
    told = [level for level in (1, 2, 3, 4, 5, 7, 10, 25) if kind in params(level)["templates"]]
    for level, seed in product(told, range(25)):
        data = TASK.generate({**params(level), "templates": [kind]}, seeded(kind, level, seed))
        question = TASK.render(data)
        assert number(TASK.solve(data)) == read(question, kind), question
        numbers = [Fraction(text) for text in re.findall(r"\d+(?:\.\d+)?", question)]
        assert len(numbers) == len(set(numbers)), f"a number with two roles: {question}"


def test_every_kind_is_drawn() -> None:
    drawn = Counter(
        TASK.generate(params(5), seeded("kinds", seed))["template"] for seed in range(400)
    )
    assert sorted(drawn) == sorted(KINDS)


def test_money_has_at_most_two_decimals_and_counts_are_whole() -> None:
    for seed in range(200):
        data = TASK.generate(params(4), seeded("money", seed))
        key = number(TASK.solve(data))
        unit = re.search(r"Write the number of (.*) alone", TASK.render(data))
        assert unit
        if unit[1] in ("dollars", "km/h"):
            assert (key * 100).denominator == 1
        elif unit[1] != "kilograms":
            assert key.denominator == 1
        assert key >= 0
