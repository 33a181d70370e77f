"""Runs untrusted Python.

    sandbox = open_sandbox()
    execution = await sandbox.run("print(6 * 7)")
    await sandbox.aclose()

Importing this package costs next to nothing: the parts are loaded when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codesteer.sandbox.execution import Execution as Execution
    from codesteer.sandbox.execution import Limits as Limits
    from codesteer.sandbox.execution import Outcome as Outcome
    from codesteer.sandbox.execution import SandboxUnavailable as SandboxUnavailable
    from codesteer.sandbox.opening import open_sandbox as open_sandbox
    from codesteer.sandbox.pool import Sandbox as Sandbox

__all__ = ["Execution", "Limits", "Outcome", "Sandbox", "SandboxUnavailable", "open_sandbox"]

_HOMES = {
    "Execution": "execution",
    "Limits": "execution",
    "Outcome": "execution",
    "Sandbox": "pool",
    "SandboxUnavailable": "execution",
    "open_sandbox": "opening",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
