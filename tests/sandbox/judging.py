"""Did an attack get what it wanted? Looked at from outside wherever that is possible."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.sandbox.attacks import Attack
from tests.sandbox.scene import Scene, our_processes

MUCH_OUTPUT = 10 << 20
LATE_S = 4.0


@dataclass(kw_only=True)
class Observation:
    """What was seen of one attack."""

    stdout: str = ""
    stderr: str = ""
    outcome: str = ""
    note: str = ""
    exit_status: int | None = None
    wall_s: float = 0.0
    error: str = ""
    """The runner itself raised."""

    beside: str = ""
    left_files: list[str] = field(default_factory=list)
    new_processes: list[int] = field(default_factory=list)
    home_changed: bool = False
    victim_dead: bool = False

    def shortened(self) -> dict[str, object]:
        """For a report."""
        words = vars(self) | {"stdout": self.stdout[:300], "stderr": self.stderr[-300:]}
        return dict(json.loads(json.dumps(words)))


class Before:
    """The state of things that attacks are after."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._home = scene.home_state()
        self._processes = our_processes()

    def compare(self, seen: Observation) -> None:
        seen.home_changed = self._scene.home_state() != self._home
        seen.victim_dead = self._scene.victim.poll() is not None
        seen.new_processes = sorted(our_processes() - self._processes)


def succeeded(attack: Attack, seen: Observation, token: str) -> bool:
    judges: dict[str, Callable[[], bool]] = {
        "marker": lambda: "PWNED" in seen.stdout,
        "leak": lambda: token in seen.stdout + seen.stderr,
        "victim dead": lambda: seen.victim_dead,
        "home changed": lambda: seen.home_changed,
        "left process": lambda: bool(seen.new_processes),
        "left files": lambda: bool(seen.left_files),
        "slow": lambda: seen.wall_s > LATE_S,
        "flood": lambda: len(seen.stdout) + len(seen.stderr) > MUCH_OUTPUT,
        "not timed out": lambda: (
            seen.outcome != "timeout" or seen.wall_s > attack.limits["wall_s"] + LATE_S
        ),
        "runner upset": lambda: bool(seen.error) or seen.outcome in ("", "sandbox_failure"),
        "sandbox blamed": lambda: (
            bool(seen.error) or seen.outcome == "sandbox_failure" or "twice" in seen.note
        ),
        "neighbour touched": lambda: "INTACT" not in seen.beside or "PWNED" in seen.stdout,
        "spoof": lambda: "RESULT: passed" in seen.stdout and seen.exit_status == 0,
        "forged status": lambda: (seen.exit_status, seen.outcome, seen.note) != (7, "error", ""),
    }
    return judges[attack.judge]()


def _empty(folder: str, name: str) -> bool:
    return os.path.isdir(f"{folder}/{name}") and not os.listdir(f"{folder}/{name}")


def files_below(*folders: str) -> list[str]:
    """Entries of these folders; an empty scratch folder that waits for its next user is none."""
    found = []
    for folder in folders:
        if os.path.isdir(folder):
            found += [f"{folder}/{name}" for name in os.listdir(folder) if not _empty(folder, name)]
    return found
