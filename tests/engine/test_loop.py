"""What runs where: nothing that computes holds up the loop that answers arrive on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

import tests.preloaded  # noqa: F401
from codesteer.checkers.symbolic import analyze
from codesteer.methods import loop
from pytest_symbench import run
from pytest_symbench.cases import Case
from pytest_symbench.engine import Engine, Result
from pytest_symbench.priors import longest_first
from pytest_symbench.tasks import judge, make
from tests.engine.test_records import row


def test_checkers_verifiers_and_generators_are_not_on_the_loop(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, set[str]] = {}

    def watched(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            seen.setdefault(name, set()).add(threading.current_thread().name)
            return function(*arguments)

        return call

    monkeypatch.setattr(loop, "analyze", watched("checker", analyze))
    monkeypatch.setattr(run, "judge", watched("verifier", judge))
    monkeypatch.setattr(run, "make", watched("generator", make))
    pytester.runpytest_inprocess(
        "--symbench", "--model=simulated:gpt-4o", "--steer", "--tasks=number_multiply", "-q",
        "--levels=3", "--samples=4", "-p", "no:randomly", "--tb=no",
    )  # fmt: skip
    assert set(seen) == {"checker", "verifier", "generator"}
    threads = set[str]().union(*seen.values())
    assert all(name.startswith(("symbench-pool", "symbench-judge")) for name in threads), threads


def test_episodes_of_many_calls_begin_first_and_what_an_item_waits_for_before_all() -> None:
    cases = [
        Case("letters", 1, seed, method)
        for seed in range(6)
        for method in ("only_question", "self_consistency")
    ]
    begun: list[Case] = []

    async def work(case: Case) -> Result:
        begun.append(case)
        await asyncio.sleep(0.02)
        return Result(row(case.seed), replayed=False, started=0.0, stopped=0.0)

    async def nothing() -> None: ...

    engine = Engine(work, window=2, close=nothing)
    engine.start(longest_first(cases))
    for case in cases:
        engine.take(case)
    engine.stop()
    assert sorted(begun) == sorted(cases)
    assert {case.method for case in begun[:2]} == {"self_consistency"}
    # The first item's is not among the long ones, but it is waited for.
    assert begun.index(cases[0]) <= 3
    # Those that nobody waits for yet are begun by length.
    ahead = [case for case in begun if case not in (cases[0], cases[2], cases[4])]
    assert sum(case.method == "self_consistency" for case in ahead[:6]) >= 4
