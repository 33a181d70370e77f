"""Nothing that is trained on is measured on."""

from __future__ import annotations

from itertools import islice

import pytest

from codesteer_training import splits
from pytest_symbench.tasks import registry


def test_no_question_is_on_both_sides() -> None:
    """Level 1 of this task has 96 questions only, so seeds alone would not separate them."""
    train = {i.question for i in splits.instances("boxnet", 1, "train")}
    held = {i.question for i in splits.instances("boxnet", 1, "eval")}
    assert train
    assert held
    assert not train & held


def test_seeds_are_apart_from_each_other_and_from_the_benchmarks() -> None:
    train = [i.seed for i in islice(splits.instances("game24", 3, "train"), 20)]
    held = [i.seed for i in islice(splits.instances("game24", 3, "eval"), 20)]
    assert min(train) >= 1_000_000 > 1000
    assert max(train) < 2_000_000 <= min(held)


@pytest.mark.parametrize("task", sorted(registry.UNSEEN))
def test_unseen_tasks_cannot_be_trained_on(task: str) -> None:
    with pytest.raises(splits.NotForTraining, match="unseen"):
        next(splits.instances(task, 1, "train"))
    assert next(splits.instances(task, 1, "eval"))


def test_published_records_cannot_be_trained_on() -> None:
    with pytest.raises(splits.NotForTraining, match="published"):
        next(splits.instances("date_understanding", "@17", "train"))
