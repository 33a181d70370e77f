"""The few system calls that the standard library does not offer, by way of ctypes."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform

from codesteer.sandbox.inside.syscall_numbers import NUMBERS

ARCHITECTURES = {"x86_64": 0, "aarch64": 1}

CLONE_NEWNS = 0x00020000
CLONE_THREAD = 0x00010000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8
PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAP_LAST = 63
SECUREBITS_ALL_LOCKED = 0xEF  # noroot, no setuid fixup, no ambient raise; keep-caps off; all locked
CAPABILITY_VERSION_3 = 0x20080522

OPEN_TREE_CLONE = 1
OPEN_TREE_CLOEXEC = 0o2000000
MOVE_MOUNT_F_EMPTY_PATH = 4
AT_FDCWD = -100
AT_RECURSIVE = 0x8000
MOUNT_ATTR_RDONLY = 1
MOUNT_ATTR_NOSUID = 2
MOUNT_ATTR_NODEV = 4

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.mount.argtypes = [
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_ulong,
    ctypes.c_char_p,
]


class SetupError(Exception):
    """A step of the confinement was refused. Carries what is told to the other side."""

    def __init__(self, step: str, error: int) -> None:
        super().__init__(f"{step}: {os.strerror(error)}")
        self.step = step
        self.error = error


def machine() -> int:
    """Column of the running architecture in the table of numbers."""
    column = ARCHITECTURES.get(platform.machine())
    if column is None or ctypes.sizeof(ctypes.c_void_p) != 8:
        raise SetupError(f"architecture {platform.machine()}", 38)
    return column


def number(name: str) -> int:
    value = NUMBERS[name][machine()]
    if value is None:
        raise SetupError(f"system call {name}", 38)
    return value


def call(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """One system call; raises `SetupError` with its name."""
    # Every integer as a long: the C function is variadic and reads whole words.
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(_libc.syscall(ctypes.c_long(number(name)), *words))
    if result < 0:
        raise SetupError(name, ctypes.get_errno())
    return result


def prctl(step: str, option: int, *arguments: int) -> None:
    padded = [*arguments, 0, 0, 0, 0][:4]
    if _libc.prctl(ctypes.c_int(option), *(ctypes.c_ulong(a) for a in padded)) < 0:
        raise SetupError(step, ctypes.get_errno())


def mount(
    step: str, source: str, target: str, kind: str | None, flags: int, data: str | None = None
) -> None:
    result = _libc.mount(
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() if kind else None,
        flags,
        data.encode() if data else None,
    )
    if result < 0:
        raise SetupError(step, ctypes.get_errno())


def single_threaded() -> bool:
    """Asks the kernel: it refuses to unshare the thread group of a process with threads.
    Where it refuses any such call, /proc has to tell.
    """
    try:
        call("unshare", CLONE_THREAD)
    except SetupError as error:
        if error.error == errno.EINVAL:
            return False
        with contextlib.suppress(OSError):
            return len(os.listdir("/proc/self/task")) == 1
    return True


def set_capabilities(kept: int) -> None:
    """Permitted and effective become the bits `kept`; inheritable becomes empty."""
    header = CAPABILITY_VERSION_3.to_bytes(4, "little") + bytes(4)
    low, high = kept & 0xFFFFFFFF, kept >> 32
    words = (low, low, 0, high, high, 0)
    call("capset", header, b"".join(word.to_bytes(4, "little") for word in words))


def forgo_privileges() -> None:
    """No later step can gain anything: what is given up here is never needed again,
    neither by the zygote nor by the snippets that it forks.
    """
    prctl("ambient capabilities", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    for capability in range(CAP_LAST + 1):
        try:
            prctl("bounding set", PR_CAPBSET_DROP, capability)
        except SetupError as error:
            if error.error == 22:  # one past the kernel's last capability
                break
            if error.error == 1:  # an ordinary user has none to drop, and none to gain
                break
            raise
    try:
        prctl("securebits", PR_SET_SECUREBITS, SECUREBITS_ALL_LOCKED)
    except SetupError as error:
        if error.error != 1:
            raise
    prctl("no_new_privs", PR_SET_NO_NEW_PRIVS, 1)
