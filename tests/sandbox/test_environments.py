"""Poorer surroundings: the right level is chosen, said, and kept."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox import launching
from tests.sandbox.attacks import all_attacks

STAGE = Path(__file__).with_name("stage.py")
ATTACKS = {attack.name: attack for attack in all_attacks()}
PYTHON = sys.executable

# One of every kind, the quick ones: the whole suite runs in ordinary surroundings.
SAMPLE = [
    "read a private key below ~/.ssh",
    "API key: scan every /proc/*/environ",
    "API key through /proc/<ppid>/environ",
    "process_vm_readv of the caller",
    "use inherited descriptors",
    "symlink in scratch to a secret, read through it",
    "fork bomb",
    "double-forked daemon with a session of its own survives",
    "subprocess with a shell",
    "SysV shared memory outlives the process",
    "kill -9 of a same-user process",
    "F_SETOWN and SIGIO to a victim",
    "memory: growth of a list",
    "CPU loop",
    "many files of 50 MB",
    "write outside scratch",
    "chmod of a user's file outside",
    "truncate by O_RDONLY|O_TRUNC",
    "truncate(2) by path",
    "chmod 0 and a deep tree defeat the cleaning of scratch",
    "TCP connect to 127.0.0.1",
    "AF_UNIX connect to a host socket by path",
    "AF_UNIX datagram socketpair, sendto a host socket",
    "stdout flood",
    "unshare(NEWUSER)",
    "io_uring_setup",
    "processor time of another process by its clock",
    "read our own verifiers and solvers",
]
READS = {  # what the level `seccomp` does not promise to stop, for an ordinary user
    "read a private key below ~/.ssh",
    "API key: scan every /proc/*/environ",
    "API key through /proc/<ppid>/environ",
    "read our own verifiers and solvers",
}

DOCKER = {"refused": launching.docker_profile()}
UBUNTU = {"refused": {"mount": errno.EACCES}}
OLD_DOCKER = {"refused": {**launching.docker_profile(), **launching.without_landlock()}}

SURROUNDINGS: dict[str, tuple[dict[str, Any], str, str]] = {
    "an ordinary machine": ({}, "full", ""),
    "nobody": ({"user": launching.NOBODY}, "full", ""),
    "Docker": (DOCKER, "landlock", "EPERM from unshare: a container's seccomp profile"),
    "Docker with an old profile": (OLD_DOCKER, "seccomp", "Landlock refused (ENOSYS"),
    "Ubuntu 24.04": (UBUNTU, "landlock", "apparmor_restrict_unprivileged_userns"),
    "no user namespaces": (
        {"no_user_namespaces": True},
        "landlock",
        "ENOSPC from unshare: user.max_user_namespaces",
    ),
    "no /proc": ({"no_proc": True}, "landlock", "namespaces refused"),
    "no Landlock": ({"refused": launching.without_landlock()}, "full", "Landlock refused (ENOSYS"),
    "Landlock not enabled": (
        {"refused": launching.without_landlock(errno.EOPNOTSUPP)},
        "full",
        "EOPNOTSUPP from landlock_create_ruleset: in the kernel, but not enabled at boot",
    ),
    "a kernel without mount_setattr": ({"refused": {"mount_setattr": errno.ENOSYS}}, "full", ""),
}
AS_ROOT: dict[str, tuple[dict[str, Any], str, str]] = {
    "root": ({"keep_root": True}, "full", ""),
    "root in Docker": ({"keep_root": True, **DOCKER}, "landlock", "EPERM from unshare"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SURROUNDINGS)
@pytest.mark.usefixtures("ordinary")
def test_level_is_chosen_and_holds(name: str) -> None:
    surroundings, level, cause = SURROUNDINGS[name]
    _stage(surroundings, level, cause)


@pytest.mark.slow
@pytest.mark.parametrize("name", AS_ROOT)
def test_root_is_given_up(name: str) -> None:
    if not launching.is_root():
        pytest.skip("needs root")
    surroundings, level, cause = AS_ROOT[name]
    _stage(surroundings, level, cause)


def _stage(surroundings: dict[str, Any], level: str, cause: str) -> None:
    report = json.loads(launching.run([PYTHON, str(STAGE), "best", *SAMPLE], **surroundings))
    assert report["level"] == level, report["description"]
    assert cause in report["description"]
    results = report["results"]
    assert set(results) == set(SAMPLE)
    got_through = {name for name, seen in results.items() if seen["succeeded"]}
    assert got_through == (READS if level == "seccomp" else set())
    assert report["left_files"] == []
    assert report["left_processes"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("ordinary")
def test_first_version_of_landlock_stops_as_much() -> None:
    slow = {"not timed out", "neighbour touched", "slow"}
    names = [attack.name for attack in ATTACKS.values() if attack.judge not in slow]
    report = json.loads(launching.run([PYTHON, str(STAGE), "landlock@1", *names]))
    assert "Landlock 1," in report["description"]
    expected = {a.name for a in ATTACKS.values() if a.seen_at_landlock or a.judge == "spoof"}
    through = {name for name, seen in report["results"].items() if seen["succeeded"]}
    assert through == expected


OPEN = """
import json, sys
sys.path.insert(0, {project!r})
from codesteer.sandbox import SandboxUnavailable, open_sandbox
try:
    sandbox = open_sandbox(*{arguments!r}, **{options!r})
    print(json.dumps([sandbox.level, sandbox.describe()]))
    sandbox.close()
except SandboxUnavailable as missing:
    print(json.dumps(["unavailable", str(missing)]))
"""


def _open(surroundings: dict[str, Any], *arguments: str, **options: object) -> tuple[str, str]:
    code = OPEN.format(
        project=str(launching.PROJECT), arguments=arguments, options={"workers": 1, **options}
    )
    level, text = json.loads(launching.run([PYTHON, "-c", code], **surroundings))
    return level, text


NO_SECCOMP = {"refused": {**OLD_DOCKER["refused"], "seccomp": errno.ENOSYS}}


@pytest.mark.usefixtures("ordinary")
class TestRefusal:
    def test_below_the_default(self) -> None:
        level, why = _open(OLD_DOCKER)
        assert level == "unavailable"
        assert why.startswith("no sufficient sandbox on this machine: user namespaces refused")

    def test_below_what_is_required(self) -> None:
        level, why = _open(DOCKER, "full")
        assert level == "unavailable"
        assert "EPERM from unshare" in why

    def test_weaker_level_on_request(self) -> None:
        level, text = _open(OLD_DOCKER, "seccomp")
        assert level == "seccomp"
        assert "HOST FILES READABLE" in text

    def test_nothing_at_all(self) -> None:
        level, why = _open(NO_SECCOMP, "seccomp")
        assert level == "unavailable"
        assert "seccomp refused" in why

    def test_unsafe(self) -> None:
        level, text = _open(NO_SECCOMP, unsafe=True)
        assert level == "none"
        assert "UNPROTECTED" in text

    def test_unsafe_still_takes_the_best(self) -> None:
        assert _open(DOCKER, unsafe=True)[0] == "landlock"
