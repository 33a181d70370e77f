"""The curve and the staircase, against models whose curve is known."""

from __future__ import annotations

import argparse
import random
import statistics

import pytest

from benchmarks.frontier_simulation import draw, holds
from benchmarks.frontier_simulation import search as simulated_search
from pytest_symbench.frontier.curve import Trials, fit, trials
from pytest_symbench.frontier.staircase import Staircase


def test_a_clear_step_is_found_between_its_levels() -> None:
    found = fit({1: Trials(20, 0), 2: Trials(20, 0), 3: Trials(0, 20), 4: Trials(0, 20)})
    assert 2 < found.frontier < 3
    assert found.interval.low >= 1.9
    assert found.interval.high <= 3.1
    assert found.describe().startswith("at level 2.5 (95 %: ")


def test_what_lies_outside_is_said_to() -> None:
    assert fit({1: Trials(0, 20), 2: Trials(0, 20)}).describe().startswith("below level 1 ")
    assert fit({1: Trials(20, 0), 2: Trials(20, 0)}).describe().startswith("above level 2 ")


def test_a_few_slips_are_lapses_and_no_frontier() -> None:
    with_slips = fit({level: Trials(18, 2) for level in range(1, 11)})
    assert with_slips.below(10) < 0.05


def test_more_answers_narrow_the_interval() -> None:
    few = fit({level: Trials(2 * (level < 5), 2 * (level >= 5)) for level in range(1, 11)})
    many = fit({level: Trials(20 * (level < 5), 20 * (level >= 5)) for level in range(1, 11)})
    assert many.width < few.width
    assert many.interval.low <= 4.5 <= many.interval.high


def test_named_settings_have_no_place_on_the_scale() -> None:
    answers = [("1", True), ("paper:k20", True), ("2", False), ("1", False)]
    assert trials(answers) == {1: Trials(1, 1), 2: Trials(0, 1)}


def test_a_batch_spreads_and_keeps_to_the_budget() -> None:
    stairs = Staircase(1, 10, 2.0, budget=6)
    first = stairs.next_levels(4)
    assert len(set(first)) > 1
    stairs.add([(level, level < 5) for level in first])
    assert len(stairs.next_levels(4)) == 2
    assert not stairs.done()
    stairs.add([(5, False), (5, False)])
    assert stairs.done()


@pytest.mark.parametrize("kind", ["logistic", "normal", "step"])
def test_the_interval_covers_in_a_small_simulation(kind: str) -> None:
    """20 models each; the table of 1,000 is in docs/results/frontier_simulation.md."""
    settings = argparse.Namespace(levels=20, width=3.0, budget=80, batch=4)
    rng = random.Random(kind)
    curves = [draw(rng, kind, 1, 20) for _ in range(20)]
    found = [simulated_search(curve, rng, settings) for curve in curves]
    held = [holds(one.posterior(), curve) for one, curve in zip(found, curves, strict=True)]
    assert sum(held) >= 16, "0.3 % likely where coverage is 95 %"
    assert max(one.asked for one in found) <= 80
    assert statistics.median(one.asked for one in found) <= 40
