"""What one run may use, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal[
    "ok",  # ended with exit status 0
    "error",  # ended with another exit status: an exception, or sys.exit(n)
    "timeout",  # wall-clock or CPU limit
    "memory",  # could not get the memory that it asked for, or the kernel took it away
    "output_limit",  # wrote more than may be kept
    "killed",  # ended by a signal of its own making, or for too many files or threads
    "sandbox_failure",  # the sandbox's fault, never the snippet's
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one snippet may use."""

    wall_s: float = 30.0
    """Seconds on the clock; enforced from outside."""

    cpu_s: float | None = None
    """Seconds of processor time over all threads; ``None`` means `wall_s`."""

    memory_mb: int = 1024
    """Address space beyond what the prepared interpreter already has."""

    output_kb: int = 1024
    """Kept of each of stdout and stderr; writing more ends the run."""

    disk_mb: int = 64
    """Total size of the files in the scratch folder."""

    files: int = 2000
    """Number of entries in the scratch folder."""

    threads: int = 64
    """Alive at a time, the first one included."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"limit {name} must be above zero, not {value!r}")

    @property
    def processor_s(self) -> float:
        """The limit of processor time that holds."""
        return self.wall_s if self.cpu_s is None else self.cpu_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What one snippet did."""

    outcome: Outcome
    stdout: str = ""
    stderr: str = ""
    """Ends in the traceback of an uncaught exception, cut to the snippet's own lines."""

    exit_status: int | None = None
    """``None`` when a signal ended it."""

    signal: int | None = None
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    level: str = "none"
    """Level of protection it ran under."""

    note: str = ""
    """What the sandbox did to the run or to its output, as sentences; mostly empty."""


class SandboxUnavailable(Exception):
    """The required level of protection cannot be had here; the text says why, in a sentence."""
