"""What is asked once is not asked again, by the counts of the server and the flags in the record."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import tests.preloaded  # noqa: F401
from benchmarks.mock_server import Running
from codesteer.episode import Episode
from pytest_symbench.ledger import read_ledger
from tests.engine.conftest import inside
from tests.models.wire import response, serving

pytest.importorskip("openai")

Serve = Callable[..., Running]

LEDGER = "--symbench-ledger=run.sqlite"


def execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "run.sqlite")) as db, db:
        for statement in statements:
            db.execute(statement)


def transcripts(folder: Path) -> Iterator[Episode]:
    ledger = read_ledger(folder / "run.sqlite")
    for row in list(ledger.rows()):
        found = ledger.transcript(row.id)
        assert found is not None
        yield found
    ledger.close()


def test_samples_are_kept_for_each_attempt(server: Serve, pytester: pytest.Pytester) -> None:
    mock = server(latency="fixed:0.01", answer="fixed:<<<No>>>")
    arguments = ("--tasks=web_of_lies", "--samples=5", "--symbench-temperature=0.8", LEDGER)
    asked = []
    for attempts in (2, 2, 3):
        inside(pytester, mock.base_url, *arguments, f"--symbench-attempts={attempts}")
        asked.append(mock.stats()["requests"])
    assert asked == [10, 10, 15], "a third attempt is new, the first two are not asked again"
    inside(pytester, mock.base_url, *arguments, "--symbench-attempts=3", "--symbench-refresh")
    assert mock.stats()["requests"] == 30


THRICE = """
from codesteer.episode import Answer
from codesteer.models.chat import Message

class Thrice:
    async def __call__(self, question, bench):
        for _ in range(3):
            await bench.ask([Message("user", question)])
        return Answer(text="<<<No>>>")

def pytest_symbench_methods():
    return {"thrice": Thrice()}
"""


@pytest.mark.parametrize(("method", "samples"), [("self_consistency", 5), ("thrice", 3)])
def test_calls_are_known_without_their_episodes_and_marked(
    server: Serve, pytester: pytest.Pytester, method: str, samples: int
) -> None:
    """Also the samples of one prompt within an episode, each as itself."""
    mock = server(latency="fixed:0.01", answer="fixed:<<<No>>>")
    pytester.makeconftest(THRICE)
    arguments: tuple[Any, ...] = (
        "--tasks=web_of_lies", "--samples=3", f"--method={method}", LEDGER,
        "--symbench-temperature=0.8",
    )  # fmt: skip
    inside(pytester, mock.base_url, *arguments)
    asked = mock.stats()["requests"]
    assert asked == 3 * samples, "each sample is asked for"
    flags = [call.cached for episode in transcripts(pytester.path) for call in episode.calls()]
    assert flags == [False] * asked
    execute(pytester.path, "DELETE FROM episodes")
    inside(pytester, mock.base_url, *arguments)
    assert mock.stats()["requests"] == asked
    flags = [call.cached for episode in transcripts(pytester.path) for call in episode.calls()]
    assert flags == [True] * asked
    execute(
        pytester.path, "DELETE FROM episodes",
        "DELETE FROM calls WHERE rowid IN (SELECT rowid FROM calls LIMIT 2)",
    )  # fmt: skip
    inside(pytester, mock.base_url, *arguments)
    assert mock.stats()["requests"] == asked + 2, "as after a kill: what is missing, no more"


ENDS = {
    "truncated": ({"content": "I think that"}, "length"),
    "refused": ({"content": None, "refusal": "I cannot help with that"}, "stop"),
    "refused by a filter": ({"content": ""}, "content_filter"),
}


@pytest.mark.parametrize("name", ENDS)
def test_truncated_and_refused_answers_are_kept_as_such(
    pytester: pytest.Pytester, name: str
) -> None:
    message, reason = ENDS[name]
    answer = response(
        {"choices": [{"message": message, "finish_reason": reason}],
         "usage": {"prompt_tokens": 9, "completion_tokens": 3}}
    )  # fmt: skip
    arguments = ("--tasks=web_of_lies", "--samples=1", LEDGER, "--symbench-log=log.jsonl")
    with serving(response({"data": []}), answer) as wire:
        outcomes = []
        for _ in range(3):
            checks = len([head for head in wire.heads if "/chat/" not in head])
            wire_url = f"{wire.url}/v1"
            _, output = inside(pytester, wire_url, *arguments)
            assert name.split()[0] in output
            ledger = read_ledger(pytester.path / "run.sqlite")
            outcomes += [row.outcome for row in ledger.rows()]
            ledger.close()
            if len(outcomes) == 2:
                execute(pytester.path, "DELETE FROM episodes")  # its call is known all the same
            assert len([head for head in wire.heads if "/chat/" not in head]) == checks + 1
        chats = [head for head in wire.heads if "/chat/" in head]
    assert outcomes == [name.split()[0]] * 3
    assert len(chats) == 1
