from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from benchmarks.mock_server import Running, running
from pytest_symbench.tasks import get, make

N = 40
CONNECTIONS = 5
WRONG = [
    seed for seed in range(N) if get("web_of_lies").solve(make(get("web_of_lies"), 1, seed).data)
    != "No"
]  # fmt: skip
"""Seeds whose answer is not the one that the server gives to everything."""

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


class Counts(NamedTuple):
    """What a run did to the server."""

    paid: int
    cancelled: int
    most_at_once: int


class Bench:
    """Runs in this process and folder against one server."""

    def __init__(self, pytester: pytest.Pytester, server: Running) -> None:
        self.pytester, self.server = pytester, server

    def run(self, *arguments: str, samples: int = N) -> tuple[pytest.RunResult, Counts]:
        self.server.reset()
        plain = () if any("randomly" in argument for argument in arguments) else ("no:randomly",)
        result = self.pytester.runpytest_inprocess(
            *[part for name in plain for part in ("-p", name)],
            "--symbench", "--model=openai:mock", f"--model-url={self.server.base_url}", "-q",
            "--tasks=web_of_lies", f"--samples={samples}", "--symbench-ledger=run.sqlite",
            f"--symbench-connections={CONNECTIONS}", *arguments,
        )  # fmt: skip
        stats = self.server.stats()
        assert stats["inflight"] == 0
        outcomes = stats["outcomes"]
        paid, cancelled = outcomes.get("200", 0), outcomes.get("client_gone", 0)
        return result, Counts(paid, cancelled, stats["max_concurrency"])

    def stored(self) -> int:
        """Episodes in the ledger."""
        with closing(sqlite3.connect(self.pytester.path / "run.sqlite")) as db:
            found: int = db.execute("SELECT count(*) FROM episodes").fetchone()[0]
        return found


@pytest.fixture(scope="module")
def counting_server() -> Iterator[Running]:
    with running(latency="fixed:0.02", answer="fixed:<<<No>>>", max_seconds=600) as found:
        yield found


@pytest.fixture
def bench(
    pytester: pytest.Pytester, counting_server: Running, monkeypatch: pytest.MonkeyPatch
) -> Bench:
    monkeypatch.setenv("OPENAI_API_KEY", "mock")
    return Bench(pytester, counting_server)
