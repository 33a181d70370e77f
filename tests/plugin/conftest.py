from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import pytest

Run: TypeAlias = Callable[..., pytest.RunResult]


@pytest.fixture
def symbench(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``pytest --symbench`` in a process of its own, in an empty folder."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)

    def run(
        *arguments: str, model: str = "gold", tasks: str = "number_multiply"
    ) -> pytest.RunResult:
        own = ["-p", "no:randomly", "--symbench", "--model", model, "--tasks", tasks]
        return pytester.runpytest_subprocess(*own, *arguments, timeout=120)

    return run


def ledger_of(folder: Path) -> Path:
    """The one ledger below a folder."""
    (path,) = folder.glob(".symbench/*.sqlite")
    return path


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as db:
        found: int = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found
