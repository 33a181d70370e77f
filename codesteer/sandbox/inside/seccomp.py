"""Which system calls a snippet may make.

An allow-list: what Python, numpy, scipy, sympy, threads and asyncio need on files and
memory of their own. Nothing that starts a process, opens a socket, looks at or signals
another process, or makes a kernel object that outlives the snippet.
"""

from __future__ import annotations

import ctypes
import errno

from codesteer.sandbox.inside import kernel
from codesteer.sandbox.inside.bpf import ALLOW, OWN_PID, Check, Program, Rule, assemble
from codesteer.sandbox.inside.kernel import SetupError
from codesteer.sandbox.inside.syscall_numbers import NUMBERS

AUDIT_ARCHITECTURES = (0xC000003E, 0xC00000B7)  # x86_64, aarch64
X32_BIT = 0x40000000
FIRST_NEW_CALL = 424  # from here on "not implemented" makes libc fall back to older calls

SECCOMP_SET_MODE_FILTER = 1
SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4

_FREE = """
read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek
close close_range dup dup2 dup3 pipe pipe2 poll ppoll select pselect6
epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd eventfd2
timerfd_settime timerfd_gettime sendfile copy_file_range fsync fdatasync
stat fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat
getdents getdents64 getcwd chdir fchdir umask statfs fstatfs
mmap munmap mremap mprotect brk msync
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait
sigaltstack pause alarm setitimer getitimer getpid gettid getppid getpgrp
getuid geteuid getgid getegid getresuid getresgid getgroups exit exit_group wait4 waitid
set_tid_address set_robust_list rseq sched_yield sched_get_priority_max
sched_get_priority_min getrlimit setrlimit getrusage times sysinfo uname getcpu nanosleep
gettimeofday time getrandom restart_syscall recvfrom getsockopt getsockname getpeername
shutdown
""".split()  # noqa: SIM905  # a list would be a hundred lines

_CHANGING_FILES = """
ftruncate fallocate mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2
link linkat symlink symlinkat
""".split()  # noqa: SIM905

# Landlock does not govern these, and programs that copy files insist on them: they seem
# to succeed and do nothing.
_PRETENDED = "chmod fchmod fchmodat utime utimes futimesat utimensat".split()  # noqa: SIM905

_UNSUPPORTED = """
getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr setxattr lsetxattr fsetxattr
""".split()  # noqa: SIM905

_SELF = (0, OWN_PID)
_PRCTL = (3, 15, 16, 21, 23, 39, 0x53564D41)  # reading flags; names of threads and mappings
_FCNTL = (0, 1, 2, 3, 4, 5, 36, 1030)  # copies, flags, is it locked?
# Nobody shares a file with a snippet, so a lock may as well do nothing. Real ones take
# kernel memory that no limit bounds, and let concurrent snippets talk by way of a library.
_LOCKS = Check(1, (6, 7, 37, 38))
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is a tty? its size; bytes ready
_FUTEX = (0, 1, 3, 4, 5, 9, 10)  # wait, wake, requeue; none with priority inheritance
# Clocks of the system and of the caller. Negative ones are other processes' processor time.
_CLOCKS = tuple(range(12))
# Advice on memory of one's own: none on merging equal pages or on evicting shared ones.
_ADVICE = (0, 1, 2, 3, 4, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19)
_THREAD_FLAGS = 0x3D0F00  # exactly what libc passes; musl adds the ignored 0x400000

_ACCESS_MODE, _CREATE, _TRUNCATE, _TEMPORARY = 3, 0o100, 0o1000, 0o20000000
_WRITING = _ACCESS_MODE | _CREATE | _TRUNCATE | _TEMPORARY
# Every combination but "read only, and truncate": before ABI 3 Landlock lets that pass.
# A nameless file (O_TMPFILE) would escape the count of what is on the disk.
_OPEN_VALUES = (0, 1, 2, 1 | _TRUNCATE, 2 | _TRUNCATE)
_OPEN_MASK = _ACCESS_MODE | _TRUNCATE | _TEMPORARY


def _conditional(read_only: bool) -> dict[str, Rule]:
    def opening(argument: int) -> Rule:
        if read_only:
            return Rule(checks=(Check(argument, (0,), _WRITING),), otherwise=errno.EROFS)
        return Rule(checks=(Check(argument, _OPEN_VALUES, _OPEN_MASK),), otherwise=errno.EOPNOTSUPP)

    own = Rule(checks=(Check(0, _SELF),))
    return {
        "open": opening(1),
        "openat": opening(2),
        "clone": Rule(checks=(Check(0, (_THREAD_FLAGS,), ~0x400000 & 0xFFFFFFFF, wide=True),)),
        "kill": Rule(checks=(Check(0, (OWN_PID,)),)),
        "tgkill": Rule(checks=(Check(0, (OWN_PID,)),)),
        "tkill": Rule(checks=(Check(0, (OWN_PID,)),)),
        "prlimit64": own,
        "sched_getaffinity": own,
        "sched_setaffinity": own,
        "sched_getparam": own,
        "sched_getscheduler": own,
        "getpgid": own,
        "getsid": own,
        "getpriority": Rule(checks=(Check(0, (0,)), Check(1, _SELF))),
        "prctl": Rule(checks=(Check(0, _PRCTL),)),
        "fcntl": Rule(checks=(Check(1, _FCNTL),), pretended=_LOCKS),
        "ioctl": Rule(checks=(Check(1, _IOCTL),), otherwise=errno.ENOTTY),
        "clock_gettime": Rule(checks=(Check(0, _CLOCKS),)),
        "clock_getres": Rule(checks=(Check(0, _CLOCKS),)),
        "clock_nanosleep": Rule(checks=(Check(0, _CLOCKS),)),
        "timerfd_create": Rule(checks=(Check(0, _CLOCKS),)),
        "madvise": Rule(checks=(Check(2, _ADVICE),), otherwise=errno.EINVAL),
        "futex": Rule(checks=(Check(1, _FUTEX, 0x7F),), otherwise=errno.ENOSYS),
        # asyncio wakes itself through a pair of sockets. A pair of datagram sockets could
        # send to any socket of the host, a connected stream cannot.
        "socketpair": Rule(checks=(Check(0, (1,)), Check(1, (1,), ~0x80800 & 0xFFFFFFFF))),
        "sendto": Rule(checks=(Check(4, (0,), wide=True),)),
    }


def policy(*, read_only: bool) -> dict[str, Rule]:
    """Rule per call name; a name that is absent is refused."""
    rules = dict.fromkeys(_FREE, ALLOW)
    rules |= dict.fromkeys(_CHANGING_FILES, Rule(error=errno.EROFS) if read_only else ALLOW)
    rules |= dict.fromkeys(_PRETENDED, Rule(error=errno.EROFS if read_only else 0))
    rules |= dict.fromkeys(_UNSUPPORTED, Rule(error=errno.EOPNOTSUPP))
    return rules | _conditional(read_only)


def build(*, read_only: bool, column: int | None = None) -> Program:
    """The filter for the architecture of this `column` (of the running one)."""
    if column is None:
        column = kernel.machine()
    rules = {
        number: rule
        for name, rule in policy(read_only=read_only).items()
        if (number := NUMBERS[name][column]) is not None
    }
    refused, absent = Rule(error=errno.EPERM), Rule(error=errno.ENOSYS)
    defaults = [(0, refused), (FIRST_NEW_CALL, absent), (X32_BIT, absent)]
    return assemble(arch=AUDIT_ARCHITECTURES[column], rules=rules, defaults=defaults)


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def install(code: bytes) -> None:
    """From here on the calling process can do no more than the filter allows."""
    program = _FilterProgram(len(code) // 8, code)
    pointer = ctypes.addressof(program)
    try:
        # Without this flag older kernels slow the whole process down against speculation.
        kernel.call("seccomp", SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, pointer)
    except SetupError as error:
        if error.error != errno.EINVAL:
            raise
        kernel.call("seccomp", SECCOMP_SET_MODE_FILTER, 0, pointer)
