"""Reports as a run makes them: terminal, files, step summary, JUnit, and the progress on the way."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import struct
import sys
import time
from collections.abc import Callable
from typing import TypeAlias
from xml.etree import ElementTree

import pytest

import tests.preloaded  # noqa: F401

Run: TypeAlias = Callable[..., pytest.RunResult]

SLOW = pytest.mark.slow


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("GITHUB_STEP_SUMMARY", "PYTEST_ADDOPTS", "CI", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    script = {"*": "<<<1>>>", "letters-L01-s0001": "\x1b[31mno answer here"}
    (pytester.path / "script.json").write_text(json.dumps(script))

    def start(*arguments: str) -> pytest.RunResult:
        own = ["-p", "no:randomly", "-p", "no:cacheprovider", "--symbench", "--model",
               "scripted:script.json", "--tasks", "letters,number_multiply", "--samples", "3"]  # fmt: skip
        if {"-s", "-n", "-n2"} & set(arguments):
            return pytester.runpytest_subprocess(*own, *arguments, timeout=120)
        return pytester.runpytest_inprocess(*own, *arguments)

    return start


def test_files_are_written_and_named(run: Run, pytester: pytest.Pytester) -> None:
    result = run("--symbench-report", "out/r.html, out/r.md,out/r.json", "--levels", "1-2")
    result.stdout.fnmatch_lines(
        ["scripted:script.json, method only_question", "total*0/12*", "task *", "letters *",
         "smallest failing instances:", "report html: */out/r.html"]
    )  # fmt: skip
    data = json.loads((pytester.path / "out/r.json").read_text())
    assert data["facts"]["episodes"] == 12
    assert data["files"]["report html"].endswith("out/r.html")
    assert "symbench" in (pytester.path / "out/r.md").read_text()
    assert (pytester.path / "out/r.html").stat().st_size > 100_000
    assert "\x1b[31m" not in result.stdout.str()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--symbench-report", "x.pdf"], "a report 'x.pdf' cannot be written: give a name that*"),
        (
            ["--symbench-reference", "gpt-9"],
            "--symbench-reference: the paper has no column 'gpt-9'*",
        ),
        (["--symbench-progress", "loud"], "--symbench-progress: 'loud' is no kind of progress*"),
    ],
)
def test_mistakes_are_told_before_anything_is_asked(
    run: Run, pytester: pytest.Pytester, arguments: list[str], sentence: str
) -> None:
    result = run(*arguments)
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"ERROR: {sentence}"])
    assert "INTERNALERROR" not in result.stdout.str() + result.stderr.str()
    assert not list(pytester.path.glob(".symbench/*.sqlite"))


def test_an_interval_that_is_no_number_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMBENCH_PROGRESS_SECONDS", "soon")
    result = run()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: SYMBENCH_PROGRESS_SECONDS: 'soon' is no number*"])


@SLOW
def test_a_report_that_cannot_be_written_fails_nothing(run: Run) -> None:
    result = run("--symbench-report", "/proc/none/r.md")
    result.stdout.fnmatch_lines(["note: the report /proc/none/r.md was not written*"])
    assert "INTERNALERROR" not in result.stdout.str()


@SLOW
def test_the_papers_columns_stand_beside_ours(run: Run) -> None:
    result = run("--symbench-reference", 'o1,"GPT-4o + CodeSteer"')
    result.stdout.fnmatch_lines(["task *o1*", "letters *61 *96*", "*ours are other instances*"])


def test_the_step_summary_is_appended(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pytester.path / "summary.md"
    path.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    run("-q")
    text = path.read_text()
    assert text.startswith("before\n## symbench")
    assert "0 % (0-" in text


@pytest.mark.parametrize("workers", [pytest.param([], marks=SLOW), ["-n", "2"]])
def test_junit_properties_survive_workers(
    run: Run, pytester: pytest.Pytester, workers: list[str]
) -> None:
    run("--junitxml", "j.xml", *workers)
    tree = ElementTree.parse(pytester.path / "j.xml")
    whole = {p.get("name"): p.get("value") for p in tree.findall("./testsuite/properties/property")}
    assert whole["symbench_model"] == "scripted:script.json"
    assert whole["symbench_only_question_counted"] == "6"
    single = {p.get("name") for p in tree.findall(".//testcase/properties/property")}
    assert {"symbench_outcome", "symbench_reason"} <= single


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        *(pytest.param(a, marks=SLOW) for a in (["-q"], ["-v"], ["--no-header"], ["-n2"], ["-s"])),
    ],
)
def test_plain_lines_leave_pytests_own_whole(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("SYMBENCH_PROGRESS_SECONDS", "0")
    result = run(*arguments, "--tb=no")
    lines = [line for line in result.outlines if "symbench: " in line and " done, " in line]
    assert lines
    assert all(line.startswith("symbench: ") for line in lines)
    assert all(re.search(r"/[1-6] done", line) for line in lines)
    assert result.parseoutcomes() == {"failed": 6}


@SLOW
def test_progress_can_be_off(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMBENCH_PROGRESS_SECONDS", "0")
    assert " done, " not in run("--symbench-progress", "off").stdout.str()


@pytest.mark.parametrize(
    "arguments", [[], pytest.param(["-n", "2"], marks=SLOW), pytest.param(["-v"], marks=SLOW)]
)
def test_a_terminal_is_painted_and_given_back(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    pytester.makeconftest(
        """
        import asyncio
        from codesteer.models import Completion
        class Slow:
            name = "slow"
            async def complete(self, messages, *, settings):
                await asyncio.sleep(0.4)
                return Completion(text="<<<1>>>")
            async def aclose(self):
                pass
        def pytest_symbench_models():
            return {"slow": lambda model, url: Slow()}
        """
    )
    for name in ("CI", "COLUMNS", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider",
               "--symbench", "--model", "slow", "--tasks", "letters", "--samples", "12", "--tb=no",
               "--symbench-connections", "2", *arguments]  # fmt: skip
    output = _in_a_terminal(command, columns=80, rows=24)
    region = re.findall(r"\x1b\[1;(\d+)r", output)
    assert region == ["22"]  # the last two of 24 rows are kept
    assert "\x1b[r" in output[output.rindex("\x1b[?7h") :]  # and given back after the last painting
    painted = re.findall(r"\x1b7\x1b\[\?7l(.*?)\x1b\[\?7h\x1b8", output, re.DOTALL)
    assert len(painted) > 3
    texts = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text) for text in painted]
    assert any("running" in text and "queued" in text and "left" in text for text in texts)
    rest = re.sub(r"\x1b7.*?\x1b8", "", output, flags=re.DOTALL)
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", rest)
    assert "running" not in plain.replace("running while", "")
    assert re.search(r"12 failed", plain)


def _in_a_terminal(command: list[str], *, columns: int, rows: int) -> str:
    import fcntl
    import termios

    process, terminal = pty.fork()
    if process == 0:  # pragma: no cover - becomes another program
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    output, deadline = b"", time.monotonic() + 100
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            found = os.read(terminal, 65536)
        except OSError:  # the program has ended
            break
        if not found:
            break
        output += found
    os.waitpid(process, 0)
    os.close(terminal)
    return output.decode("utf-8", "replace")
