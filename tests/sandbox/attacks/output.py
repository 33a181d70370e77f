"""What is written, and how a run ends."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

_FLOOD = """
line = b"x" * 65535 + b"\\n"
for _ in range(320):
    os.write({fd}, line)
"""
_NOTHING_TO_STOP = "a plain run survives it too; what counts is that the runner does"


def _harmless(name: str, code: str) -> Attack:
    return Attack(name=name, code=code, judge="runner upset", control="", why=_NOTHING_TO_STOP)


ATTACKS = [
    Attack(name="stdout flood", code=_FLOOD.format(fd=1), judge="flood"),
    Attack(name="stderr flood", code=_FLOOD.format(fd=2), judge="flood"),
    Attack(
        name="exception with a huge message",
        code="""
raise ValueError("x" * (100 << 20))
""",
        judge="flood",
        limits={"memory_mb": 1024},
    ),
    _harmless(
        "null bytes and invalid UTF-8",
        """
sys.stdout.buffer.write(b"\\0\\xff\\xfe\\x80abc\\0")
""",
    ),
    _harmless("lone surrogate", "print(chr(0xd800))"),
    Attack(
        name="write to /dev/tty",
        code="""
with open("/dev/tty", "w") as terminal:
    terminal.write("x")
won()
""",
        control="on a terminal",
    ),
    Attack(
        name="TIOCSTI on a terminal",
        code="""
import fcntl, termios
for name in ("/dev/tty", "/dev/ptmx", "/dev/console", "/dev/tty0"):
    try:
        fcntl.ioctl(os.open(name, os.O_RDWR), termios.TIOCSTI, b"x")
        won(name)
    except OSError:
        pass
for fd in (0, 1, 2):
    try:
        fcntl.ioctl(fd, termios.TIOCSTI, b"x")
        won(str(fd))
    except OSError:
        pass
""",
        control="on a terminal",
    ),
    _harmless(
        "deep recursion in C",
        """
sys.setrecursionlimit(10 ** 8)
nested = []
for _ in range(2 * 10 ** 5):
    nested = [nested]
repr(nested)
""",
    ),
    _harmless("null pointer", "ctypes.string_at(0)"),
    _harmless("abort, and a core file", "os.abort()"),
]
