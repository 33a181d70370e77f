"""Where keys come from: the environment, else the system's keyring. They are never kept or shown."""

from __future__ import annotations

import os

SERVICE = "pytest-symbench"
"""The keyring's service under which keys are looked up, by the name of their variable."""


def key(variable: str) -> str | None:
    """The key of a variable: its value, else what ``keyring set pytest-symbench VARIABLE`` kept."""
    if found := os.environ.get(variable):
        return found
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(SERVICE, variable) or None
    except KeyringError:  # no keyring runs, or it is locked: as if it had none
        return None


def missing(model: str, variable: str, *, otherwise: str = "") -> str:
    """What to do about a key that is nowhere, in a sentence."""
    return (
        f"the model {model} needs a key: set the environment variable {variable}, or keep it "
        f"with `keyring set {SERVICE} {variable}` (pip install keyring){otherwise}"
    )
