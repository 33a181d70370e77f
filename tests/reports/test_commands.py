"""``symbench report`` rebuilds every report from ledgers alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_symbench.cli import main
from tests.reports.ledgers import told


def test_the_terminal_report_is_rebuilt(
    ledgers: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *map(str, ledgers), "--width", "120", "--reference", "o1"]) == 0
    out = capsys.readouterr().out
    for part in ("simulated:a, method only_question", "simulated:b, method codesteer", "frontier",
                 "pairs, p", "smallest failing instances:", "216 episodes"):  # fmt: skip
        assert part in out
    assert max(map(len, out.splitlines())) <= 200


def test_the_dearest_are_told_by_tokens_where_no_price_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(told(tmp_path / "a.sqlite", ["a"]))]) == 0
    assert "dearest: letters L1 s0 120 tokens" in capsys.readouterr().out


def test_reports_are_rebuilt(
    ledgers: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [tmp_path / f"r.{kind}" for kind in ("html", "md", "json")]
    assert main(["report", *map(str, ledgers), "--out", ",".join(map(str, names))]) == 0
    assert all(str(name) in capsys.readouterr().out or name.exists() for name in names)
    data = json.loads(names[2].read_text())
    assert len(data["series"]) == 4
    assert len(data["comparisons"]) == 6
    assert data["inside"]["turns"]


def test_a_damaged_ledger_gives_a_report_that_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = told(tmp_path / "a.sqlite", ["text " * 400 for _ in range(300)])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 3 // 4])
    assert main(["report", str(path), "--out", str(tmp_path / "r.html")]) == 0
    told_ = capsys.readouterr().err
    assert "cut off" in told_
    assert "could be read" in told_


def test_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path / "gone.sqlite")]) == 4
    assert "there is no ledger" in capsys.readouterr().err
    path = told(tmp_path / "a.sqlite", ["a"])
    assert main(["report", str(path), "--out", "r.pdf"]) == 4
    assert main(["report", str(path), "--reference", "gpt-9"]) == 4
    empty = told(tmp_path / "empty.sqlite", [])
    assert main(["report", str(empty)]) == 4
    assert "no episode" in capsys.readouterr().err


def test_the_core_never_imports_the_reports() -> None:
    code = (
        "import sys, pytest_symbench.cli, pytest_symbench.run, pytest_symbench.controller;"
        "assert not [name for name in sys.modules if name.startswith('symbench_reports')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
