"""Script and helper: runs a command as an ordinary user, and in poorer environments.

    python launching.py '{"user": 60888, ...}' COMMAND ...

As root it can do both; as an ordinary user the command runs as that user, and only
filters can be put around it.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from codesteer.sandbox.inside import kernel, seccomp
from codesteer.sandbox.inside.bpf import ALLOW, Check, Rule, assemble

# A user for each worker: the scene ends all processes of its user, and must not end a neighbour's.
ATTACKER = 60888 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
NOBODY = 65534
PROJECT = Path(__file__).parents[2]
# All that attackers may find and print; the tester's own environment may hold real keys.
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": "/"}


class Surroundings(TypedDict, total=False):
    """What the command finds."""

    user: int  # if we are root
    refused: dict[str, int]  # system call -> errno
    no_user_namespaces: bool  # by the kernel's own setting
    no_proc: bool
    keep_root: bool


def command(argv: list[str], **surroundings: object) -> list[str]:
    """The command line that runs `argv` so."""
    return [sys.executable, __file__, json.dumps({"user": ATTACKER, **surroundings}), *argv]


def run(argv: list[str], timeout: float = 300, **surroundings: object) -> str:
    """Its output; raises with its last words if it fails."""
    done = subprocess.run(
        command(argv, **surroundings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd="/",
        env=ENVIRONMENT,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"status {done.returncode}: {done.stderr[-3000:]}")
    return done.stdout


def is_root() -> bool:
    return os.geteuid() == 0


def docker_profile() -> dict[str, int]:
    """What Docker's default profile refuses to a container without capabilities."""
    names = "unshare setns mount umount2 pivot_root open_tree move_mount mount_setattr"
    return {**dict.fromkeys(names.split(), errno.EPERM), "clone3": errno.ENOSYS}


def without_landlock(error: int = errno.ENOSYS) -> dict[str, int]:
    names = "landlock_create_ruleset landlock_add_rule landlock_restrict_self"
    return dict.fromkeys(names.split(), error)


def _main(surroundings: Surroundings, argv: list[str]) -> None:
    if is_root() and not surroundings.get("keep_root"):
        _open_the_way()
    if surroundings.get("no_proc"):
        _cover_proc()
    if is_root() and not surroundings.get("keep_root"):
        os.setgroups([])
        os.setresgid(*[surroundings["user"]] * 3)
        os.setresuid(*[surroundings["user"]] * 3)
        kernel.prctl("dumpable", kernel.PR_SET_DUMPABLE, 1)
    if surroundings.get("no_user_namespaces"):
        _forbid_user_namespaces()
    if surroundings.get("refused"):
        _refuse(surroundings["refused"])
    os.execv(argv[0], argv)


def _open_the_way() -> None:
    """Where the interpreter lies in a folder that is closed to others (root's home), show it
    to the command at the same path, in a mount namespace that ends with the command."""
    needed = {os.path.realpath(path) for path in (sys.base_prefix, sys.prefix, str(PROJECT))}
    closed: dict[str, list[str]] = {}
    for path in needed:
        folders = [str(parent) for parent in reversed(Path(path).parents)]
        first = next((f for f in folders if not os.stat(f).st_mode & 0o001), None)
        if first is not None:
            closed.setdefault(first, []).append(path)
    if not closed:
        return
    _own_mounts()
    for folder, paths in closed.items():
        flags = kernel.OPEN_TREE_CLONE | kernel.OPEN_TREE_CLOEXEC | kernel.AT_RECURSIVE
        trees = {p: kernel.call("open_tree", kernel.AT_FDCWD, p.encode(), flags) for p in paths}
        kernel.mount("cover", "tmpfs", folder, "tmpfs", 0, "mode=755,size=1m")
        for path, tree in trees.items():
            os.makedirs(path, 0o755)
            target, empty = path.encode(), kernel.MOVE_MOUNT_F_EMPTY_PATH
            kernel.call("move_mount", tree, b"", kernel.AT_FDCWD, target, empty)


def _cover_proc() -> None:
    _own_mounts()
    kernel.mount("cover /proc", "tmpfs", "/proc", "tmpfs", 0, "mode=755,size=4k")


def _own_mounts() -> None:
    if not is_root():
        _own_user_namespace()
    kernel.call("unshare", kernel.CLONE_NEWNS)
    kernel.mount("private", "none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)


def _own_user_namespace() -> None:
    user, group = os.getuid(), os.getgid()
    kernel.call("unshare", kernel.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _forbid_user_namespaces() -> None:
    """In a user namespace of our own: the setting of the machine stays as it is."""
    _own_user_namespace()
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    kernel.set_capabilities(0)


def _refuse(refused: dict[str, int]) -> None:
    rules = {kernel.number(name): Rule(error=error) for name, error in refused.items()}
    if "unshare" in refused:
        namespaces = Check(0, (0,), 0x7E020080)
        rules[kernel.number("clone")] = Rule(checks=(namespaces,), otherwise=refused["unshare"])
    arch = seccomp.AUDIT_ARCHITECTURES[kernel.machine()]
    program = assemble(arch=arch, rules=rules, defaults=[(0, ALLOW)])
    kernel.prctl("no_new_privs", kernel.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.install(program.for_process(os.getpid()))


def can_become_ordinary() -> bool:
    """Root that can (a container may not let it), or an ordinary user already."""
    if not is_root():
        return True
    try:
        run([sys.executable, "-c", ""])
    except (AssertionError, OSError):
        return False
    return True


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]), sys.argv[2:])
