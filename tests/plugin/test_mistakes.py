"""A user's mistake is one sentence on what is wrong and what to do; nothing is half-written."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.plugin.conftest import Run

MISTAKES = {
    "unknown task": (["--tasks", "game25"], "*there is no task or group 'game25'; did you mean*"),
    "no task left": (["--tasks", "letters,!letters"], "*--tasks selects no task*"),
    "level 0": (["--levels", "0"], "*--levels: level 0 does not exist*"),
    "level in words": (["--levels", "two"], "*--levels: 'two' is not a level*"),
    "level range upside down": (["--levels", "5-2"], "*'5-2' is not a range*"),
    "level too high": (["--levels", "5000"], "*number_multiply is defined for levels 1 to*"),
    "no samples": (["--samples", "0"], "*--samples: '0' is not a whole number from 1*"),
    "samples in words": (["--samples", "many"], "*--samples: 'many' is not a whole number*"),
    "seed": (["--symbench-seed", "-1"], "*--symbench-seed: '-1' is not a whole number*"),
    "temperature": (["--symbench-temperature", "hot"], "*'hot' is not a number from 0 to 2*"),
    "unknown method": (["--method", "codesteerer"], "*There is no method 'codesteerer'*"),
    "unknown steerer": (["--steer", "--steerer", "polcy"], "*There is no steerer 'polcy'*"),
    "unknown steering model": (
        ["--steer", "--steerer", "prompt:gpt4o"],
        "*--steerer: there is no model 'gpt4o'*",
    ),
    "unknown model": (["--model", "gpt4o"], "*there is no model 'gpt4o'; did you mean 'gpt-4o'?*"),
    "model without name": (["--model", "openai:"], "*there is no model 'openai:'*"),
    "missing key": (["--model", "openai:gpt-4o"], "*set the environment variable OPENAI_API_KEY*"),
    "missing Claude key": (
        ["--model", "claude"],
        "*set the environment variable ANTHROPIC_API_KEY*",
    ),
    "no script": (["--model", "scripted:none.json"], "*the script 'none.json' cannot be read*"),
    "no replay": (["--model", "replay:none.sqlite"], "*there is no ledger none.sqlite*"),
    "no weights": (["--model", "local:llama-9b"], "*there is no embedded model 'llama-9b'*"),
    "no gguf": (["--model", "local:nowhere.gguf"], "*there is no file nowhere.gguf*"),
    "ledger is a folder": (["--symbench-ledger", "."], "*is a folder; give the path of a file*"),
    "sandbox level": (["--symbench-sandbox-require", "best"], "*'best' is no level*"),
    "sandbox engine": (["--symbench-sandbox", "lxc:python"], "*not of the form docker:IMAGE*"),
    "sandbox and level": (
        ["--symbench-sandbox", "docker:python", "--symbench-sandbox-require", "full"],
        "*with --symbench-sandbox leave it out*",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_sentence_and_status_4(symbench: Run, pytester: pytest.Pytester, mistake: str) -> None:
    arguments, sentence = MISTAKES[mistake]
    result = symbench(*arguments)
    assert result.ret == 4, result.outlines
    result.stderr.fnmatch_lines([f"ERROR: {sentence}"])
    assert not any("Traceback" in line for line in result.outlines + result.errlines)
    assert not list(pytester.path.glob(".symbench/*.sqlite"))


def test_a_container_engine_that_is_missing(symbench: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    result = symbench("--symbench-sandbox", "podman:image")
    assert result.ret == 4, result.outlines
    result.stderr.fnmatch_lines(["ERROR: *podman is not installed*"])


def test_a_server_that_is_down(symbench: Run, pytester: pytest.Pytester) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = symbench("--model-url", f"http://127.0.0.1:{port}/v1", model="openai:any")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: openai:any: no connection to the server*"])
    assert not list(pytester.path.glob(".symbench/*.sqlite"))


def test_a_missing_extra_names_the_command(
    symbench: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = pytester.mkdir("hidden")
    (hidden / "sitecustomize.py").write_text("import sys; sys.modules['openai'] = None")
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    result = symbench("--model-url", "http://127.0.0.1:9/v1", model="openai:any")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: *pip install 'pytest-symbench[[]openai[]]'*"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(symbench: Run, pytester: pytest.Pytester) -> None:
    pytester.path.chmod(0o555)
    try:
        result = symbench()
    finally:
        pytester.path.chmod(0o755)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: the ledger * cannot be written*--symbench-ledger"])


def test_a_ledger_that_cannot_be_made(symbench: Run) -> None:
    result = symbench("--symbench-ledger", "/proc/nothing/here.sqlite")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: the ledger * cannot be written*--symbench-ledger"])


def test_a_file_that_is_no_ledger(symbench: Run, pytester: pytest.Pytester) -> None:
    path = pytester.path / "notes.txt"
    path.write_text("these are my notes, " * 100)
    result = symbench("--symbench-ledger", "notes.txt")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: *notes.txt is not a ledger*"])
    assert path.read_text() == "these are my notes, " * 100


def test_a_ledger_of_another_run_names_the_difference(symbench: Run) -> None:
    symbench("--symbench-ledger", "run.sqlite").assert_outcomes(passed=1)
    result = symbench(
        "--symbench-ledger", "run.sqlite", "--symbench-max-tokens", "99", model="noop"
    )
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["ERROR: the ledger *run.sqlite is of another run: its max-tokens is 2048, yours 99; its*"]
    )


def test_a_ledger_in_use_is_refused(symbench: Run, pytester: pytest.Pytester) -> None:
    import fcntl

    symbench("--symbench-ledger", "run.sqlite").assert_outcomes(passed=1)
    with Path(pytester.path / "run.sqlite.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = symbench("--symbench-ledger", "run.sqlite")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: the ledger * is in use by another run*"])
