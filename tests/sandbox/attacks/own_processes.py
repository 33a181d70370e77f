"""Our own: the runner, its channels and its verdict."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

_NO_CHANNEL = "without a sandbox there is no such thing"


def _on_the_runner(name: str, code: str, judge: str, **limits: float) -> Attack:
    return Attack(name=name, code=code, judge=judge, control="", why=_NO_CHANNEL, limits=limits)


ATTACKS = [
    _on_the_runner(
        "a wrong result made to look like a failure of the sandbox: exit status 125",
        "os._exit(125)",
        "sandbox blamed",
    ),
    _on_the_runner(
        "the same: close everything and die",
        """
os.closerange(0, 64)
ctypes.string_at(0)
""",
        "sandbox blamed",
    ),
    _on_the_runner(
        "the same: kill the zygote",
        """
for pid in {os.getppid(), 1, 2, ZYGOTE} - {os.getpid(), 0}:
    for number in (9, 15, 19):
        try:
            os.kill(pid, number)
        except OSError:
            pass
raise SystemExit(3)
""",
        "sandbox blamed",
    ),
    _on_the_runner(
        "the same: a set-up error on the status pipe",
        """
os.write(3, b"SetupError: mount: EPERM" + bytes([10]))
os._exit(125)
""",
        "sandbox blamed",
    ),
    _on_the_runner(
        "fill the status pipe",
        """
os.set_blocking(3, False)
try:
    for _ in range(10000):
        os.write(3, b"x" * 4096)
except OSError:
    pass
while True:
    time.sleep(1)
""",
        "not timed out",
        wall_s=0.6,
    ),
    _on_the_runner(
        "hang in atexit and in threads",
        """
import atexit, threading
atexit.register(time.sleep, 1000)
threading.Thread(target=time.sleep, args=(1000,)).start()
""",
        "not timed out",
        wall_s=0.6,
    ),
    _on_the_runner(
        "hang in the destructor of the result",
        """
class Slow:
    def __str__(self):
        while True: pass
result = Slow()
""",
        "not timed out",
        wall_s=0.6,
        cpu_s=10.0,
    ),
    _on_the_runner(
        "CPU in many threads beyond the CPU limit",
        """
import hashlib, threading
def burn():
    while True:
        hashlib.pbkdf2_hmac("sha256", b"x", b"y", 200000)
for _ in range(4):
    threading.Thread(target=burn).start()
""",
        "not timed out",
        wall_s=20.0,
        cpu_s=1.0,
    ),
]
