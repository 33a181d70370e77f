"""Using more than one's share: memory, time, disk."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

_HANGS = {"wall_s": 0.6, "cpu_s": 8.0}
_NO_CONTROL = "that an endless loop does not end needs no proof"


def _hang(name: str, code: str) -> Attack:
    return Attack(
        name=name, code=code, judge="not timed out", limits=_HANGS, control="", why=_NO_CONTROL
    )


ATTACKS = [
    Attack(
        name="memory: growth of a list",
        code="""
hoard = []
while len(hoard) < 40:
    hoard.append(bytearray(b"x" * (10 << 20)))
won()
""",
    ),
    Attack(
        name="memory: one huge object",
        code="""
if len(bytes(400 << 20)):
    won()
""",
    ),
    Attack(
        name="memory: shared anonymous mapping",
        code="""
import mmap
area = mmap.mmap(-1, 400 << 20)
for at in range(0, 400 << 20, 4096):
    area[at] = 1
won()
""",
    ),
    Attack(
        name="memory: memfd files beyond the limit",
        code="""
fd = os.memfd_create("x")
for _ in range(40):
    os.write(fd, bytes(10 << 20))
won()
""",
    ),
    Attack(
        name="fill /dev/shm",
        code="""
with open("/dev/shm/" + MARK, "wb") as file:
    for _ in range(20):
        file.write(bytes(10 << 20))
won()
""",
    ),
    Attack(
        name="raise its own limits",
        code="""
import resource
free = resource.RLIM_INFINITY
resource.setrlimit(resource.RLIMIT_AS, (free, free))
if resource.getrlimit(resource.RLIMIT_AS)[0] == free:
    won()
""",
    ),
    _hang("CPU loop", "while True: pass"),
    _hang(
        "CPU loop that ignores SIGTERM, SIGXCPU, SIGALRM, SIGINT",
        """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True: pass
""",
    ),
    _hang("CPU loop in C", "x = (10 ** 9) ** (10 ** 7)"),
    _hang(
        "swallow every exception",
        """
while True:
    try:
        while True: pass
    except BaseException:
        pass
""",
    ),
    _hang("sleep for ever", "time.sleep(10 ** 6)"),
    _hang(
        "stop itself by SIGSTOP",
        """
import signal
while True:
    os.kill(os.getpid(), signal.SIGSTOP)
""",
    ),
    _hang(
        "read standard input for ever",
        """
while True:
    sys.stdin.read()
""",
    ),
    Attack(
        name="one huge file",
        code="""
with open("big", "wb") as file:
    for _ in range(20):
        file.write(bytes(10 << 20))
won()
""",
    ),
    Attack(
        name="many files of 50 MB",
        code="""
for number in range(4):
    with open(f"big{number}", "wb") as file:
        for _ in range(5):
            file.write(bytes(10 << 20))
            file.flush()
time.sleep(0.3)
won()
""",
    ),
    Attack(
        name="20000 small files",
        code="""
for number in range(20000):
    open(f"small{number}", "w").close()
won()
""",
    ),
]
