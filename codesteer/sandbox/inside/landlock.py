"""Which files a snippet may see the contents of, by Landlock."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterable

from codesteer.sandbox.inside import kernel
from codesteer.sandbox.inside.kernel import SetupError

CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1
RESTRICT_SELF_LOG_SAME_EXEC_OFF = 1

EXECUTE = 1 << 0
WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
REMOVE_DIR = 1 << 4
REMOVE_FILE = 1 << 5
MAKE_DIR = 1 << 7
MAKE_REG = 1 << 8
MAKE_SYM = 1 << 12
REFER = 1 << 13
TRUNCATE = 1 << 14

READABLE = READ_FILE | READ_DIR
SCRATCH = (
    READABLE
    | WRITE_FILE
    | REMOVE_DIR
    | REMOVE_FILE
    | MAKE_DIR
    | MAKE_REG
    | MAKE_SYM
    | REFER
    | TRUNCATE
)
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE  # the kernel refuses others on files

# Rights that each version of the interface added, by version.
_FIRST_RIGHTS = (1 << 13) - 1
_LATER_RIGHTS = {2: REFER, 3: TRUNCATE, 5: 1 << 15}
_TCP_BIND_AND_CONNECT = 3
_SCOPE_SOCKETS_AND_SIGNALS = 3


def interface_version() -> int:
    """Of the running kernel; `SetupError` where there is no Landlock."""
    return kernel.call("landlock_create_ruleset", None, 0, CREATE_RULESET_VERSION)


def file_rights(version: int) -> int:
    return _FIRST_RIGHTS | sum(right for at, right in _LATER_RIGHTS.items() if version >= at)


class Ruleset:
    """Denies everything that this kernel can deny, save what is allowed by `allow`."""

    def __init__(self, version: int) -> None:
        self.version = version
        self._rights = file_rights(version)
        attributes = struct.pack("<Q", self._rights)
        if version >= 4:
            attributes += struct.pack("<Q", _TCP_BIND_AND_CONNECT)
        if version >= 6:
            attributes += struct.pack("<Q", _SCOPE_SOCKETS_AND_SIGNALS)
        self._fd = kernel.call("landlock_create_ruleset", attributes, len(attributes), 0)

    def allow(self, path: str | int, rights: int) -> None:
        """`path` may be a descriptor. One that does not exist or cannot be reached is left
        out: a rule less means a right less.
        """
        opened = isinstance(path, str)
        try:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC) if isinstance(path, str) else path
        except OSError:
            return
        try:
            if not os.path.isdir(fd):
                rights &= OF_A_FILE
            rule = struct.pack("<Qi", rights & self._rights, fd)
            kernel.call("landlock_add_rule", self._fd, RULE_PATH_BENEATH, rule, 0)
        finally:
            if opened:
                os.close(fd)

    def restrict_self(self) -> None:
        # A snippet could flood the system's audit log with its refusals.
        flags = RESTRICT_SELF_LOG_SAME_EXEC_OFF if self.version >= 7 else 0
        kernel.call("landlock_restrict_self", self._fd, flags)

    def close(self) -> None:
        os.close(self._fd)


def allow_reading(ruleset: Ruleset, roots: Iterable[str], hidden: Iterable[str]) -> None:
    """Everything under `roots` but the contents of what is `hidden`. Rules only ever add
    rights, so around a hidden entry each of its neighbours gets a rule of its own.
    """
    for root in roots:
        _allow_reading(ruleset, root, [path for path in hidden if path.startswith(root + "/")])


def _allow_reading(ruleset: Ruleset, path: str, hidden: list[str]) -> None:
    if not hidden:
        ruleset.allow(path, READABLE)
        return
    ruleset.allow(path, READ_DIR)
    with contextlib.suppress(OSError):
        for name in os.listdir(path):
            entry = f"{path}/{name}"
            if entry not in hidden:
                below = [other for other in hidden if other.startswith(entry + "/")]
                _allow_reading(ruleset, entry, below)


def available() -> int:
    """Interface version, 0 without Landlock."""
    try:
        return interface_version()
    except SetupError:
        return 0
