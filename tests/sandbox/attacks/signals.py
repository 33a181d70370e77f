"""Reaching other processes of the same user."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

ATTACKS = [
    Attack(
        name="ptrace SEIZE of a same-user process",
        code="""
if syscall("ptrace", 0x4206, VICTIM, 0, 0) == 0:
    won()
""",
    ),
    Attack(
        name="kill(parent, 0)",
        code="""
for pid in {os.getppid(), PARENT} - {0}:
    try:
        os.kill(pid, 0)
        won()
    except OSError:
        pass
""",
    ),
    Attack(
        name="kill -9 of a same-user process",
        code="""
os.kill(VICTIM, 9)
""",
        judge="victim dead",
    ),
    Attack(
        name="kill(-1): may it signal anybody else?",
        code="""
os.kill(-1, 0)
won()
""",
    ),
    Attack(
        name="signal its own process group",
        code="""
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for group in (0, os.getpgrp()):
    try:
        os.killpg(group, signal.SIGTERM) if group else os.kill(0, signal.SIGTERM)
    except OSError:
        pass
""",
        judge="victim dead",
        control="victim's group",
    ),
    Attack(
        name="pidfd_open and pidfd_send_signal",
        code="""
fd = syscall("pidfd_open", VICTIM, 0)
if fd >= 0 and syscall("pidfd_send_signal", fd, 0, None, 0) == 0:
    won()
""",
    ),
    Attack(
        name="F_SETOWN and SIGIO to a victim",
        code="""
import fcntl
reader, writer = os.pipe()
fcntl.fcntl(reader, fcntl.F_SETOWN, VICTIM)
fcntl.fcntl(reader, 10, 9)
fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC)
os.write(writer, b"x")
""",
        judge="victim dead",
    ),
    Attack(
        name="prlimit of another process",
        code="""
import resource
resource.prlimit(VICTIM, resource.RLIMIT_NOFILE, (10, 10))
won()
""",
    ),
    Attack(
        name="renice and affinity of another process",
        code="""
try:
    os.setpriority(os.PRIO_PROCESS, VICTIM, 19)
    won()
except OSError:
    pass
os.sched_setaffinity(VICTIM, os.sched_getaffinity(0))
won()
""",
    ),
]
