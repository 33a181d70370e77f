"""The gate's error rates, in a reduced form of ``python -m benchmarks.gate_simulation``."""

from __future__ import annotations

import argparse

import pytest

from benchmarks.gate_simulation import simulate

PAIRS = 30


def settings(**changes: object) -> argparse.Namespace:
    usual = {"samples": 20, "attempts": 1, "correlation": 0.8, "own": 0.0, "seed": 5}
    return argparse.Namespace(**{**usual, "looks": False, **changes})


@pytest.mark.parametrize("looks", [False, True], ids=["at once", "in looks"])
def test_equal_models_rarely_fail(looks: bool) -> None:
    result = simulate("equal", settings(looks=looks), repeats=PAIRS)
    # At the nominal 5 %, five or more of thirty happen in 1.6 % of such simulations; seeded.
    assert result.false_alarms < 5
    assert result.states["pass"] > PAIRS / 3


def test_a_collapse_of_one_task_does_not_pass() -> None:
    result = simulate("collapse", settings(), repeats=PAIRS)
    assert result.states["pass"] <= 0.1 * PAIRS
    assert result.named >= 0.6 * PAIRS


def test_looks_spend_less_and_find_it_too() -> None:
    result = simulate("collapse", settings(samples=60, looks=True), repeats=10)
    assert result.asked < 0.6
    assert result.named >= 9
