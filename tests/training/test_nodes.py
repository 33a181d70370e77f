"""Synthesis on a real Ray cluster of two nodes, one of which is killed in the middle."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pytest_symbench.cli import main
from pytest_symbench.ledger import LedgerError, read_ledger

pytest.importorskip("ray", reason="Ray is not installed")

ROOT = Path(__file__).parents[2]
RECIPE = "[synthesis]\neach = 60\nlevels = [1, 2, 3]\n"
RUN = "import sys; from pytest_symbench.cli import main; sys.exit(main(sys.argv[1:]))"
TASKS = ("--tasks", "game24,logical_equation")


def episodes(path: Path) -> list[str]:
    try:
        with closing(read_ledger(path)) as ledger:
            return [row.id for row in ledger.rows()]
    except LedgerError:
        return []


@pytest.mark.slow
def test_a_killed_node_loses_nothing(cluster: Any, tmp_path: Path) -> None:
    """The data are those of one machine, to the byte; a second run makes nothing."""
    node = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    recipe, away, here = tmp_path / "small.toml", tmp_path / "away", tmp_path / "here"
    recipe.write_text(RECIPE)
    command = ["synthesize", "--recipe", str(recipe), *TASKS, "--connections", "4"]
    program = [sys.executable, "-c", RUN, *command]
    process = subprocess.Popen(
        [*program, "--out", str(away), "--ray", cluster.address],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        while len(episodes(away / "synthesis.sqlite")) < 20:
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.05)
        cluster.remove_node(node, allow_graceful=False)
        assert not (away / "trajectories.jsonl").exists(), "the node died too late to test anything"
        output, _ = process.communicate(timeout=300)
    finally:
        process.kill()
    assert process.returncode == 0, output
    assert main([*command, "--out", str(here)]) == 0
    made, alone = episodes(away / "synthesis.sqlite"), episodes(here / "synthesis.sqlite")
    assert len(made) == len(set(made))
    assert set(made) == set(alone)
    data = (away / "trajectories.jsonl").read_bytes()
    assert data == (here / "trajectories.jsonl").read_bytes()
    assert main([*command, "--out", str(away)]) == 0
    assert json.loads((away / "synthesis.json").read_text())["new_episodes"] == 0
    assert (away / "trajectories.jsonl").read_bytes() == data


def test_no_cluster_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = tmp_path / "small.toml"
    recipe.write_text(RECIPE)
    command = ["synthesize", "--recipe", str(recipe), *TASKS, "--out", str(tmp_path / "out")]
    assert main([*command, "--ray", "127.0.0.1:1"]) == 4
    assert "--ray: no cluster answers at 127.0.0.1:1" in capsys.readouterr().err
