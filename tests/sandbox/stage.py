"""Script: stages the attacks, as whoever runs it, and prints what came of them as JSON.

    python stage.py full|landlock|landlock@1|seccomp|best|plain [NAME ...]

``best`` is whatever is chosen here; ``landlock@1`` has the first version of Landlock.
A process of its own, so that a test run as root can start it as an ordinary user.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from codesteer.sandbox import Execution, Limits, Sandbox, open_sandbox, zygotes
from codesteer.sandbox.imports import zygote_for
from tests.sandbox.attacks import Attack, all_attacks
from tests.sandbox.judging import Before, Observation, files_below, succeeded
from tests.sandbox.plain_run import run_plain
from tests.sandbox.scene import Scene, have_a_key, ipc_objects, our_processes

SMALL = {
    "wall_s": 8.0,
    "memory_mb": 256,
    "output_kb": 256,
    "disk_mb": 64,
    "files": 2000,
    "threads": 32,
}
PR_SET_CHILD_SUBREAPER = 36


class Arena:
    """The sandbox under attack."""

    def __init__(self, level: str, scene: Scene) -> None:
        self._scene = scene
        level, _, version = level.partition("@")
        if version:
            zygotes.SCRIPT = Path(__file__).with_name(f"zygote_landlock_{version}.py")
        self._sandbox: Sandbox = open_sandbox(
            "seccomp",
            workers=2,
            level=None if level == "best" else level,
            readable=[str(scene.home / "library")],
        )
        self.level = self._sandbox.level
        self.description = self._sandbox.describe()

    async def prepare(self, attacks: list[Attack]) -> None:
        """Start all zygotes, so that later every new process is an attacker's."""
        codes = {zygote_for(attack.code): attack.code for attack in attacks}
        for kind in codes:
            line = {"plain": "", "numpy": "import numpy", "all": "import sympy"}[kind]
            code = f"import time; time.sleep(0.3)\n{line}"
            await asyncio.gather(*(self._sandbox.run(code) for _ in range(2)))

    async def run(self, attack: Attack) -> Observation:
        before = Before(self._scene)
        zygotes = sorted(_children())
        header = self._scene.header(zygote=zygotes[0] if zygotes else 0)
        limits = Limits(**{**SMALL, **attack.limits})
        try:
            seen = await self._observe(attack, header, limits)
        except Exception as error:
            seen = Observation(error=repr(error))
        if attack.judge == "left process":
            await asyncio.sleep(0.3)
        before.compare(seen)
        boxes = Path(self._scene.temporary).glob("symbench-boxes-*")
        seen.left_files = files_below(*map(str, boxes))
        self._scene.restore()
        return seen

    async def close(self) -> None:
        await self._sandbox.aclose()

    async def _observe(self, attack: Attack, header: str, limits: Limits) -> Observation:
        if attack.first:
            knowing = self._scene.header(first=True)
            await self._sandbox.run(knowing + attack.first, limits=limits)
        started = time.monotonic()
        runs = [self._sandbox.run(header + attack.code, limits=limits)]
        if attack.beside:
            runs.insert(0, self._sandbox.run(header + attack.beside, limits=limits))
        *beside, execution = await asyncio.gather(*runs)
        return _observation(execution, time.monotonic() - started, *beside)


def _observation(execution: Execution, wall: float, *beside: Execution) -> Observation:
    return Observation(
        stdout=execution.stdout,
        stderr=execution.stderr,
        outcome=execution.outcome,
        note=execution.note,
        exit_status=execution.exit_status,
        wall_s=wall,
        beside=beside[0].stdout if beside else "",
    )


def _children() -> list[int]:
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in path.read_text().split()] if path.exists() else []


async def _in_a_sandbox(arena: Arena, attacks: list[Attack], scene: Scene) -> dict[str, Any]:
    results = {}
    try:
        await arena.prepare(attacks)
        for attack in attacks:
            seen = await arena.run(attack)
            got_through = succeeded(attack, seen, scene.token)
            results[attack.name] = {"succeeded": got_through, **seen.shortened()}
    finally:
        await arena.close()
    return results


def _plainly(attacks: list[Attack], scene: Scene) -> dict[str, Any]:
    results = {}
    for attack in attacks:
        if attack.control:
            try:
                seen = run_plain(attack, scene)
            except Exception as error:
                seen = Observation(error=repr(error))
            got_through = succeeded(attack, seen, scene.token)
            results[attack.name] = {"succeeded": got_through, **seen.shortened()}
    return results


def main(mode: str, names: list[str]) -> None:
    have_a_key()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # daemons come to us
    known, known_ipc = our_processes(), ipc_objects()
    attacks = [attack for attack in all_attacks() if attack.machine in ("", platform.machine())]
    if names:
        attacks = [attack for attack in attacks if attack.name in names]
    level = description = mode
    with contextlib.closing(Scene()) as scene:
        os.environ["TMPDIR"] = tempfile.tempdir = str(scene.temporary)
        if mode == "plain":
            results = _plainly(attacks, scene)
        else:
            arena = Arena(mode, scene)
            level, description = arena.level, arena.description
            results = asyncio.run(_in_a_sandbox(arena, attacks, scene))
        tempfile.tempdir = None
        left_over = files_below(str(scene.temporary))
    time.sleep(0.2)
    report = {
        "user": os.getuid(),
        "level": level,
        "description": description,
        "results": results,
        "left_files": left_over,
        "left_processes": sorted(our_processes() - known),
        "left_ipc": sorted(ipc_objects() - known_ipc),
    }
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
