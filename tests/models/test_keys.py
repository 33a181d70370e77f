"""Where keys come from, and that none is ever written down."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from codesteer.models import errors as e
from codesteer.models import resolve
from codesteer.models.keys import SERVICE, key
from codesteer.models.openai_compatible import OpenAIModel
from tests.models.wire import response, serving

pytest.importorskip("openai")
KEY = "sk-planted-8d1f0a2b3c4e"
REPLY = {"choices": [{"message": {"content": "<<<5>>>"}, "finish_reason": "stop"}]}


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[tuple[str, str], str]]:
    """A keyring in memory."""
    keyring = pytest.importorskip("keyring")
    kept: dict[tuple[str, str], str] = {}

    class Ring(keyring.backend.KeyringBackend):  # type: ignore[misc, name-defined]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            if username == "LOCKED":
                raise keyring.errors.KeyringLocked("locked")
            return kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            kept[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del kept[service, username]

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    yield kept
    keyring.set_keyring(before)


def test_the_environment_comes_first(ring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert key("OPENAI_API_KEY") is None
    ring[SERVICE, "OPENAI_API_KEY"] = "from the ring"
    assert key("OPENAI_API_KEY") == "from the ring"
    monkeypatch.setenv("OPENAI_API_KEY", "from the environment")
    assert key("OPENAI_API_KEY") == "from the environment"
    assert key("LOCKED") is None


def test_a_key_from_the_ring_is_sent(ring: Any) -> None:
    import asyncio

    from codesteer.models import Message, Settings

    ring[SERVICE, "OPENAI_API_KEY"] = KEY
    with serving(response(REPLY)) as wire:

        async def go() -> None:
            model = OpenAIModel("m", url=f"{wire.url}/v1")
            await model.complete([Message("user", "x")], settings=Settings())
            await model.aclose()

        asyncio.run(go())
    assert f"Bearer {KEY}" in wire.heads[0]


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("gpt-4o", "OPENAI_API_KEY"),
        ("openai-responses:gpt-4o", "OPENAI_API_KEY"),
        ("claude", "ANTHROPIC_API_KEY"),
        ("deepseek:deepseek-chat", "DEEPSEEK_API_KEY"),
    ],
)
def test_without_a_key_both_ways_are_told(
    name: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)  # as if it were not installed
    with pytest.raises(e.Unauthorized, match=f"set the environment variable {variable}.*keyring"):
        resolve(name)


def test_a_planted_key_is_nowhere(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole run, first with a server that repeats the key in its errors, then with answers."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    denied = response({"error": {"message": f"bad field, key {KEY}"}}, status=400)
    models = response({"data": []})
    shown = ""
    with serving(models, denied, response(REPLY)) as wire:
        for _ in range(2):
            found = pytester.runpytest_inprocess(
                "--symbench", "--model=openai:m", f"--model-url={wire.url}/v1",
                "--tasks=number_multiply,letters", "--symbench-log=log.jsonl", "-p", "no:randomly",
                "--symbench-report=report.html,report.json", "--symbench-ledger=run.sqlite",
            )  # fmt: skip
            shown += found.stdout.str() + found.stderr.str()
    assert any(KEY in head for head in wire.heads), "it was sent"
    assert "bad field, key [key]" in shown, "the fault was met and told"
    assert KEY not in shown
    files = [file for file in pytester.path.rglob("*") if file.is_file()]
    assert {"run.sqlite", "log.jsonl", "report.html"} <= {file.name for file in files}
    for file in files:
        assert KEY.encode() not in file.read_bytes(), file
        if file.suffix == ".sqlite":
            assert KEY not in unpacked(file)


def unpacked(path: Any) -> str:
    import sqlite3
    import zlib

    with closing(sqlite3.connect(path)) as db:
        blobs = [row[0] for row in db.execute("SELECT record FROM episodes")]
        blobs += [row[0] for row in db.execute("SELECT completion FROM calls")]
    assert blobs
    return "".join(zlib.decompress(blob).decode() for blob in blobs)
