"""Our own: further corners of the kernel's interface."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

_ROOT_ONLY = "takes root outside as well"

ATTACKS = [
    Attack(
        name="processor time of another process by its clock",
        code="""
class Time(ctypes.Structure):
    _fields_ = [("s", ctypes.c_long), ("ns", ctypes.c_long)]
time_used = Time()
for pid in (PARENT, VICTIM):
    if syscall("clock_gettime", (~pid << 3) | 2, ctypes.byref(time_used)) == 0:
        won(str(time_used.ns))
""",
    ),
    Attack(
        name="capabilities of another process by capget",
        code="""
header = (ctypes.c_uint32 * 2)(0x20080522, VICTIM)
data = (ctypes.c_uint32 * 6)()
if syscall("capget", ctypes.byref(header), ctypes.byref(data)) == 0:
    won()
""",
    ),
    Attack(
        name="does a process exist? by getpgid, getsid, scheduling",
        code="""
for question in (lambda: os.getpgid(VICTIM), lambda: os.getsid(VICTIM),
                 lambda: os.sched_getscheduler(VICTIM), lambda: os.sched_getparam(VICTIM),
                 lambda: os.sched_getaffinity(VICTIM),
                 lambda: os.getpriority(os.PRIO_PROCESS, VICTIM)):
    try:
        question()
        won()
    except OSError:
        pass
if syscall("ioprio_get", 1, VICTIM) >= 0 or syscall("get_robust_list", VICTIM, 0, 0) >= 0:
    won()
""",
    ),
    Attack(
        name="inotify on the home",
        code="""
fd = syscall("inotify_init1", 0)
if fd >= 0 and syscall("inotify_add_watch", fd, HOME.encode(), 0xFFF) >= 0:
    won()
""",
    ),
    Attack(
        name="fanotify",
        code="""
if syscall("fanotify_init", 0x200, 0) >= 0:
    won()
""",
        control="if the host allows it",
    ),
    Attack(
        name="timer that outlives limits: timer_create",
        code="""
timer = ctypes.c_int()
if syscall("timer_create", 1, None, ctypes.byref(timer)) == 0:
    won()
""",
    ),
    Attack(
        name="flood of queued signals",
        code="""
import signal
signal.signal(34, signal.SIG_IGN)
info = (ctypes.c_int * 32)(34, 0, -1)
if syscall("rt_sigqueueinfo", os.getpid(), 34, ctypes.byref(info)) == 0:
    won()
""",
    ),
    Attack(
        name="set the clock",
        code="""
now = (ctypes.c_long * 2)(10**9, 0)
if syscall("clock_settime", 0, ctypes.byref(now)) == 0 or syscall("settimeofday", now, None) == 0:
    won()
""",
        control="",
        why=_ROOT_ONLY,
    ),
    Attack(
        name="POSIX message queue, SysV queue and semaphores",
        code="""
if syscall("mq_open", MARK.encode(), 0o102, 0o600, None) >= 0:
    won("MQ 1")
queue = syscall("msgget", 0, 0o1600)
if queue >= 0:
    won(f"MSG {queue}")
semaphores = syscall("semget", 0, 1, 0o1600)
if semaphores >= 0:
    won(f"SEM {semaphores}")
""",
    ),
    Attack(
        name="own seccomp filter with a listener",
        code="""
if _libc.prctl(38, 1, 0, 0, 0) == 0 and _libc.prctl(36, 1, 0, 0, 0) == 0:
    won("subreaper")
instruction = (ctypes.c_uint64 * 1)(0x7FFF000000000006)
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
program = Program(1, ctypes.addressof(instruction))
if syscall("seccomp", 1, 8, ctypes.byref(program)) >= 0:
    won()
""",
    ),
    Attack(
        name="outlive the zygote: clear the parent-death signal",
        code="""
if _libc.prctl(1, 0, 0, 0, 0) == 0:
    won()
""",
    ),
    Attack(
        name="let others trace: dumpable and PR_SET_PTRACER",
        code="""
if _libc.prctl(4, 1, 0, 0, 0) == 0 or _libc.prctl(0x59616D61, -1, 0, 0, 0) == 0:
    won()
""",
    ),
    Attack(
        name="real-time and idle scheduling",
        code="""
zero = (ctypes.c_int * 1)(0)
if syscall("sched_setscheduler", 0, 5, ctypes.byref(zero)) == 0:
    won()
if syscall("ioprio_set", 1, VICTIM, 3 << 13) == 0:
    won()
""",
    ),
    Attack(
        name="lock memory",
        code="""
import mmap
area = mmap.mmap(-1, 1 << 20)
if syscall("mlock", ctypes.addressof(ctypes.c_char.from_buffer(area)), 1 << 20) == 0:
    won()
if syscall("mlockall", 1) == 0:
    won()
""",
    ),
    Attack(
        name="local descriptor table",
        code="""
description = (ctypes.c_uint32 * 4)(0, 0, 0xFFFFF, 0x51)
if syscall("modify_ldt", 1, ctypes.byref(description), 16) == 0:
    won()
""",
        machine="x86_64",
        control="if the host allows it",
    ),
    Attack(
        name="memory placement of another process",
        code="""
nodes = (ctypes.c_ulong * 16)(1)
if syscall("migrate_pages", VICTIM, 2, ctypes.byref(nodes), ctypes.byref(nodes)) >= 0:
    won()
if syscall("move_pages", VICTIM, 0, None, None, None, 0) >= 0:
    won()
""",
        control="if the host allows it",
    ),
    Attack(
        name="merge equal pages, evict shared pages, look into the page cache",
        code="""
import mmap
area = mmap.mmap(-1, 1 << 16)
address = ctypes.addressof(ctypes.c_char.from_buffer(area))
if syscall("mincore", address, 4096, ctypes.create_string_buffer(16)) == 0:
    won("mincore")
for advice in (12, 20, 21, 100):
    if syscall("madvise", address, 4096, advice) == 0:
        won(str(advice))
if syscall("membarrier", 1, 0, 0) == 0:
    won("membarrier")
""",
    ),
    Attack(
        name="kernel memory and messages by file locks",
        code="""
import fcntl, struct
lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 1, 0)
with open("locked", "wb") as one, open("locked", "wb") as other:
    fcntl.fcntl(one, 37, lock)
    try:
        fcntl.fcntl(other, 37, lock)
    except OSError:
        won()
""",
    ),
    Attack(
        name="priority-inheriting futex",
        code="""
word = ctypes.c_uint32(0)
for operation in (6, 8, 13):
    if syscall("futex", ctypes.addressof(word), operation | 128, 0, None, None, 0) == 0:
        won(str(operation))
""",
    ),
    Attack(
        name="calls newer than the list: openat2, faccessat and friends by number",
        code="""
class How(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64)]
how = How(os.O_RDONLY, 0, 0)
fd = syscall("openat2", -100, SECRET_FILE.encode(), ctypes.byref(how), 24)
if fd >= 0:
    won("openat2")
if syscall("process_madvise", -1, 0, 0, 0, 0) == -1 and ctypes.get_errno() == 9:
    won("process_madvise")
if syscall("memfd_secret", 0) >= 0:
    won("memfd_secret")
""",
    ),
]
