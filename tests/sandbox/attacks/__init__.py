"""Attacks on the sandbox, as data.

Every attack is a snippet of Python. `PWNED` in its output says that it got what it wanted;
where that shows elsewhere (a victim that dies, a file that changes), `judge` names the one
that looks. `control` says how to run the same snippet without a sandbox: there it has to
succeed, or the attack would prove nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

HELPERS = """
import ctypes, os, sys, time
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
def syscall(name, *arguments):
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _libc.syscall(ctypes.c_long(NR[name]), *words)
def won(text=""):
    sys.stdout.write("PW" "NED " + text + chr(10))
    sys.stdout.flush()
"""


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One snippet and how to tell whether it got through."""

    name: str
    code: str
    judge: str = "marker"
    first: str = ""
    """Run before it, as another snippet; the attack is on what that left behind."""

    beside: str = ""
    """Run at the same time, as another snippet; must print INTACT at its end."""

    control: str = "plain"
    """Way to run it unprotected; empty: no control is possible, `why` says why."""

    why: str = ""
    limits: dict[str, Any] = field(default_factory=dict)
    seen_at_landlock: bool = False
    """One of the named leaks of metadata of that level."""

    machine: str = ""
    """Only makes sense on this architecture."""


def all_attacks() -> list[Attack]:
    """The table of the design, then our own."""
    from tests.sandbox.attacks import (
        files,
        kernel_calls,
        libraries,
        limits,
        metadata,
        neighbours,
        network,
        output,
        own_calls,
        own_files,
        own_processes,
        processes,
        secrets,
        signals,
        traces,
    )

    modules = [secrets, processes, signals, limits, files, traces, network, output]
    modules += [kernel_calls, metadata, libraries, own_calls, own_files, own_processes, neighbours]
    return [attack for module in modules for attack in module.ATTACKS]
