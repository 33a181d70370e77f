from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox import launching
from tests.sandbox.attacks import Attack
from tests.sandbox.running import level_is_missing

STAGE = Path(__file__).with_name("stage.py")
STAGE_S = 300
# The status is there only once all else is.
WRITE_DOWN = '"$@" >"$0.stdout" 2>"$0.stderr"; echo $? >"$0.part"; mv "$0.part" "$0.status"'
FEW = 20  # attacks; so many are run alone, when a test asks for them


class Stages:
    """Stages the attacks, each mode once, all modes at the same time.

    Workers of one test run share what came of it, by way of a folder: whoever asks first for a
    mode stages it.
    """

    def __init__(self, names: list[str], folder: Path, *, shared: bool) -> None:
        self._names = names
        self._folder = folder
        self._shared = shared
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *modes: str) -> None:
        for mode in modes:
            place = self._folder / mode
            try:
                place.touch(exist_ok=False)
            except FileExistsError:
                continue
            command = launching.command([sys.executable, str(STAGE), mode, *self._names])
            process = subprocess.Popen(
                ["/bin/sh", "-c", WRITE_DOWN, str(place), *command],
                stdin=subprocess.DEVNULL,
                cwd="/",
                env=launching.ENVIRONMENT,
                start_new_session=True,
            )
            self._running.append(process)

    def report(self, mode: str) -> dict[str, Any]:
        self.start(mode)
        return _report(self._folder / mode)

    def close(self) -> None:
        """Where others may still want the reports, not before they are there."""
        for process in self._running:
            if self._shared:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(STAGE_S)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@functools.cache
def _report(place: Path) -> dict[str, Any]:
    until = time.monotonic() + STAGE_S
    status = place.with_suffix(".status")
    while not status.exists():
        if time.monotonic() > until:
            pytest.fail(f"the stage did not end within {STAGE_S} s: {place.name}")
        time.sleep(0.05)
    said = place.with_suffix(".stderr").read_text()
    if status.read_text() != "0\n":
        if missing := re.search("SandboxUnavailable: (.*)", said):
            level_is_missing(missing[1])
        pytest.fail(f"the stage broke down: {said[-2000:]}")
    return dict(json.loads(place.with_suffix(".stdout").read_text()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The attacks last: they go on in the background while other tests run."""
    items.sort(key=_attacks)


def _attacks(item: pytest.Item) -> bool:
    return "sandbox/test_attacks.py" in item.nodeid


def _attack_name(item: pytest.Item) -> str:
    if not (_attacks(item) and isinstance(item, pytest.Function) and hasattr(item, "callspec")):
        return ""
    attack = item.callspec.params.get("attack")
    return attack.name if isinstance(attack, Attack) else ""


@pytest.fixture(scope="session")
def all_stages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stages | None]:
    if sys.platform != "linux" or not launching.can_become_ordinary():
        yield None
        return
    names = [name for item in request.session.items if (name := _attack_name(item))]
    shared = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if shared else base) / "stages"
    folder.mkdir(exist_ok=True)
    stages = Stages([] if len(names) > FEW else names, folder, shared=shared)
    if len(names) > FEW:
        stages.start("full", "landlock", "plain")
    yield stages
    stages.close()


@pytest.fixture(autouse=True)
def _start_early(all_stages: Stages | None) -> None:
    pass


@pytest.fixture
def stages(all_stages: Stages | None) -> Stages:
    if all_stages is None:
        pytest.skip("neither an ordinary user of Linux nor allowed to become one")
    return all_stages


@pytest.fixture(scope="session")
def ordinary() -> None:
    """For tests that start commands as an ordinary user."""
    if sys.platform != "linux" or not launching.can_become_ordinary():
        pytest.skip("neither an ordinary user nor allowed to become one")
