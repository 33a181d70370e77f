"""Reading what is not the snippet's to read: files, environments, memory."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

_EVERY_ENVIRON = """
for entry in os.listdir("/proc"):
    if entry.isdigit():
        try:
            print(open(f"/proc/{entry}/environ").read())
        except OSError:
            pass
"""

ATTACKS = [
    Attack(
        name="read /etc/passwd",
        code="""
if "root:" in open("/etc/passwd").read():
    won()
""",
    ),
    Attack(
        name="read a private key below ~/.ssh",
        code="""
print(open(SECRET_FILE).read())
""",
        judge="leak",
    ),
    Attack(
        name="list the home directory",
        code="""
if ".ssh" in os.listdir(HOME):
    won()
""",
    ),
    Attack(
        name="API key in its own os.environ",
        code="""
print(dict(os.environ))
""",
        judge="leak",
    ),
    Attack(
        name="API key through /proc/<ppid>/environ",
        code="""
for pid in (os.getppid(), PARENT):
    try:
        print(open(f"/proc/{pid}/environ").read())
    except OSError:
        pass
""",
        judge="leak",
    ),
    Attack(name="API key: scan every /proc/*/environ", code=_EVERY_ENVIRON, judge="leak"),
    Attack(
        name="list processes in /proc",
        code="""
if sum(name.isdigit() for name in os.listdir("/proc")) > 1:
    won()
""",
    ),
    Attack(
        name="read the zygote's memory for a previous snippet",
        first="""
treasure = "sk-" + "decoy-" + FIRST_TOKEN_TAIL
keep = [treasure] * 10
""",
        code="""
import gc
found = [o for o in gc.get_objects() if isinstance(o, (dict, list, tuple))]
for container in found:
    values = container.values() if isinstance(container, dict) else container
    for value in list(values):
        if isinstance(value, str) and "sk-" + "decoy-" in value:
            print(value)
frame = sys._getframe()
while frame:
    print({**frame.f_locals}.keys(), [v for v in frame.f_locals.values() if isinstance(v, str)])
    frame = frame.f_back
""",
        judge="leak",
        control="",
        why="a fresh process has no previous snippet",
    ),
    Attack(
        name="/proc/self/mem opened for writing",
        code="""
with open("/proc/self/mem", "r+b", buffering=0):
    won()
""",
    ),
    Attack(
        name="/proc/<ppid>/mem opened for writing",
        code="""
with open(f"/proc/{PARENT}/mem", "r+b", buffering=0):
    won()
""",
    ),
    Attack(
        name="process_vm_readv of the caller",
        code="""
class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
buffer = ctypes.create_string_buffer(TOKEN_LENGTH)
here = Vector(ctypes.addressof(buffer), TOKEN_LENGTH)
there = Vector(TOKEN_ADDRESS, TOKEN_LENGTH)
syscall("process_vm_readv", PARENT, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
print(buffer.raw)
""",
        judge="leak",
    ),
    Attack(
        name="use inherited descriptors",
        code="""
for fd in range(3, 1024):
    try:
        print(fd, os.pread(fd, 200, 0))
    except OSError:
        pass
    try:
        os.write(fd, b"x")
    except OSError:
        pass
""",
        judge="leak",
    ),
    Attack(
        name="symlink in scratch to a secret, read through it",
        code="""
os.symlink(SECRET_FILE, "innocent")
print(open("innocent").read())
""",
        judge="leak",
    ),
    Attack(
        name="hard link of a secret in scratch",
        code="""
os.link(SECRET_FILE, "innocent")
print(open("innocent").read())
""",
        judge="leak",
    ),
    Attack(
        name="traversal by .. and by openat from a directory descriptor",
        code="""
up = "../" * 12
try:
    print(open(up + SECRET_FILE).read())
except OSError:
    pass
here = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
print(open(os.open(up + SECRET_FILE, os.O_RDONLY, dir_fd=here)).read())
""",
        judge="leak",
    ),
]
