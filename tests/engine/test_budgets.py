"""Budgets are hard caps, by the counts of the server: only calls in flight can exceed them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

import tests.preloaded  # noqa: F401
from benchmarks.mock_server import Running
from codesteer.models.chat import Usage
from codesteer.models.prices import price
from pytest_symbench.exit_status import INCOMPLETE
from tests.engine.conftest import inside

pytest.importorskip("openai")

Serve = Callable[..., Running]

TASK = ("--tasks=web_of_lies", "--samples=150", "--symbench-ledger=run.sqlite", "--tb=no", "-rN")
CONNECTIONS = 4


def spent(pytester: pytest.Pytester) -> list[Usage]:
    """The usage of each episode, which here is one call."""
    with closing(sqlite3.connect(pytester.path / "run.sqlite")) as db:
        rows = db.execute("SELECT input_tokens, output_tokens FROM episodes").fetchall()
    return [Usage(input=used, output=made) for used, made in rows]


@pytest.mark.parametrize("budget", ["4k tokens", "0.01 USD"])
def test_tokens_and_money(server: Serve, pytester: pytest.Pytester, budget: str) -> None:
    pytest.importorskip("genai_prices")
    mock = server(latency="fixed:0.02", answer="fixed:<<<No>>>")
    status, output = inside(
        pytester, mock.base_url, *TASK, "--model=openai:gpt-4o", f"--symbench-budget={budget}",
        f"--symbench-connections={CONNECTIONS}",
    )  # fmt: skip
    calls = spent(pytester)
    assert status == INCOMPLETE
    assert "is spent; the same command with a larger one goes on" in output
    assert mock.stats()["outcomes"] == {"200": len(calls)}, "what the server gave is in the ledger"

    def cost(usage: Usage) -> float:
        return usage.total if "tokens" in budget else price("openai:gpt-4o", usage) or 0.0

    cap = 4000 if "tokens" in budget else 0.01
    whole, dearest = sum(map(cost, calls)), max(map(cost, calls))
    assert cap <= whole < cap + CONNECTIONS * dearest


def test_minutes(server: Serve, pytester: pytest.Pytester) -> None:
    mock = server(latency="fixed:0.1", answer="fixed:<<<No>>>")
    status, output = inside(
        pytester, mock.base_url, *TASK, "--symbench-budget=0.02 min", "--symbench-connections=4"
    )
    stats = mock.stats()
    assert status == INCOMPLETE
    assert "the budget of 0.02 min is spent" in output
    assert 4 <= stats["requests"] <= 4 * 13, "1.2 s and the calls in flight then"
    assert stats["busy_s"] < 1.2 + 0.1 + 0.5
    assert stats["outcomes"] == {"200": stats["requests"]}


def test_a_plan_asks_the_server_nothing(server: Serve, pytester: pytest.Pytester) -> None:
    mock = server()
    before = mock.stats()["total_connections"]
    status, output = inside(
        pytester, mock.base_url, *TASK, "--symbench-plan", "--symbench-budget=20 calls"
    )
    stats = mock.stats()
    assert status == 0
    assert "the budget of 20 calls is too small" in output
    assert stats["requests"] == 0
    assert stats["total_connections"] == before + 1, "but this test's own"
    assert not (pytester.path / "run.sqlite").exists()


def test_money_needs_the_price_of_a_steerers_model_too(
    server: Serve, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("genai_prices")
    mock = server()
    arguments = ("--model=openai:gpt-4o", "--steer", "--steerer=prompt:openai:no-such-model")
    status, _ = inside(pytester, mock.base_url, *TASK, *arguments, "--symbench-budget=1 USD")
    assert status == pytest.ExitCode.USAGE_ERROR
    assert "the price of openai:no-such-model is not known" in capsys.readouterr().err
    assert mock.stats()["requests"] == 0
