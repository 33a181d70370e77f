"""Orders that fit statements: the search against all permutations, and minimal statements."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest

from pytest_symbench.tasks import make
from pytest_symbench.tasks.logic.logical_deduction import TASK
from pytest_symbench.tasks.logic.ordering import minimal, only_order, orders
from tests.tasks.cases.logical_deduction import holds


@pytest.mark.parametrize("number", [3, 4, 5, 6])
def test_orders_are_those_permutations_in_which_all_holds(number: int) -> None:
    rng = Random(number)
    for _ in range(80):
        truth = rng.sample(range(number), number)
        statements = minimal(truth, rng, hard=rng.random() < 0.7, most_ranks=2)
        statements = rng.sample(statements, rng.randint(0, len(statements)))
        if rng.random() < 0.3:  # a statement of another order may contradict these
            other = rng.sample(range(number), number)
            statements += rng.sample(minimal(other, rng, hard=True, most_ranks=2), 1)
        expected = [
            order
            for order in permutations(range(number))
            if all(holds(statement, order) for statement in statements)
        ]
        found = [tuple(order) for order in orders(number, statements)]
        assert sorted(found) == expected


@pytest.mark.parametrize("level", [1, 3, 5, 7])
def test_statements_are_enough_none_too_many_and_none_gives_the_answer(level: int) -> None:
    for seed in range(6):
        data = make(TASK, level, seed).data
        number, statements = len(data["objects"]), data["statements"]
        assert only_order(number, statements) is not None
        for statement in statements:
            fewer = [other for other in statements if other is not statement]
            assert only_order(number, fewer) is None
            assert statement.get("rank") != data["rank"]
