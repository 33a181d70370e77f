"""Our own: files, again."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

ATTACKS = [
    Attack(
        name="/proc/self/root and /proc/self/cwd as another way in",
        code="""
for start in ("/proc/self/root", "/proc/thread-self/root", f"/proc/{PARENT}/root", "/proc/1/root",
              "/proc/self/task/1/root"):
    try:
        print(open(start + SECRET_FILE).read())
    except OSError:
        pass
""",
        judge="leak",
    ),
    Attack(
        name="O_PATH handle, then reopened or linked",
        code="""
handle = os.open(SECRET_FILE, os.O_PATH)
for attempt in (lambda: open(f"/proc/self/fd/{handle}").read(),
                lambda: syscall("linkat", handle, b"", -100, b"copy", 0x1000) or open("copy").read(),
                lambda: open(f"/dev/fd/{handle}").read(),
                lambda: os.pread(handle, 100, 0)):
    try:
        print(attempt())
    except OSError:
        pass
""",
        judge="leak",
    ),
    Attack(
        name="kernel's own files: /proc/keys, /proc/kallsyms, /proc/sys, /sys",
        code="""
for path in ("/proc/keys", "/proc/kallsyms", "/proc/sys/kernel/hostname", "/proc/net/tcp",
             "/proc/self/mountinfo", "/proc/self/maps", "/sys/kernel/mm/transparent_hugepage/enabled",
             "/sys/class/net/lo/address", "/proc/version"):
    try:
        if open(path).read(1):
            won(path)
    except OSError:
        pass
""",
    ),
    Attack(
        name="become the kernel's first victim, or its last: oom_score_adj",
        code="""
with open("/proc/self/oom_score_adj", "w") as file:
    file.write("1000")
won()
""",
    ),
    Attack(
        name="disk: unlinked files that are held open",
        code="""
held = []
for number in range(7):
    file = open(f"f{number}", "wb", buffering=0)
    os.unlink(f"f{number}")
    held.append(file)
    for _ in range(3):
        file.write(bytes(10 << 20))
time.sleep(0.3)
won()
""",
    ),
    Attack(
        name="disk: nameless files (O_TMPFILE)",
        code="""
held = []
for number in range(7):
    held.append(os.open(".", os.O_TMPFILE | os.O_RDWR))
    for _ in range(3):
        os.write(held[-1], bytes(10 << 20))
time.sleep(0.3)
won()
""",
    ),
    Attack(
        name="disk: fallocate and sparse files",
        code="""
total = 0
for number in range(7):
    fd = os.open(f"f{number}", os.O_CREAT | os.O_RDWR)
    os.posix_fallocate(fd, 0, 30 << 20)
    total += 30
time.sleep(0.3)
won(str(total))
""",
    ),
    Attack(
        name="disk: a tree too deep for a path, filled at the bottom",
        code="""
name = "d" * 200
for _ in range(40):
    os.mkdir(name)
    os.chdir(name)
for number in range(7):
    with open(f"f{number}", "wb") as file:
        for _ in range(3):
            file.write(bytes(10 << 20))
time.sleep(0.3)
won()
""",
    ),
    Attack(
        name="lock a library's file against others",
        code="""
import fcntl
fcntl.flock(os.open(os.__file__, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
won()
""",
    ),
    Attack(
        name="device files: memory, disks, input",
        code="""
for name in ("mem", "kmsg", "vda", "sda", "fuse", "kvm", "net/tun", "input/event0", "ptmx", "shm"):
    try:
        os.close(os.open("/dev/" + name, os.O_RDONLY))
        won(name)
    except OSError:
        pass
os.mknod("device", 0o020666, os.makedev(1, 1))
won("mknod")
""",
    ),
    Attack(
        name="scratch as a set-user-id shop: chmod u+s",
        code="""
open("program", "w").close()
os.chmod("program", 0o4755)
if os.stat("program").st_mode & 0o4000:
    won()
""",
    ),
    Attack(
        name="host files through the import system",
        code="""
import importlib.util
spec = importlib.util.spec_from_file_location("package", LIBRARY_CLOSED + "/secret.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module.key)
""",
        judge="leak",
    ),
]
