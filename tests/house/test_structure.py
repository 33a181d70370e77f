"""The house: which way imports point, how long files are, that data files and options agree."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from pytest_symbench.tasks import registry

ROOT = Path(__file__).parents[2]
PACKAGES = ("pytest_symbench", "codesteer", "reports", "training")


def test_imports_point_one_way() -> None:
    pytest.importorskip("importlinter")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout


def test_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for package in (*PACKAGES, "tests", "benchmarks")
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert not long


def test_no_module_has_a_name_that_says_nothing() -> None:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            assert path.stem not in {"utils", "helpers", "common", "manager", "misc"}, path


def test_the_registry_is_the_papers_table() -> None:
    assert len(registry.MODULES) == 37
    assert len(registry.UNSEEN) == 9
    assert set(registry.MODULES) >= registry.UNSEEN


def test_every_task_agrees_with_the_registry() -> None:
    for name, module in registry.MODULES.items():
        task = registry.get(name)
        assert task.name == name
        assert task.split == registry.split(name)
        assert task.family == module.partition(".")[0]


def test_the_reports_join_as_a_third_party_would() -> None:
    names = {entry.name for entry in entry_points(group="symbench.plugins")}
    assert "symbench_reports" in names


@pytest.mark.parametrize(
    "tool", [["mypy"], ["ruff", "check", "."], ["ruff", "format", "--check", "."]]
)
def test_types_and_style(tool: list[str]) -> None:
    pytest.importorskip(tool[0])
    command = [sys.executable, "-m", *tool]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
