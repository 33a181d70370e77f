"""The engine with real clients, a real server and real signals; the server counts."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import tests.preloaded  # noqa: F401
from benchmarks.mock_server import Running
from pytest_symbench.exit_status import INCOMPLETE
from pytest_symbench.limits import FIRST
from tests.engine.conftest import finished, inside, started

Serve = Callable[..., Running]


def test_calls_run_at_once(server: Serve, pytester: pytest.Pytester) -> None:
    mock = server(latency="fixed:0.5")
    arguments = ("--tasks", "letters", "--levels", "3", "--samples", "100")
    status, output = inside(pytester, mock.base_url, *arguments, "--symbench-connections", "50")
    stats = mock.stats()
    assert status == 1, output
    assert stats["requests"] == 100
    assert stats["max_concurrency"] == 50
    assert stats["busy_s"] < 25, "one after the other it would be 50 s"


def test_workers_share_the_limit_on_connections_and_the_budget(
    server: Serve, tmp_path: Path
) -> None:
    mock = server(latency="fixed:0.05")
    arguments = ("--tasks", "letters", "--levels", "3", "--samples", "40")
    shared = ("--symbench-connections", "7", "--symbench-budget", "25 calls", "-n", "2")
    status, output = finished(tmp_path, mock.base_url, *arguments, *shared)
    stats = mock.stats()
    assert status == INCOMPLETE
    assert "the budget of 25 calls is spent" in output
    # The worker that spends its part first ends the run for all.
    assert 13 <= stats["requests"] <= 25
    assert stats["max_concurrency"] <= 7


def test_a_budget_is_a_hard_cap(server: Serve, pytester: pytest.Pytester) -> None:
    mock = server(latency="fixed:0.05")
    arguments = ("--tasks", "letters", "--levels", "3", "--samples", "60")
    status, output = inside(pytester, mock.base_url, *arguments, "--symbench-budget", "25 calls")
    assert status == INCOMPLETE
    assert "the budget of 25 calls is spent" in output
    assert mock.stats()["requests"] == 25
    status, output = inside(pytester, mock.base_url, *arguments, "--symbench-budget", "3k tokens")
    assert status == INCOMPLETE
    assert mock.stats()["requests"] < 60
    status, _ = inside(pytester, mock.base_url, *arguments)
    assert status == 1
    assert mock.stats()["requests"] == 60


def test_an_adaptive_limit_finds_what_the_server_bears(
    server: Serve, pytester: pytest.Pytester
) -> None:
    mock = server(latency="fixed:0.05", max_concurrency=12, retry_after=0.05)
    arguments = ("--tasks", "letters", "--levels", "3", "--samples", "400")
    _, output = inside(pytester, mock.base_url, *arguments, "--symbench-connections", "auto")
    stats = mock.stats()
    assert "400 episodes in" in output
    assert stats["outcomes"]["200"] == 400
    assert 9 <= stats["max_concurrency"] <= 20
    assert stats["outcomes"].get("429", 0) < 60


def test_server_errors_do_not_make_it_ask_less_nor_more(
    server: Serve, pytester: pytest.Pytester
) -> None:
    mock = server(latency="fixed:0.1", p500=0.1)
    arguments = ("--tasks", "letters", "--levels", "3", "--samples", "120")
    _, output = inside(pytester, mock.base_url, *arguments, "--symbench-connections", "auto")
    stats = mock.stats()
    assert "120 episodes in" in output
    assert stats["outcomes"]["200"] == 120
    assert stats["outcomes"]["500"] > 5
    assert FIRST <= stats["max_concurrency"] <= FIRST + 2, "without errors it is 14"


GAPS = """
import asyncio
from codesteer.episode import Answer
from codesteer.models.chat import Message

open_ones = [0, 0]

class Gaps:
    async def __call__(self, question, bench):
        open_ones[0] += 1
        open_ones[1] = max(open_ones)
        for turn in range(2):
            await bench.ask([Message("user", f"{question} {turn}")])
            await asyncio.sleep(0.15)
        open_ones[0] -= 1
        return Answer(text="<<<No>>>")

def pytest_symbench_methods():
    return {"gaps": Gaps()}

def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"open at once: {open_ones[1]}")
"""


def test_calls_and_episodes_have_limits_of_their_own(
    server: Serve, pytester: pytest.Pytester
) -> None:
    """Between its calls an episode uses no connection; others that are open do."""
    mock = server(latency="fixed:0.15")
    pytester.makeconftest(GAPS)
    arguments = ("--tasks=web_of_lies", "--samples=32", "--method=gaps", "--tb=short")
    _, output = inside(pytester, mock.base_url, *arguments, "--symbench-connections=4")
    stats = mock.stats()
    assert stats["outcomes"] == {"200": 64}, output
    assert stats["max_concurrency"] == 4
    assert stats["mean_concurrency"] > 2.5, "with as many episodes as calls it is at most 2"
    assert "open at once: 8" in output
    assert "32 episodes in" in output


def test_tokens_a_minute_of_ones_own(server: Serve, pytester: pytest.Pytester) -> None:
    mock = server(latency="fixed:0.01", answer="fixed:<<<No>>>")
    arguments = ("--tasks=web_of_lies", "--samples=60", "--symbench-ledger=run.sqlite")
    inside(pytester, mock.base_url, *arguments, "--symbench-tpm=30000")
    stats = mock.stats()
    assert stats["requests"] == 60
    with closing(sqlite3.connect(pytester.path / "run.sqlite")) as db:
        (tokens,) = db.execute("SELECT sum(input_tokens + output_tokens) FROM episodes").fetchone()
        (most,) = db.execute("SELECT max(input_tokens + output_tokens) FROM episodes").fetchone()
    # A tenth at once, then 500 a second; the last calls may have begun before all is booked.
    assert stats["busy_s"] > 0.7 * (tokens - 3000 - 16 * most) / 500 > 0.5


def test_a_second_run_on_one_ledger_asks_nothing(
    server: Serve, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    mock = server(latency="fixed:4")
    arguments = ("--tasks=letters", "--samples=5", "--symbench-ledger=run.sqlite", "--tb=no")
    with started(pytester.path, mock.base_url, *arguments) as first:
        while mock.stats()["inflight"] < 5:
            time.sleep(0.02)
        status, _ = inside(pytester, mock.base_url, *arguments)
        assert mock.stats()["inflight"] == 5, "the first run still goes on"
        assert status == pytest.ExitCode.USAGE_ERROR
        assert "is in use by another run" in capsys.readouterr().err
        first.wait(60)
        assert first.returncode == 1
    assert mock.stats()["outcomes"] == {"200": 5}


def test_a_grace_that_is_over_closes_what_is_in_flight(server: Serve, tmp_path: Path) -> None:
    mock = server(latency="fixed:30")
    arguments = ("--tasks=letters", "--samples=50", "--symbench-grace=0.5")
    with started(tmp_path, mock.base_url, *arguments) as process:
        while mock.stats()["inflight"] < 16:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.wait(20)
        assert process.returncode == 2
    assert mock.stats()["outcomes"] == {"client_gone": 16}


def test_a_rate_limit_of_ones_own(server: Serve, pytester: pytest.Pytester) -> None:
    mock = server(latency="fixed:0.01")
    arguments = ("--tasks", "letters", "--levels", "3", "--samples", "80")
    inside(pytester, mock.base_url, *arguments, "--symbench-rpm", "600")
    stats = mock.stats()
    assert stats["requests"] == 80
    assert stats["busy_s"] > 1.5, "60 at once, then ten a second"


def test_a_second_run_pays_nothing(server: Serve, pytester: pytest.Pytester) -> None:
    mock = server(latency="fixed:0.01")
    arguments = ("--tasks", "letters", "--levels", "3", "--samples", "10")
    inside(pytester, mock.base_url, *arguments)
    _, output = inside(pytester, mock.base_url, *arguments)
    assert mock.stats()["requests"] == 10
    assert "10 of 10 episodes came from the ledger" in output
    inside(pytester, mock.base_url, *arguments, "--symbench-refresh")
    assert mock.stats()["requests"] == 20


def test_replay_answers_from_a_ledger_alone(server: Serve, pytester: pytest.Pytester) -> None:
    mock = server(latency="fixed:0.01")
    arguments: list[Any] = ["--tasks", "letters", "--levels", "3", "--symbench-ledger", "l.sqlite"]
    _, first = inside(pytester, mock.base_url, *arguments, "--samples", "4")
    replay = ["--model", "replay:l.sqlite", "--symbench-ledger", "replayed.sqlite", *arguments[:4]]
    _, second = inside(pytester, mock.base_url, *replay, "--samples", "5")
    assert mock.stats()["requests"] == 4
    assert "4w" in first.replace(" ", "") or "4n" in first.replace(" ", "")
    assert "letters-L03-s0004" in second
    assert "holds no answer to this call" in second
    assert "1 episodes failed for infrastructure" in second


def test_an_interrupt_lets_calls_in_flight_end(server: Serve, tmp_path: Path) -> None:
    mock = server(latency="fixed:1.5")
    arguments = ("--tasks", "letters", "--levels", "3", "--samples", "50")
    with started(tmp_path, mock.base_url, *arguments) as process:
        while mock.stats()["inflight"] < 16:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.wait(30)
        assert process.returncode == 2
    stats = mock.stats()
    assert stats["outcomes"] == {"200": 16}, "what was asked is paid and kept, nothing more begins"
    finished(tmp_path, mock.base_url, *arguments)
    assert mock.stats()["requests"] == 50


def test_a_second_interrupt_ends_the_run_at_once(server: Serve, tmp_path: Path) -> None:
    mock = server(latency="fixed:30")
    arguments = ("--tasks", "letters", "--levels", "3", "--samples", "50")
    with started(tmp_path, mock.base_url, *arguments) as process:
        while not mock.stats()["inflight"]:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        time.sleep(1)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        interrupted = time.monotonic()
        while mock.stats()["inflight"]:
            time.sleep(0.05)
        assert time.monotonic() - interrupted < 5
        process.wait(30)
        assert process.returncode == 2
