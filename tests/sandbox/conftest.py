from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox import launching
from tests.sandbox.attacks import Attack

STAGE = Path(__file__).with_name("stage.py")
STAGE_S = 300
FEW = 20  # attacks; so many are run alone, when a test asks for them


class Stages:
    """Stages the attacks, each mode once, all modes at the same time."""

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._reports: dict[str, dict[str, Any]] = {}

    def start(self, *modes: str) -> None:
        for mode in modes:
            if mode not in self._running:
                self._running[mode] = subprocess.Popen(
                    launching.command([sys.executable, str(STAGE), mode, *self._names]),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    cwd="/",
                    env=launching.ENVIRONMENT,
                )

    def report(self, mode: str) -> dict[str, Any]:
        self.start(mode)
        if mode not in self._reports:
            stdout, stderr = self._running[mode].communicate(timeout=STAGE_S)
            if self._running[mode].returncode:
                pytest.fail(f"the stage broke down: {stderr[-2000:]}")
            self._reports[mode] = json.loads(stdout)
        return self._reports[mode]

    def close(self) -> None:
        for process in self._running.values():
            process.kill()
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()  # read to its end, it would wait for whoever else holds it
            process.wait()


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
def all_stages(request: pytest.FixtureRequest) -> Iterator[Stages | None]:
    if sys.platform != "linux" or not launching.can_become_ordinary():
        yield None
        return
    names = [name for item in request.session.items if (name := _attack_name(item))]
    stages = Stages([] if len(names) > FEW else names)
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
