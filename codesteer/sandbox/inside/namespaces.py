"""The outer wall of the level ``full``: namespaces and a file system of our own making.

Built once per zygote, because that is the dear part. There is no /proc, no /sys, no home
and no project in it: only the interpreter's libraries, read-only, and a few devices.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass

from codesteer.sandbox.inside import kernel
from codesteer.sandbox.inside.kernel import SetupError
from codesteer.sandbox.inside.wire import View

DEVICES = ("null", "zero", "full", "random", "urandom")
BOX = "/w/box"
OLD_ROOT = "/.old"
EMPTY = "/.empty"
_ALL = (
    kernel.CLONE_NEWUSER
    | kernel.CLONE_NEWNS
    | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWCGROUP
)
_READ_ONLY = kernel.MOUNT_ATTR_RDONLY | kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NODEV


@dataclass(frozen=True, slots=True)
class Inside:
    """What the process inside needs later, when it can no longer open these."""

    own_pid_namespace: int
    memory_figures: int


def detach_sources(view: View) -> dict[str, int]:
    """Copies of the mounts of all that will be visible, made while we are still root and
    can reach it: the interpreter may lie in a private home. Whoever is not root, or not
    allowed to mount, has none, and none to gain.
    """
    detached: dict[str, int] = {}
    if os.geteuid() != 0:
        return detached
    flags = kernel.OPEN_TREE_CLONE | kernel.OPEN_TREE_CLOEXEC | kernel.AT_RECURSIVE
    for path in _sources(view):
        with contextlib.suppress(SetupError):
            detached[path] = kernel.call("open_tree", kernel.AT_FDCWD, os.fsencode(path), flags)
    return detached


def _sources(view: View) -> list[str]:
    paths = [*view["roots"], *view["files"], *(f"/dev/{name}" for name in DEVICES)]
    return [path for path in paths if os.path.lexists(path)]


def enter(view: View, detached: dict[str, int], leave: Callable[[int], None]) -> Inside:
    """Returns in a new process, the first one of the new namespaces. The calling process
    stays outside to wait for it and then calls `leave` with its status; it never returns.
    """
    _unshare()
    _build_root(view, detached)
    for fd in detached.values():
        os.close(fd)
    socket.sethostname("sandbox")
    child = os.fork()
    if child:
        leave(child)
        raise AssertionError("the process outside came back")
    kernel.prctl("parent death signal", kernel.PR_SET_PDEATHSIG, 9)
    inside = Inside(
        own_pid_namespace=_open(f"{OLD_ROOT}/proc/self/ns/pid"),
        memory_figures=_open(f"{OLD_ROOT}/proc/self/statm"),
    )
    kernel.call("umount2", OLD_ROOT.encode(), kernel.MNT_DETACH)
    os.rmdir(OLD_ROOT)
    sealed = kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("seal root", "", "/", None, kernel.MS_REMOUNT | kernel.MS_BIND | sealed)
    return inside


def _unshare() -> None:
    # Read first: inside, before the maps are written, both are the overflow id.
    uid, gid = os.getuid(), os.getgid()
    kernel.prctl("dumpable", kernel.PR_SET_DUMPABLE, 1)  # or our own maps are not ours to write
    kernel.call("unshare", _ALL)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        try:
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
        except OSError as error:
            raise SetupError(name, error.errno or 0) from error


def _build_root(view: View, detached: dict[str, int]) -> None:
    kernel.mount("private mounts", "none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    # Handles, because the new root will cover one of the folders that lead to the sources.
    handles = {path: _open(path, os.O_PATH) for path in _sources(view) if path not in detached}
    new = next(path for path in ("/tmp", "/var", "/mnt", "/usr") if os.path.isdir(path))
    plain = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("mount tmpfs", "tmpfs", new, "tmpfs", plain, "size=1m,mode=755")
    os.chdir(new)
    for name in (OLD_ROOT, EMPTY, "/w", BOX, "/dev"):
        os.mkdir(new + name)
    for path in sorted([*handles, *detached]):
        if path in detached:
            target = _mount_point(new, path, detached[path])
            kernel.call(
                "move_mount",
                detached[path],
                b"",
                kernel.AT_FDCWD,
                os.fsencode(target),
                kernel.MOVE_MOUNT_F_EMPTY_PATH,
            )
        else:
            target = _mount_point(new, path, handles[path])
            source = f"/proc/self/fd/{handles[path]}"
            kernel.mount(f"bind {path}", source, target, None, kernel.MS_BIND | kernel.MS_REC)
            os.close(handles[path])
        if not path.startswith("/dev/"):
            _make_read_only(target)
    for path, target in [*view["links"], ["/tmp", BOX], ["/var/tmp", BOX]]:
        with contextlib.suppress(FileExistsError):  # /tmp exists if the interpreter lies in it
            os.makedirs(os.path.dirname(new + path), mode=0o755, exist_ok=True)
            os.symlink(target, new + path)
    for path in view["hidden"]:
        _cover(new, path)
    kernel.call("pivot_root", b".", OLD_ROOT[1:].encode())
    os.chdir("/")


def _mount_point(new: str, path: str, handle: int) -> str:
    target = new + path
    if os.path.isdir(handle):
        os.makedirs(target, mode=0o755, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o444))
    return target


def _cover(new: str, path: str) -> None:
    target = new + path
    if os.path.isdir(target):
        kernel.mount(f"hide {path}", new + EMPTY, target, None, kernel.MS_BIND)


def _make_read_only(target: str) -> None:
    attributes = b"".join(value.to_bytes(8, "little") for value in (_READ_ONLY, 0, 0, 0))
    try:
        kernel.call(
            "mount_setattr",
            kernel.AT_FDCWD,
            os.fsencode(target),
            kernel.AT_RECURSIVE,
            attributes,
            len(attributes),
        )
    except SetupError as error:
        if error.error != 38:
            raise
        for point in _mounts_below(target):  # kernels before 5.12
            _remount_read_only(point)


def _mounts_below(target: str) -> list[str]:
    with open("/proc/self/mountinfo") as file:
        points = [re.sub(r"\\(\d{3})", _unescape, line.split()[4]) for line in file]
    return [point for point in points if point == target or point.startswith(target + "/")]


def _unescape(match: re.Match[str]) -> str:
    return chr(int(match[1], 8))


def _remount_read_only(point: str) -> None:
    # A flag that the mount has from its owner must be repeated, or the kernel refuses.
    held = os.statvfs(point).f_flag & (kernel.MS_NOEXEC | 1024 | 2048)
    held |= 1 << 21 if os.statvfs(point).f_flag & 4096 else 0  # relatime, whose number differs
    flags = kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY
    flags |= kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount(f"read-only {point}", "", point, None, flags | held)


def _open(path: str, flags: int = os.O_RDONLY) -> int:
    try:
        return os.open(path, flags | os.O_CLOEXEC)
    except OSError as error:
        raise SetupError(f"open {path}", error.errno or 0) from error
