"""Giving up root, where the caller is root."""

from __future__ import annotations

import contextlib
import errno
import os

from codesteer.sandbox.inside import kernel
from codesteer.sandbox.inside.kernel import SetupError

FALLBACK_USER = 65534


def become(user: int | None) -> None:
    """Become the ordinary user with this id; nothing happens if we are one already."""
    if os.geteuid() != 0 or user is None:
        return
    # What we may keep is decided when we know whether it is needed.
    kernel.prctl("keep capabilities", kernel.PR_SET_KEEPCAPS, 1)
    try:
        _set_ids(user)
    except OSError:  # a container that maps few ids
        try:
            _set_ids(FALLBACK_USER)
        except OSError as error:
            raise SetupError("become an ordinary user", error.errno or 0) from error
    kernel.prctl("keep capabilities", kernel.PR_SET_KEEPCAPS, 0)


def drop_capabilities(roots: list[str], *, confined: bool) -> int:
    """Returns the capabilities that remain: none, but for one case.

    If we were root, and the interpreter lies where only root can reach it (below a private
    home, say), the right to pass through closed folders is kept, provided that what can be
    read is `confined` by Landlock. All that it adds then is names and sizes, which that
    level does not hide.
    """
    if not _reachable(roots) and confined:
        for capability in (kernel.CAP_DAC_READ_SEARCH, kernel.CAP_DAC_OVERRIDE):
            with contextlib.suppress(SetupError):  # not ours to keep
                kernel.set_capabilities(1 << capability)
                if _reachable(roots):
                    return 1 << capability
    kernel.set_capabilities(0)
    if not _reachable(roots):
        raise SetupError("reach the interpreter as an ordinary user", errno.EACCES)
    return 0


def _set_ids(user: int) -> None:
    with contextlib.suppress(PermissionError):  # refused where groups mean nothing
        os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _reachable(roots: list[str]) -> bool:
    try:
        for root in roots:
            os.close(os.open(root, os.O_RDONLY))
    except OSError:
        return False
    return True
