"""The filter, for both architectures, run by a small interpreter of its language."""

from __future__ import annotations

import errno
import itertools
import re
import struct
from pathlib import Path

import pytest

from codesteer.sandbox.inside import bpf, seccomp
from codesteer.sandbox.inside.syscall_numbers import NUMBERS

COLUMNS = {"x86_64": 0, "aarch64": 1}
OWN = 4711
ALLOWED = "allowed"
KILLED = "killed"


def decide(code: bytes, number: int, *arguments: int, arch: int) -> str | int:
    """What the kernel would do: allowed, killed, or an errno."""
    words = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, arch, 0, *(w & (1 << 64) - 1 for w in words))
    instructions = list(struct.iter_unpack("<HBBI", code))
    at = accumulator = 0
    for _ in itertools.count():
        kind, if_true, if_false, value = instructions[at]
        at += 1
        if kind == bpf.LOAD:
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif kind == bpf.AND:
            accumulator &= value
        elif kind == bpf.JUMP:
            at += value
        elif kind == bpf.IF_EQUAL:
            at += if_true if accumulator == value else if_false
        elif kind == bpf.IF_AT_LEAST:
            at += if_true if accumulator >= value else if_false
        elif value == bpf.RET_ALLOW:
            return ALLOWED
        elif value == bpf.RET_KILL_PROCESS:
            return KILLED
        else:
            return int(value & 0xFFFF)
    raise AssertionError


class Filter:
    def __init__(self, machine: str, read_only: bool = False) -> None:
        self.column = COLUMNS[machine]
        self.arch = seccomp.AUDIT_ARCHITECTURES[self.column]
        self.code = seccomp.build(read_only=read_only, column=self.column).for_process(OWN)

    def __call__(self, name: str, *arguments: int) -> str | int:
        number = NUMBERS[name][self.column]
        assert number is not None
        return decide(self.code, number, *arguments, arch=self.arch)


@pytest.fixture(params=COLUMNS)
def calls(request: pytest.FixtureRequest) -> Filter:
    return Filter(request.param)


def test_every_free_call_is_allowed(calls: Filter) -> None:
    for name, rule in seccomp.policy(read_only=False).items():
        if NUMBERS[name][calls.column] is not None and rule == bpf.ALLOW:
            assert calls(name) == ALLOWED, name


def test_everything_else_is_refused(calls: Filter) -> None:
    listed = {NUMBERS[name][calls.column] for name in seccomp.policy(read_only=False)}
    for number in range(600):
        if number not in listed:
            expected = errno.ENOSYS if number >= 424 else errno.EPERM
            assert decide(calls.code, number, arch=calls.arch) == expected, number
    assert decide(calls.code, 0x40000000 | 1, arch=calls.arch) == errno.ENOSYS
    assert decide(calls.code, -1, arch=calls.arch) == errno.ENOSYS


def test_another_architecture_is_killed(calls: Filter) -> None:
    for arch in (0x40000003, 0x40000028, 0):
        assert decide(calls.code, 0, arch=arch) == KILLED


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("clone", (0x3D0F00,), ALLOWED),
        ("clone", (0x7D0F00,), ALLOWED),
        ("clone", (17,), errno.EPERM),
        ("clone", (0x3D0F00 | 0x10000000,), errno.EPERM),
        ("clone", (0x3D0F00 | 1 << 33,), errno.EPERM),
        ("kill", (OWN, 9), ALLOWED),
        ("kill", (0, 9), errno.EPERM),
        ("kill", (-1, 9), errno.EPERM),
        ("tgkill", (OWN, 3, 9), ALLOWED),
        ("tgkill", (OWN + 1, 3, 9), errno.EPERM),
        ("prlimit64", (0, 3), ALLOWED),
        ("prlimit64", (OWN, 3), ALLOWED),
        ("prlimit64", (1, 3), errno.EPERM),
        ("openat", (-100, 0, 0), ALLOWED),
        ("openat", (-100, 0, 0o102), ALLOWED),
        ("openat", (-100, 0, 0o1101), ALLOWED),
        ("openat", (-100, 0, 0o1000), errno.EOPNOTSUPP),
        ("openat", (-100, 0, 0o20000000 | 2), errno.EOPNOTSUPP),
        ("socketpair", (1, 1 | 0x80800), ALLOWED),
        ("socketpair", (1, 2), errno.EPERM),
        ("socketpair", (2, 1), errno.EPERM),
        ("sendto", (3, 0, 0, 0, 0), ALLOWED),
        ("sendto", (3, 0, 0, 0, 4096), errno.EPERM),
        ("sendto", (3, 0, 0, 0, 1 << 40), errno.EPERM),
        ("fcntl", (3, 3), ALLOWED),
        ("fcntl", (3, 8, OWN), errno.EPERM),
        ("fcntl", (3, 6), 0),
        ("fcntl", (3, 38), 0),
        ("ioctl", (0, 0x5401), ALLOWED),
        ("ioctl", (0, 0x5412), errno.ENOTTY),
        ("prctl", (15,), ALLOWED),
        ("prctl", (1, 0), errno.EPERM),
        ("clock_gettime", (1,), ALLOWED),
        ("clock_gettime", ((~OWN << 3) | 2,), errno.EPERM),
        ("madvise", (0, 0, 4), ALLOWED),
        ("madvise", (0, 0, 12), errno.EINVAL),
        ("futex", (0, 128), ALLOWED),
        ("futex", (0, 6), errno.ENOSYS),
        ("fchmodat", (), 0),
        ("utimensat", (), 0),
        ("fgetxattr", (), errno.EOPNOTSUPP),
    ],
)
def test_conditions(calls: Filter, name: str, arguments: tuple[int, ...], answer: object) -> None:
    assert calls(name, *arguments) == answer


@pytest.mark.parametrize("machine", COLUMNS)
def test_read_only(machine: str) -> None:
    calls = Filter(machine, read_only=True)
    assert calls("openat", -100, 0, 0o2000000) == ALLOWED
    for flags in (1, 2, 0o100, 0o1000, 0o20000000):
        assert calls("openat", -100, 0, flags) == errno.EROFS
    for name in ("mkdirat", "unlinkat", "renameat2", "linkat", "symlinkat", "ftruncate"):
        assert calls(name) == errno.EROFS
    assert calls("fchmodat") == errno.EROFS


def test_the_length_is_bounded(calls: Filter) -> None:
    assert len(calls.code) // 8 < 4096


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", COLUMNS)
def test_numbers_agree_with_the_headers(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip("no kernel headers")
    text = HEADERS[machine].read_text()
    known = {name: int(number) for name, number in re.findall(r"__NR_?(\w+) (\d+)\b", text)}
    known |= {name.removeprefix("3264_"): number for name, number in known.items()}
    if machine == "aarch64":  # where 64-bit machines use another name for the same call
        known |= {"newfstatat": known["fstatat"]}
    for name, numbers in NUMBERS.items():
        number = numbers[COLUMNS[machine]]
        if number is not None:
            assert known[name] == number, name
