"""Every template of the MATH tasks: its closed form equals an enumeration or a measurement."""

from __future__ import annotations

import pytest

from pytest_symbench.tasks import get
from pytest_symbench.tasks.instance import seeded
from tests.tasks.cases import math_counting_and_probability as counting
from tests.tasks.cases import math_geometry as geometry

GEOMETRY = get("math_geometry")
COUNTING = get("math_counting_and_probability")


@pytest.mark.parametrize("kind", geometry.KINDS)
def test_a_measurement_gives_the_closed_form(kind: str) -> None:
    for seed in range(60):
        params = {"count": 1 + seed % 5, "size": (6, 12, 40)[seed % 3], "templates": [kind]}
        data = GEOMETRY.generate(params, seeded(kind, seed))
        gold = GEOMETRY.solve(data)
        measured = geometry.MEASURES[kind](data["facts"])
        assert geometry.same(geometry.read(gold), measured), (gold, measured, data)


@pytest.mark.parametrize("kind", counting.KINDS)
def test_an_enumeration_gives_the_closed_form(kind: str) -> None:
    for seed in range(30):
        params = {"count": 1 + seed % 2, "size": (3, 5)[seed % 2], "templates": [kind]}
        data = COUNTING.generate(params, seeded(kind, seed))
        gold = COUNTING.solve(data)
        assert counting.exact(gold) == counting.COUNTS[kind](data["facts"]), (gold, data)


def test_every_kind_is_drawn() -> None:
    for task, kinds in ((GEOMETRY, geometry.KINDS), (COUNTING, counting.KINDS)):
        drawn = {task.generate(task.params(3), seeded("kinds", s))["template"] for s in range(300)}
        assert sorted(drawn) == sorted(kinds)


def test_probabilities_are_neither_certain_nor_impossible() -> None:
    for seed in range(200):
        data = COUNTING.generate(COUNTING.params(4), seeded("chance", seed))
        if "probability" in COUNTING.render(data):
            assert 0 < counting.exact(COUNTING.solve(data)) < 1
