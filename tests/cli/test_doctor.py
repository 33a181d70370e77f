"""``symbench doctor``: every finding says what is there and what to do, and no key is shown."""

from __future__ import annotations

import json
import os
from importlib.metadata import metadata
from pathlib import Path

import pytest

from codesteer.models import keys
from codesteer.models.errors import Transient
from codesteer.models.local import LocalModel
from codesteer.sandbox import SandboxUnavailable, opening
from pytest_symbench import doctor
from pytest_symbench.cli import main
from tests.models.wire import response, serving

Capture = pytest.CaptureFixture[str]
Findings = dict[str, doctor.Finding]


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither this machine's keys nor its keyring; the embedded model is not started."""
    for name in (*os.environ,):
        if name.endswith("_API_KEY") or name == "PYTEST_DISABLE_PLUGIN_AUTOLOAD":
            monkeypatch.delenv(name)
    monkeypatch.setattr(keys, "key", lambda variable: os.environ.get(variable) or None)
    monkeypatch.setattr(LocalModel, "start", lambda self: "http://127.0.0.1:1")


def examined(folder: Path, **asked: list[str]) -> Findings:
    return {finding.subject: finding for finding in doctor.examine(folder, **asked)}


def test_keys_are_never_shown(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hidden-0123456789")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-hidden\n")
    assert main(["doctor"]) == 1
    text = capsys.readouterr().out
    assert main(["doctor", "--json"]) == 1
    found = capsys.readouterr().out
    assert "hidden" not in text + found
    states = {one["subject"]: one["state"] for one in json.loads(found)["findings"]}
    assert states["key OPENAI_API_KEY"] == "ok"
    assert states["key ANTHROPIC_API_KEY"] == "fix", "a line break in a key breaks every request"
    assert states["key MISTRAL_API_KEY"] == "note"
    assert not json.loads(found)["ok"]
    assert "1 to fix" in text
    assert list(tmp_path.iterdir()) == [], "the doctor leaves nothing behind"


def test_a_healthy_machine_has_nothing_to_fix(tmp_path: Path) -> None:
    found = examined(tmp_path)
    assert [one for one in found.values() if one.state == "fix"] == []
    assert {"python", "pytest", "clock", "disk", "sandbox", "local model"} <= found.keys()
    for one in found.values():
        assert one.found
        assert one.state == "ok" or one.do or one.subject == "local model", one


def test_every_extra_has_a_line() -> None:
    extras = set(metadata("pytest-symbench").get_all("Provides-Extra") or ())
    assert set(doctor.EXTRAS) >= extras - set(doctor.NOT_FOR_USERS)


def test_an_extra_that_is_too_old_says_which(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    has = doctor._has
    monkeypatch.setattr(
        doctor, "_has", lambda one: "2.1" if one.name == "pytest-xdist" else has(one)
    )
    found = examined(tmp_path)["extra xdist"]
    assert (found.state, found.do) == ("note", "pip install 'pytest-symbench[xdist]'")
    assert "not 2.1" in found.found


def test_no_sandbox_is_to_fix_and_each_missing_layer_is_priced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refused = {"step": "unshare", "error": 1}
    probed = {"namespaces": refused, "landlock": {"step": "landlock_create_ruleset", "error": 38},
              "seccomp": None, "landlock_version": 0}  # fmt: skip

    def unavailable(**_: object) -> None:
        raise SandboxUnavailable("no sufficient sandbox on this machine: ...")

    monkeypatch.setattr(opening, "probe", lambda readable: probed)
    monkeypatch.setattr(opening, "open_sandbox", unavailable)
    found = examined(tmp_path)
    assert found["sandbox"].state == "fix"
    assert "EPERM from unshare" in found["sandbox namespaces"].found
    assert "names, sizes and dates of host files" in found["sandbox namespaces"].found
    assert "read whatever" in found["sandbox landlock"].found
    assert "lsm=" in found["sandbox landlock"].do
    assert "sandbox seccomp" not in found


def test_a_folder_without_a_ledger_s_needs(tmp_path: Path) -> None:
    found = examined(tmp_path / "nowhere")["disk"]
    assert found.state == "fix"
    assert "--symbench-ledger=" in found.do


def test_a_clock_before_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.time, "time", lambda: 1e9)
    (found,) = doctor._clock()
    assert found.state == "fix"
    assert found.found.startswith("2001-09-0")


def test_plugins_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (found,) = doctor._pytest()
    assert found.state == "fix"
    assert "-p pytest_symbench.plugin" in found.do


def test_an_embedded_model_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xllamacpp")

    def broken(self: LocalModel) -> str:
        raise Transient("it needs a CPU with AVX2")

    monkeypatch.setattr(LocalModel, "start", broken)
    (found,) = doctor._local()
    assert found.state == "note"
    assert "AVX2" in found.found or "weights" in found.found


def test_servers_that_were_named_have_to_answer(capsys: Capture) -> None:
    pytest.importorskip("openai")
    with serving(response({"data": []})) as wire:
        assert main(["doctor", "--model-url", wire.url, "--json"]) == 0
        assert wire.heads[0].startswith("GET /models")
    found = json.loads(capsys.readouterr().out)["findings"][-1]
    assert found["subject"] == f"server {wire.url}"
    assert found["state"] == "ok"
    assert main(["doctor", "--model-url", wire.url, "--json"]) == 1, "it has stopped"
    assert "no connection" in json.loads(capsys.readouterr().out)["findings"][-1]["found"]


def test_models_that_were_named_need_their_key(capsys: Capture) -> None:
    pytest.importorskip("anthropic")
    assert main(["doctor", "--model", "claude", "--model", "cloude", "--json"]) == 1
    claude, unknown = json.loads(capsys.readouterr().out)["findings"][-2:]
    assert "ANTHROPIC_API_KEY" in claude["found"]
    assert "did you mean 'claude'?" in unknown["found"]
    two = ["--model-url", "http://127.0.0.1:1", "--model-url", "http://127.0.0.1:2"]
    assert main(["doctor", "--model", "claude", *two]) == 4
    assert "give --model-url once" in capsys.readouterr().err
