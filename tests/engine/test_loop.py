"""What runs where: nothing that computes holds up the loop that answers arrive on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import tests.preloaded  # noqa: F401
from codesteer.checkers.symbolic import analyze
from codesteer.methods import loop
from pytest_symbench import run
from pytest_symbench.tasks import judge, make


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
