"""Several worker processes, signals and deaths, against a server that counts."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.mock_server import Running, running
from tests.engine.conftest import finished, started

pytest.importorskip("xdist")
pytest.importorskip("openai")

TASK = ("--tasks", "web_of_lies", "--symbench-ledger=run.sqlite", "-n", "2")


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    with running(latency="fixed:0.1", answer="fixed:<<<No>>>", max_seconds=900) as found:
        yield found


@pytest.fixture
def server(shared: Running) -> Running:
    shared.reset()
    return shared


def episodes(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "run.sqlite")) as db:
        found: int = db.execute("SELECT count(*) FROM episodes").fetchone()[0]
    return found


def wait(until: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not until():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def test_the_first_failure_stops_all_workers(server: Running, tmp_path: Path) -> None:
    arguments = (*TASK, "--samples=200", "--symbench-connections=6", "-x")
    status, output = finished(tmp_path, server.base_url, *arguments)
    stats = server.stats()
    assert status in (1, 2), output
    assert stats["max_concurrency"] <= 6
    # Reported, begun ahead by either worker, and what ended until the flag was seen.
    assert stats["requests"] <= 60, "200 without a flag"
    assert set(stats["outcomes"]) == {"200"}
    assert episodes(tmp_path) == stats["requests"], "what was paid is kept"


GROUPS = """
import pytest
def pytest_collection_modifyitems(items):
    for number, item in enumerate(items):
        item.add_marker(pytest.mark.xdist_group(f"group{number % 5}"))
"""


@pytest.mark.parametrize("dist", ["worksteal", pytest.param("loadgroup", marks=pytest.mark.slow)])
def test_other_distributions_ask_each_instance_once(
    server: Running, tmp_path: Path, dist: str
) -> None:
    (tmp_path / "conftest.py").write_text(GROUPS)
    arguments = (*TASK, "--samples=20", "--symbench-connections=6", "--dist", dist)
    _, output = finished(tmp_path, server.base_url, *arguments, "-v")
    stats = server.stats()
    assert "20 episodes in" in output
    assert "each worker asks one instance at a time" in " ".join(output.split())
    assert stats["outcomes"] == {"200": 20}
    assert stats["max_concurrency"] <= 2, "on demand: one for each worker"


def test_each_is_refused_before_anything_is_asked(server: Running, tmp_path: Path) -> None:
    status, output = finished(tmp_path, server.base_url, *TASK, "--samples=5", "--dist=each")
    assert status == pytest.ExitCode.USAGE_ERROR
    assert "--dist each would ask and pay every instance" in output
    assert server.stats()["requests"] == 0
    assert not (tmp_path / "run.sqlite").exists()


EXIT = """
import os, pathlib, pytest, time
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    flag = pathlib.Path("crashed")
    if "s0021" in item.name and not flag.exists():
        flag.touch()
        time.sleep(1)  # the episodes of the items after it end meanwhile
        os._exit(9)
"""


def test_a_worker_that_exits_loses_no_episode_that_had_ended(
    server: Running, tmp_path: Path
) -> None:
    (tmp_path / "crasher.py").write_text(EXIT)
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    arguments = (*TASK, "--samples=60", "--symbench-connections=8", "-p", "crasher")
    _, output = finished(tmp_path, server.base_url, *arguments)
    stats = server.stats()
    assert "crashed while running" in output
    assert "s0021" in output
    asked_again = stats["requests"] - 60
    assert 0 <= asked_again <= 4, "at most what the dead worker had in flight"
    assert stats["max_concurrency"] <= 8
    assert episodes(tmp_path) >= 59  # the item that killed its worker is not run again


@pytest.mark.slow
def test_a_killed_worker_loses_no_episode_that_had_ended(server: Running, tmp_path: Path) -> None:
    arguments = (*TASK, "--samples=120", "--symbench-connections=8")
    with started(tmp_path, server.base_url, *arguments) as process:
        wait(lambda: server.stats()["requests"] > 30)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        workers = [int(pid) for pid in children if "exec(eval(" in _command(pid)]
        assert len(workers) == 2
        os.kill(workers[0], signal.SIGKILL)
        output, _ = process.communicate(timeout=120)
    stats = server.stats()
    assert "crashed while running" in output
    assert 0 <= stats["requests"] + stats["outcomes"].get("client_gone", 0) - 120 <= 8
    outcomes = Counter(stats["outcomes"])
    assert outcomes["200"] >= 119
    assert episodes(tmp_path) >= 119


def _command(pid: str) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode()


@pytest.mark.slow
@pytest.mark.parametrize("whom", ["group", "controller"])
def test_an_interrupt_of_workers_lets_calls_in_flight_end(tmp_path: Path, whom: str) -> None:
    arguments = (*TASK, "--samples=200", "--symbench-connections=8")
    with running(latency="fixed:1.5", answer="fixed:<<<No>>>", max_seconds=120) as server:
        with started(tmp_path, server.base_url, *arguments) as process:
            wait(lambda: server.stats()["requests"] >= 8 and server.stats()["inflight"] == 8)
            asked = server.stats()["requests"] + 8
            begun = time.monotonic()
            if whom == "group":
                os.killpg(process.pid, signal.SIGINT)
            else:
                process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=60)
            took = time.monotonic() - begun
        stats = server.stats()
        assert process.returncode == 2, output
        assert took < 15
        # Calls that began while the signal travelled may come on top.
        assert stats["requests"] <= asked + 8
        assert episodes(tmp_path) == stats["outcomes"]["200"]
        assert stats["outcomes"].get("client_gone", 0) == 0
        assert stats["inflight"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("whom", ["group", "controller"])
def test_a_second_interrupt_of_workers_ends_the_run_at_once(tmp_path: Path, whom: str) -> None:
    arguments = (*TASK, "--samples=60", "--symbench-connections=4", "--symbench-grace=60")
    with (
        running(latency="fixed:90", answer="fixed:<<<No>>>", max_seconds=120) as server,
        started(tmp_path, server.base_url, *arguments) as process,
    ):
        wait(lambda: server.stats()["inflight"] == 4)
        for _ in range(2):
            if whom == "group":
                os.killpg(process.pid, signal.SIGINT)
            else:
                process.send_signal(signal.SIGINT)
            last = time.monotonic()
            time.sleep(1.5)
        wait(lambda: not server.stats()["inflight"])
        process.wait(30)
        assert time.monotonic() - last < 20, "neither the grace nor the answers are waited for"
        assert server.stats()["outcomes"] == {"client_gone": 4}


@pytest.mark.slow
def test_workers_end_with_a_main_process_that_is_killed(tmp_path: Path) -> None:
    arguments = (*TASK, "--samples=400", "--symbench-connections=4", "--tb=no")
    with running(latency="fixed:0.2", answer="fixed:<<<No>>>", max_seconds=120) as server:
        with started(tmp_path, server.base_url, *arguments) as process:
            wait(lambda: server.stats()["requests"] > 10)
            process.kill()
            asked = server.stats()["requests"]
            wait(lambda: not server.stats()["inflight"], 20)
            time.sleep(1)
        stats = server.stats()
        assert stats["inflight"] == 0
        assert stats["requests"] <= asked + 20, "nobody goes on asking for a run that is dead"
        kept = episodes(tmp_path)
        server.reset()
        _, output = finished(tmp_path, server.base_url, *arguments)
        assert "400 episodes in" in output
        assert server.stats()["requests"] <= 400 - kept
