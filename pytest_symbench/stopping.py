"""How a run that ends early tells all its processes, and why."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StopFlag:
    """A file that exists once the run should stop; it says why and with which exit status."""

    path: Path

    def set(self, reason: str, status: int | None = None) -> None:
        """Stops all processes of the run. The first reason stays."""
        text = json.dumps({"reason": reason, "status": status})
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(descriptor, "w") as file:
            file.write(text)

    def is_set(self) -> bool:
        return self.path.exists()

    def reason(self) -> tuple[str, int | None]:
        """Why, and the exit status wanted; empty if the flag is not set."""
        try:
            found = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return "", None
        return str(found["reason"]), found["status"]

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)
