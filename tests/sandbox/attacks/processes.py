"""Making processes, and outliving the run."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

_DAEMON = """
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    {close}
    time.sleep(5)
    os._exit(0)
os.wait()
"""

# Prints the mark and leaves: 64-bit ELF for x86_64, header and code in one.
_TINY_ELF = """
import struct
code = (b"\\xb8\\x01\\0\\0\\0\\xbf\\x01\\0\\0\\0\\x48\\x8d\\x35\\x10\\0\\0\\0\\xba\\x06\\0\\0\\0\\x0f\\x05"
        b"\\xb8\\x3c\\0\\0\\0\\x31\\xff\\x0f\\x05" + b"PW" + b"NED" + bytes([10]))
base, size = 0x400000, 120 + len(code)
elf = b"\\x7fELF\\x02\\x01\\x01" + bytes(9)
elf += struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, base + 120, 64, 0, 0, 64, 56, 1, 0, 0, 0)
elf += struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, size, size, 4096) + code
"""

ATTACKS = [
    Attack(
        name="fork bomb",
        code="""
children = 0
try:
    for _ in range(60):
        if os.fork() == 0:
            time.sleep(1.5)
            os._exit(0)
        children += 1
finally:
    if children >= 50:
        won()
""",
    ),
    Attack(
        name="double-forked daemon with a session of its own survives",
        code=_DAEMON.format(close="os.closerange(0, 64)"),
        judge="left process",
    ),
    Attack(
        name="daemon keeps the stdout pipe open",
        code=_DAEMON.format(close="pass"),
        judge="slow",
    ),
    Attack(
        name="thread bomb",
        code="""
import threading
threading.stack_size(64 * 1024)
end = threading.Event()
count = 0
try:
    while count < 1000:
        threading.Thread(target=end.wait, args=(5,), daemon=True).start()
        count += 1
except RuntimeError:
    pass
if count >= 1000:
    won()
end.set()
""",
    ),
    Attack(
        name="execv /bin/sh",
        code="""
os.execv("/bin/sh", ["sh", "-c", "echo PW''NED"])
""",
    ),
    Attack(
        name="subprocess with a shell",
        code="""
import subprocess
print(subprocess.run("echo PW''NED", shell=True, capture_output=True, text=True).stdout)
""",
    ),
    Attack(
        name="memfd_create and execveat of a binary",
        code=_TINY_ELF
        + """
fd = os.memfd_create("x")
os.write(fd, elf)
empty = (ctypes.c_char_p * 1)(None)
names = (ctypes.c_char_p * 2)(b"x", None)
syscall("execveat", fd, b"", names, empty, 0x1000)
""",
        machine="x86_64",
    ),
    Attack(
        name="setuid binaries possible (no NO_NEW_PRIVS)",
        code="""
if _libc.prctl(39, 0, 0, 0, 0) == 0:
    won()
""",
    ),
    Attack(
        name="SysV shared memory outlives the process",
        code="""
segment = syscall("shmget", 0, 4096, 0o1600)
if segment >= 0:
    won(f"SHM {segment}")
""",
    ),
    Attack(
        name="os._exit(0) with a printed fake result",
        code="""
print("RESULT: pass" + "ed", flush=True)
os._exit(0)
""",
        judge="spoof",
        why="cannot be stopped: exit status and output are the snippet's own",
        control="",
    ),
    Attack(
        name="atexit and excepthook rewrite the exit status",
        code="""
import atexit
sys.excepthook = lambda *_: None
atexit.register(os._exit, 0)
print("RESULT: pass" + "ed", flush=True)
raise SystemExit(3)
""",
        judge="spoof",
        why="cannot be stopped: exit status and output are the snippet's own",
        control="",
    ),
    Attack(
        name="forge the runner's own result channel",
        code="""
for fd in range(3, 64):
    for forged in (b"value:answer\\n", b"started\\n", b'{"status": 0, "cpu_s": 0, "peak_mb": 0}'):
        try:
            os.write(fd, forged)
        except OSError:
            pass
os._exit(7)
""",
        judge="forged status",
        control="",
        why="without a sandbox there is no such channel",
    ),
]
