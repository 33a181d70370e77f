"""The command lines of the back ends that cannot be run here: no engine, no Mac."""

from __future__ import annotations

import itertools
import os
import stat
import sys
from pathlib import Path

import pytest

from codesteer.sandbox import Limits, SandboxUnavailable, open_sandbox, seatbelt
from codesteer.sandbox.container import container_command, open_container
from codesteer.sandbox.direct import DirectSubject
from codesteer.sandbox.inside import snippet
from tests.sandbox.running import run

LIMITS = Limits(wall_s=5, cpu_s=2.5, memory_mb=512, disk_mb=10, threads=20)


def _options(command: list[str]) -> dict[str, str]:
    return dict(itertools.pairwise(command))


def test_command() -> None:
    command = container_command("podman", "python:3.12", "name", LIMITS)
    options = _options(command)
    assert command[:4] == ["podman", "run", "--rm", "--interactive"]
    assert "--read-only" in command
    assert options["--network"] == "none"
    assert options["--cap-drop"] == "ALL"
    assert options["--security-opt"] == "no-new-privileges"
    assert options["--user"] == "65534:65534"
    assert options["--memory"] == options["--memory-swap"] == "640m"
    assert options["--pids-limit"] == "20"
    assert options["--tmpfs"] == "/w:rw,nosuid,nodev,noexec,size=10m,mode=1777"
    assert "--ulimit=cpu=3:3" in command
    assert "--env=PYTHONHASHSEED=0" in command
    assert command[-4:-1] == ["-s", "-B", "-c"]
    assert command[-5] == "python:3.12"
    assert command[-1] == Path(snippet.__file__).read_text()


def test_nothing_of_the_environment_enters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "sk-decoy")
    assert not [word for word in container_command("docker", "i", "n", LIMITS) if "sk-" in word]


@pytest.mark.parametrize("wrong", ["docker:", "lxc:image", "podman:", ":x"])
def test_form(wrong: str) -> None:
    with pytest.raises(SandboxUnavailable, match="not of the form"):
        open_sandbox(wrong)


def test_missing_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SandboxUnavailable, match="podman is not installed"):
        open_sandbox("podman:image")


FAKE_ENGINE = """#!{python}
import json, os, sys
if sys.argv[1] == "kill":
    open({kills!r}, "a").write(sys.argv[2] + "\\n")
    raise SystemExit
if "absent" in sys.argv:
    raise SystemExit(125)
at = sys.argv.index("-c")
os.execv({python!r}, [{python!r}, "-s", "-B", "-c", sys.argv[at + 1]])
"""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs the program without a container, so that all else can be tested."""
    script = tmp_path / "podman"
    kills = tmp_path / "kills"
    script.write_text(FAKE_ENGINE.format(python=sys.executable, kills=str(kills)))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return kills


def test_canary_notices_an_engine_that_does_not_confine(engine: Path) -> None:
    with pytest.raises(SandboxUnavailable, match=r"does not hold: .*read a file"):
        open_container("podman:image", workers=1)


def test_canary_notices_an_engine_that_fails(engine: Path) -> None:
    with pytest.raises(SandboxUnavailable, match="failed with status 125"):
        open_container("podman:absent", workers=1)


def test_snippets_run(engine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codesteer.sandbox.canary.escapes", lambda *_, **__: "")
    monkeypatch.setattr("codesteer.sandbox.container.START_S", 0.5)
    sandbox = open_container("podman:image", workers=1)
    assert sandbox.describe() == "sandbox: podman (image image; 1 workers)"
    seen = run(sandbox, "print(input.__name__)")
    assert (seen.outcome, seen.stdout, seen.level) == ("ok", "input\n", "podman")
    assert run(sandbox, "1 / 0").stderr.endswith("ZeroDivisionError: division by zero\n")
    assert run(sandbox, "import sys; sys.exit(137)").signal == 9
    assert run(sandbox, "answer = 4").stdout == "4\n"
    assert run(sandbox, "while True: pass", wall_s=0.2).outcome == "timeout"
    assert engine.read_text().startswith("symbench-")
    sandbox.close()


class TestSeatbelt:
    def test_profile(self) -> None:
        text = seatbelt.profile(["/opt/python/lib"])
        assert text.startswith("(version 1)\n(deny default)\n")
        assert '(subpath "/opt/python/lib")' in text
        assert "network" not in text
        assert "process-fork" not in text
        assert text.count("(") == text.count(")")

    def test_command(self) -> None:
        command = seatbelt.SeatbeltWorker().command(LIMITS, 5, "/scratch")
        assert command[0] == "sandbox-exec"
        assert "SCRATCH=/scratch" in command

    def test_memory_is_measured(self) -> None:
        small = seatbelt.MemoryGauge(os.getpid(), 1)
        assert small() == "memory"
        assert small() == ""  # not again at once
        assert seatbelt.MemoryGauge(os.getpid(), 10**6)() == ""

    def test_refused_below_the_floor(self) -> None:
        with pytest.raises(SandboxUnavailable, match="macOS offers seatbelt only"):
            seatbelt.open_seatbelt(floor=3, workers=1)

    def test_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        with pytest.raises(SandboxUnavailable, match="sandbox-exec is missing"):
            seatbelt.open_seatbelt(floor=2, workers=1)

    def test_excess_is_asked(self) -> None:
        subject = DirectSubject.__new__(DirectSubject)
        subject.pid = os.getpid()
        gauge = seatbelt.SeatbeltWorker().excess(subject, Limits(memory_mb=1))
        assert gauge is not None
        assert gauge() == "memory"
