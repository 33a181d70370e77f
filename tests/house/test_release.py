"""What a release says of itself agrees: versions, Pythons, and what the wheel holds."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import metadata, version
from pathlib import Path
from zipfile import ZipFile

import pytest

from pytest_symbench.doctor import PYTHONS

ROOT = Path(__file__).parents[2]
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_one_version() -> None:
    (stated,) = re.findall(r'^version = "(.+)"$', PROJECT, re.MULTILINE)
    assert version("pytest-symbench") == stated
    assert f"\nversion: {stated}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {stated}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_same_pythons_everywhere() -> None:
    claimed = re.findall(r'"Programming Language :: Python :: 3\.(\d+)"', PROJECT)
    assert [f"3.{minor}" for minor in claimed] == [
        f"3.{minor}" for minor in range(PYTHONS[0][1], PYTHONS[1][1] + 1)
    ]
    assert metadata("pytest-symbench")["Requires-Python"] == f">=3.{PYTHONS[0][1]}"
    tested = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert {f"3.{minor}" for minor in claimed} <= set(
        re.findall(r'python(?:-version)?: "(.+)"', tested)
    )


@pytest.mark.slow
def test_the_wheel_holds_what_runs_need(tmp_path: Path) -> None:
    pytest.importorskip("build")
    command = [sys.executable, "-m", "build", "-q", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(ZipFile(wheel).namelist())
    for package in ("pytest_symbench", "codesteer", "symbench_reports", "codesteer_training"):
        assert f"{package}/py.typed" in held
    for package, folder in (("codesteer", "."), ("pytest_symbench", "."),
                            ("symbench_reports", "reports"), ("codesteer_training", "training")):  # fmt: skip
        for path in (ROOT / folder / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert str(path.relative_to(ROOT / folder)) in held
    for path in (ROOT / "training" / "configs").iterdir():
        assert f"codesteer_training/configs/{path.name}" in held
    assert not [name for name in held if name.startswith(("tests/", "docs/", "benchmarks/"))]
