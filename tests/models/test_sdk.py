"""The SDKs' settings: the other process decides as this one would, and keys are no arguments."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from codesteer.models import sdk
from codesteer.models.errors import BadRequest

pytest.importorskip("openai")


@pytest.mark.parametrize(
    ("name", "key", "url", "environment"),
    [
        ("openai", "sk-planted-1", None, {"OPENAI_ORG_ID": "org", "OPENAI_PROJECT_ID": "project"}),
        ("openai", None, "http://localhost:8000/v1", {"OPENAI_CUSTOM_HEADERS": "X-Team: ours"}),
        ("anthropic", "key", None, {"ANTHROPIC_BASE_URL": "http://localhost:1"}),
        ("anthropic", None, "http://localhost:2", {"ANTHROPIC_CUSTOM_HEADERS": "X-Team: ours"}),
    ],
)
def test_another_process_decides_the_same(
    name: sdk.Sdk,
    key: str | None,
    url: str | None,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip(name)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    base, headers = sdk._decided(name, key, url)
    told = sdk._told(name, key, url)
    assert told == (base, headers)
    assert set(environment.values()) & {base.rstrip("/"), *headers.values(), "X-Team: ours"}


def test_a_key_is_on_no_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    run = subprocess.run

    def looked_at(command: Any, **options: Any) -> Any:
        seen.append(command)
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", looked_at)
    _, headers = sdk._told("openai", "sk-planted-2", "http://localhost:1")
    assert "sk-planted-2" in headers["Authorization"]
    assert "sk-planted-2" not in str(seen)


def test_what_an_sdk_refuses_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sdk.CLIENTS, "openai", "NoSuchClient")
    with pytest.raises(BadRequest, match=r"the package openai refuses its settings: .*NoSuch"):
        sdk.ask("openai", "key", None).result(60)


def test_a_run_does_not_load_the_sdk() -> None:
    """A model is made, and what its SDK says is had, without 48 MB in this process."""
    program = (
        "import sys\n"
        "from codesteer.models.openai_compatible import OpenAIModel\n"
        "model = OpenAIModel('any', url='http://localhost:1/v1')\n"
        "print(model._endpoint.result(60).base, 'openai' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["http://localhost:1/v1/", "False"]
