from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mock_server import Running, running


@pytest.fixture
def server() -> Iterator[Callable[..., Any]]:
    """Starts mock servers that end with the test."""
    open_ones: list[Any] = []

    def start(**options: Any) -> Running:
        context = running(max_seconds=300, **options)
        found = context.__enter__()
        open_ones.append(context)
        return found

    yield start
    for context in open_ones:
        context.__exit__(None, None, None)


def start(folder: Path, url: str, *arguments: str) -> subprocess.Popen[str]:
    """A run against a server as a process of its own."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    command += ["--symbench", "--model", "openai:mock", "--model-url", url, *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI", "PYTEST"))}
    return subprocess.Popen(
        command, cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


@contextmanager
def started(folder: Path, url: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A run that is killed at the end if it still goes on."""
    process = start(folder, url, *arguments)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def finished(folder: Path, url: str, *arguments: str) -> tuple[int, str]:
    """Exit status and output of a whole run."""
    with started(folder, url, *arguments) as process:
        output, _ = process.communicate(timeout=120)
        return process.returncode, output


def inside(pytester: pytest.Pytester, url: str, *arguments: str) -> tuple[int, str]:
    """The same as `finished`, in this process, which costs half as much."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "mock")  # no keyring is asked
        found = pytester.runpytest_inprocess(
            "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--symbench",
            "--model", "openai:mock", "--model-url", url, *arguments,
        )  # fmt: skip
    return int(found.ret), found.stdout.str()
