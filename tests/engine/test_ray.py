"""Episodes on a real Ray cluster of two nodes, one of which is killed in the middle."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mock_server import Running
from pytest_symbench.ledger import read_ledger
from tests.engine.conftest import finished, started

pytest.importorskip("ray", reason="Ray is not installed")

SAMPLES = 120
QUESTIONS = (
    "--tasks", "letters", "--levels", "2", "--samples", str(SAMPLES), "--symbench-connections", "8",
    "--symbench-ledger=run.sqlite",
)  # fmt: skip


def outcomes(path: Path) -> Counter[str]:
    ledger = read_ledger(path)
    found = [row.id for row in ledger.rows()]
    ledger.close()
    return Counter(found)


@pytest.mark.slow
def test_a_killed_node_loses_nothing(
    server: Callable[..., Running], cluster: Any, tmp_path: Path
) -> None:
    node = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    mock = server(latency="fixed:0.3")
    ray = f"--symbench-ray={cluster.address}"
    with started(tmp_path, mock.base_url, *QUESTIONS, ray) as process:
        while mock.stats()["requests"] < SAMPLES / 3:
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.05)
        cluster.remove_node(node, allow_graceful=False)
        output, _ = process.communicate(timeout=120)
    assert process.returncode == 1, output
    found = outcomes(tmp_path / "run.sqlite")
    assert len(found) == SAMPLES
    assert set(found.values()) == {1}
    # Each node had a part of the connections and as many episodes open as its window allows.
    assert SAMPLES <= mock.stats()["requests"] <= SAMPLES + 16
    assert "no_answer" not in output
    assert mock.stats()["max_concurrency"] <= 8

    again = finished(tmp_path, mock.base_url, *QUESTIONS)[1]
    assert mock.stats()["requests"] <= SAMPLES + 16, "a second run asks nothing"
    assert f"{SAMPLES} replayed" in again or "from the ledger" in again


def test_no_cluster_is_one_sentence(server: Callable[..., Running], tmp_path: Path) -> None:
    status, output = finished(tmp_path, server().base_url, *QUESTIONS, "--symbench-ray=127.0.0.1:1")
    assert status == pytest.ExitCode.USAGE_ERROR
    assert "no cluster answers at 127.0.0.1:1" in output
    assert "Traceback" not in output
