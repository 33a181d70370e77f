"""A small assembler for seccomp filters (classic BPF).

System calls are looked up by binary search: the kernel runs a new filter once for every
call number to find those that are always allowed, so a linear list costs half a
millisecond per snippet.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LOAD = 0x20  # ld [k]
JUMP = 0x05  # ja k
IF_EQUAL = 0x15
IF_AT_LEAST = 0x35
AND = 0x54
RETURN = 0x06

RET_KILL_PROCESS = 0x80000000
RET_ERRNO = 0x00050000
RET_ALLOW = 0x7FFF0000

NUMBER_AT = 0
ARCH_AT = 4
ARGUMENTS_AT = 16

OWN_PID = -1  # stands for the process's own id, which is known only after the fork
_OWN_PID_MARK = 0x7EADBEEF


@dataclass(frozen=True, slots=True)
class Check:
    """One argument, masked, must be one of `values` (its low 32 bits, as the kernel reads
    an int); `wide` wants the upper half to be zero as well.
    """

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to a call: `error` (``None``: allowed) unless it fails a check."""

    error: int | None = None
    checks: tuple[Check, ...] = ()
    otherwise: int = 1  # EPERM
    pretended: Check | None = None
    """Where this holds, the call seems to succeed and nothing is done."""


ALLOW = Rule()
Segment = tuple[int, Rule]  # holds from this number up to the next segment


class Program:
    """Instructions, with the places where the own process id belongs."""

    def __init__(self) -> None:
        self._code = bytearray()
        self._own_pid_at: list[int] = []

    def __len__(self) -> int:
        return len(self._code) // 8

    def add(self, code: int, value: int, if_true: int = 0, if_false: int = 0) -> None:
        if value == OWN_PID:
            self._own_pid_at.append(len(self._code) + 4)
            value = _OWN_PID_MARK
        self._code += struct.pack("<HBBI", code, if_true, if_false, value)

    def reserve_jump(self) -> int:
        self.add(JUMP, 0)
        return len(self) - 1

    def land(self, jump: int) -> None:
        """Make the reserved jump come here."""
        struct.pack_into("<I", self._code, jump * 8 + 4, len(self) - jump - 1)

    def for_process(self, pid: int) -> bytes:
        code = self._code
        for place in self._own_pid_at:
            struct.pack_into("<I", code, place, pid)
        return bytes(code)


def assemble(*, arch: int, rules: Mapping[int, Rule], defaults: Sequence[Segment]) -> Program:
    """`defaults` hold where no rule does; the first of them starts at number 0."""
    program = Program()
    program.add(LOAD, ARCH_AT)
    program.add(IF_EQUAL, arch, 1, 0)
    program.add(RETURN, RET_KILL_PROCESS)
    program.add(LOAD, NUMBER_AT)
    _search(program, _segments(rules, defaults))
    return program


def _segments(rules: Mapping[int, Rule], defaults: Sequence[Segment]) -> list[Segment]:
    starts = {start for start, _ in defaults} | set(rules) | {number + 1 for number in rules}
    segments: list[Segment] = []
    for start in sorted(starts):
        rule = rules.get(start)
        if rule is None:
            rule = [default for at, default in defaults if at <= start][-1]
        if not segments or segments[-1][1] != rule:
            segments.append((start, rule))
    return segments


def _search(program: Program, segments: Sequence[Segment]) -> None:
    if len(segments) == 1:
        _leaf(program, segments[0][1])
        return
    middle = len(segments) // 2
    # A conditional jump reaches 255 instructions only, a plain one any.
    program.add(IF_AT_LEAST, segments[middle][0], 0, 1)
    upper = program.reserve_jump()
    _search(program, segments[:middle])
    program.land(upper)
    _search(program, segments[middle:])


def _leaf(program: Program, rule: Rule) -> None:
    if rule.error is not None:
        program.add(RETURN, RET_ERRNO | rule.error)
        return
    if rule.pretended is not None:
        program.add(LOAD, ARGUMENTS_AT + 8 * rule.pretended.argument)
        for value in rule.pretended.values:
            program.add(IF_EQUAL, value, 0, 1)
            program.add(RETURN, RET_ERRNO)
    for check in rule.checks:
        low = ARGUMENTS_AT + 8 * check.argument
        if check.wide:
            program.add(LOAD, low + 4)
            program.add(IF_EQUAL, 0, 1, 0)
            program.add(RETURN, RET_ERRNO | rule.otherwise)
        program.add(LOAD, low)
        if check.mask != 0xFFFFFFFF:
            program.add(AND, check.mask)
        count = len(check.values)
        for index, value in enumerate(check.values):
            program.add(IF_EQUAL, value, count - index, 0)
        program.add(RETURN, RET_ERRNO | rule.otherwise)
    program.add(RETURN, RET_ALLOW)
