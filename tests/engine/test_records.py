"""What a run leaves behind: logs, ledgers, and what happens when they cannot be written."""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from codesteer.episode import Episode, ModelCall
from codesteer.methods import METHODS, get_method
from codesteer.methods.replay import recorded_bench, replay
from codesteer.models.chat import Completion, Usage
from codesteer.sandbox.execution import Limits
from pytest_symbench.exit_status import INCOMPLETE
from pytest_symbench.ledger import Ledger, LedgerError, Row, open_ledger, read_ledger
from pytest_symbench.tasks import get, make

CHATTY = """
import asyncio, logging
from codesteer.models import Completion
log = logging.getLogger("provider")

class Chatty:
    name = "chatty"
    async def complete(self, messages, *, settings):
        log.warning("asked: %s", messages[-1].content[:30])
        await asyncio.sleep(0.02)
        return Completion(text="<<<0>>>")
    async def aclose(self): pass

def pytest_symbench_models():
    return {"chatty": lambda model, url: Chatty()}
"""


def run(
    folder: Path, *arguments: str, limit: int | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]

    def bound() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [*command, "--symbench", *arguments], cwd=folder, capture_output=True, text=True,
        check=False, timeout=120, preexec_fn=bound if limit else None,
    )  # fmt: skip


def row(number: int, **changes: object) -> Row:
    values: dict[str, object] = {
        "id": f"letters-L03-s{number:04d}/v1/only_question/a0", "task": "letters", "version": 1,
        "level": "3", "seed": number, "method": "only_question", "attempt": 0, "digest": "0" * 16,
        "outcome": "correct", "reason": "right", "answer": "<<<1>>>", "calls": 1,
        "input_tokens": 10, "output_tokens": 5, "seconds": 0.5, "started": 1.0, "sandbox": "",
    }  # fmt: skip
    return Row(**{**values, **changes})  # type: ignore[arg-type]


def episode(text: str = "<<<1>>>") -> Episode:
    call = ModelCall(
        part="task", prompt="q", text=text, finish="stop", usage=Usage(input=10, output=5),
        seconds=0.5, cached=False,
    )  # fmt: skip
    return Episode(
        method="only_question", answer=text, failure=None, failure_detail="", events=(call,),
        seconds=0.5,
    )  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "l.sqlite", {"model": "m"})


def test_other_episodes_logs_stay_out_of_an_items_report(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CHATTY)
    done = run(tmp_path, "--model", "chatty", "--tasks", "letters", "--samples", "20")
    assert done.returncode == 1
    assert "20 failed" in done.stdout
    assert "Captured log" not in done.stdout


def test_the_log_has_a_line_for_each_episode(tmp_path: Path) -> None:
    arguments = ("--model", "noop", "--tasks", "letters", "--samples", "3")
    run(tmp_path, *arguments, "--symbench-log", "episodes.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "episodes.jsonl").read_text().splitlines()]
    assert [line["seed"] for line in lines] == [0, 1, 2]
    assert {line["outcome"] for line in lines} == {"no_answer"}


def test_a_full_disk_ends_the_run_and_what_is_stored_is_readable(tmp_path: Path) -> None:
    arguments = ("--model", "gold", "--tasks", "letters", "--levels", "5", "--samples", "300")
    done = run(tmp_path, *arguments, "--symbench-ledger=run.sqlite", limit=200_000)
    assert done.returncode == INCOMPLETE, done.stdout[-2000:]
    assert "run.sqlite cannot be written" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    with closing(sqlite3.connect(tmp_path / "run.sqlite")) as db:
        calls, episodes = (
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("calls", "episodes")
        )
    assert calls + episodes > 0
    assert episodes < 300
    again = run(tmp_path, *arguments, "--symbench-ledger=run.sqlite")
    assert again.returncode == 0
    assert "300 passed" in again.stdout


@pytest.mark.parametrize("path", ["none/log.jsonl", ".", "/dev/full"])
def test_a_log_that_cannot_be_written_is_told_first(tmp_path: Path, path: str) -> None:
    arguments = ("--model=noop", "--tasks=letters", "--samples=3", f"--symbench-log={path}")
    done = run(tmp_path, *arguments, "--symbench-ledger=run.sqlite")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout
    assert done.stderr.startswith("ERROR: --symbench-log: ")
    assert "cannot be written" in done.stderr
    assert not (tmp_path / "run.sqlite").exists()


SPOILT = """
import pathlib
def pytest_runtest_logreport(report):
    log = pathlib.Path("log.jsonl")
    if "s0003" in report.nodeid and log.is_file():
        log.unlink()
        log.mkdir()
"""


def test_a_log_that_cannot_be_written_any_more_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "spoilt.py").write_text(SPOILT)
    arguments = ("--model=gold", "--tasks=letters", "--samples=300", "--symbench-ledger=run.sqlite")
    done = run(tmp_path, *arguments, "-x", "--symbench-log=log.jsonl", "-p", "spoilt")
    assert done.returncode == INCOMPLETE, done.stdout[-2000:]
    assert "log.jsonl cannot be written: Is a directory" in done.stdout
    assert "failed" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    again = run(tmp_path, *arguments)
    assert again.returncode == 0
    assert "300 passed" in again.stdout


PRINTING = CHATTY.replace(
    "        log.warning(",
    "        print('printed'); print('printed', file=sys.stderr)\n        log.warning(",
).replace("import asyncio, logging", "import asyncio, logging, sys")


def test_what_other_episodes_print_is_in_nobodys_output(tmp_path: Path) -> None:
    own = "import pytest\n@pytest.fixture(autouse=True)\ndef own():\n    print('my fixture')\n"
    (tmp_path / "conftest.py").write_text(PRINTING + own)
    arguments = ("--model=chatty", "--tasks=letters", "--samples=8", "--junitxml=out.xml")
    done = run(tmp_path, *arguments, "-rA", "-o", "junit_logging=all")
    assert "8 failed" in done.stdout
    assert "my fixture" in done.stdout, "what an item's own fixtures print stays"
    report = (tmp_path / "out.xml").read_text()
    for text in (done.stdout, report):
        captured = text[text.index("my fixture") :]
        assert "Captured stdout call" not in captured
    assert "printed" not in done.stdout


def test_a_disk_that_is_full_after_the_last_item_is_not_overlooked(tmp_path: Path) -> None:
    arguments = ("--model", "gold", "--tasks", "letters", "--levels", "5", "--samples", "40")
    done = run(tmp_path, *arguments, "--symbench-ledger=run.sqlite", limit=60_000)
    assert done.returncode == INCOMPLETE, done.stdout[-2000:]
    assert "run.sqlite cannot be written" in done.stdout


def test_calls_and_episodes_come_back_as_they_were(ledger: Ledger) -> None:
    completion = Completion(
        text="\ud800 \x00 ü", finish="length", usage=Usage(input=3, cached_input=1), seconds=0.1
    )
    ledger.store_call(b"k" * 16, completion)
    assert ledger.call(b"k" * 16) is not None, "before it is written"
    ledger.store_episode(row(0, outcome="wrong"), episode("\udfff"))
    ledger.flush()
    stored = ledger.call(b"k" * 16)
    assert stored is not None
    assert stored.cached
    assert (stored.text, stored.finish, stored.usage) == (
        "\ud800 \x00 ü",
        "length",
        completion.usage,
    )
    assert ledger.call(b"x" * 16) is None
    assert ledger.episode(row(0).id) == row(0, outcome="wrong")
    assert ledger.transcript(row(0).id) == episode("\udfff")
    assert [found.seed for found in ledger.rows()] == [0]
    ledger.close()


def test_every_episode_of_a_ledger_repeats_byte_for_byte(tmp_path: Path) -> None:
    done = run(
        tmp_path, "--model=simulated:gpt-4o", "--method=" + ",".join(METHODS),
        "--tasks=number_multiply,web_of_lies", "--levels=3", "--samples=2",
        "--symbench-ledger=l.sqlite", "--tb=no", "--symbench-code-seconds=3",
    )  # fmt: skip
    assert done.returncode == 1, done.stdout[-2000:]
    ledger = read_ledger(tmp_path / "l.sqlite")
    rows = list(ledger.rows())
    assert len(rows) == len(METHODS) * 2 * 2
    for found in rows:
        made = ledger.transcript(found.id)
        assert made is not None
        bench = recorded_bench(made, limits=Limits(wall_s=3))
        question = make(get(found.task), int(found.level), found.seed).question
        again = asyncio.run(replay(made, get_method(found.method), question, bench))
        kept, repeated = (json.dumps(asdict(replace(e, seconds=0))) for e in (made, again))
        assert repeated == kept, found.id
    ledger.close()


def test_a_later_episode_replaces_an_earlier_one(ledger: Ledger) -> None:
    ledger.store_episode(row(0, outcome="infrastructure"), episode())
    ledger.store_episode(row(0), episode())
    assert [found.outcome for found in ledger.rows()] == ["correct"]
    ledger.close()


def test_two_runs_may_not_write_at_once_but_workers_may(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    first = open_ledger(path, {"model": "m"})
    with pytest.raises(LedgerError, match="in use by another run"):
        open_ledger(path, {"model": "m"})
    workers = [open_ledger(path, {"model": "m"}, worker=True) for _ in range(3)]

    def write(ledger: Ledger, start: int) -> None:
        for number in range(start, start + 200):
            ledger.store_call(number.to_bytes(16, "big"), Completion(text=str(number)))
            ledger.store_episode(row(number), episode())

    threads = [
        threading.Thread(target=write, args=(worker, 1000 * index))
        for index, worker in enumerate(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in workers:
        worker.close()
    assert len(list(first.rows())) == 600
    first.close()
    open_ledger(path, {"model": "m"}).close()


def test_damaged_and_foreign_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no ledger"):
        read_ledger(tmp_path / "none.sqlite")
    (tmp_path / "text").write_text("hello " * 500)
    with pytest.raises(LedgerError, match="is not a ledger"):
        read_ledger(tmp_path / "text")
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as db:
        db.execute("CREATE TABLE songs (name TEXT)")
    with pytest.raises(LedgerError, match="names no run"):
        read_ledger(tmp_path / "other.sqlite")
