"""System calls that no snippet needs."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

_ROOT_ONLY = "takes root outside as well"

_CLONE3 = """
fields = [{flags}, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0]
arguments = (ctypes.c_uint64 * 11)(*fields)
child = syscall("clone3", ctypes.byref(arguments), 88)
if child == 0:
    os._exit(0)
if child > 0:
    won()
"""

# open("/etc/passwd") through the 32-bit entry of the kernel; the text lies below 4 GB.
_COMPAT = """
import mmap
libc_mmap = _libc.mmap
libc_mmap.restype = ctypes.c_void_p
libc_mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
page = libc_mmap(None, 4096, 7, 0x62, -1, 0)
path = b"/etc/passwd" + bytes(1)
code = (b"\\x53\\xb8\\x05\\0\\0\\0\\xbb" + (page + 128).to_bytes(4, "little")
        + b"\\x31\\xc9\\x31\\xd2\\xcd\\x80\\x5b\\xc3")
ctypes.memmove(page, code, len(code))
ctypes.memmove(page + 128, path, len(path))
if ctypes.CFUNCTYPE(ctypes.c_int)(page)() >= 0:
    won()
"""

ATTACKS = [
    Attack(
        name="unshare(NEWUSER)",
        code="""
if syscall("unshare", 0x10000000) == 0:
    won()
""",
    ),
    Attack(
        name="unshare(NEWNS)",
        code="""
if syscall("unshare", 0x20000) == 0:
    won()
""",
        control="",
        why=_ROOT_ONLY,
    ),
    Attack(name="clone3 with NEWUSER", code=_CLONE3.format(flags="0x10000000")),
    Attack(
        name="mount tmpfs",
        code="""
for target in (b"/w/box", b"/tmp", b"."):
    if syscall("mount", b"tmpfs", target, b"tmpfs", 0, None) == 0:
        won()
""",
        control="",
        why=_ROOT_ONLY,
    ),
    Attack(
        name="umount, pivot_root, setns",
        code="""
if syscall("umount2", b"/", 2) == 0 or syscall("pivot_root", b".", b".") == 0:
    won()
for pid in (1, PARENT):
    try:
        fd = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY)
        if syscall("setns", fd, 0) == 0:
            won()
    except OSError:
        pass
""",
        control="",
        why=_ROOT_ONLY,
    ),
    Attack(
        name="chroot('..')",
        code="""
os.chroot("..")
won()
""",
        control="",
        why=_ROOT_ONLY,
    ),
    Attack(
        name="io_uring_setup",
        code="""
if syscall("io_uring_setup", 4, ctypes.create_string_buffer(256)) >= 0:
    won()
""",
    ),
    Attack(
        name="userfaultfd",
        code="""
if syscall("userfaultfd", 1) >= 0:
    won()
""",
    ),
    Attack(
        name="keyctl",
        code="""
if syscall("keyctl", 0, -2, 1) >= 0:
    won()
""",
    ),
    Attack(
        name="add_key",
        code="""
if syscall("add_key", b"user", b"symbench", b"x", 1, -2) >= 0:
    won()
""",
    ),
    Attack(
        name="bpf(MAP_CREATE)",
        code="""
attributes = (ctypes.c_uint32 * 32)(2, 4, 4, 1)
if syscall("bpf", 0, ctypes.byref(attributes), 72) >= 0:
    won()
""",
        control="if kernel.unprivileged_bpf_disabled is 0",
    ),
    Attack(
        name="perf_event_open",
        code="""
attributes = (ctypes.c_uint32 * 32)(1, 128)
attributes[10] = 1 | 1 << 5 | 1 << 6
if syscall("perf_event_open", ctypes.byref(attributes), 0, -1, -1, 0) >= 0:
    won()
""",
        control="if the host allows it",
    ),
    Attack(
        name="personality(ADDR_NO_RANDOMIZE)",
        code="""
if syscall("personality", 0x0040000) >= 0:
    won()
""",
    ),
    Attack(
        name="x32 system call number",
        code="""
if _libc.syscall(ctypes.c_long(0x40000000 | 39)) > 0:
    won()
""",
        machine="x86_64",
        control="if the kernel has the x32 interface",
    ),
    Attack(
        name="int 0x80: open by the 32-bit interface",
        code=_COMPAT,
        machine="x86_64",
        control="if the host allows it",
    ),
    Attack(
        name="new mount interface: fsopen",
        code="""
if syscall("fsopen", b"tmpfs", 0) >= 0 or syscall("open_tree", -100, b"/", 1) >= 0:
    won()
""",
        control="",
        why=_ROOT_ONLY,
    ),
    Attack(
        name="name_to_handle_at and open_by_handle_at",
        code="""
handle = (ctypes.c_uint32 * 34)(128)
mount = ctypes.c_int()
for path in (b"/", SECRET_FILE.encode()):
    if syscall("name_to_handle_at", -100, path, ctypes.byref(handle), ctypes.byref(mount), 0) == 0:
        won()
    handle[0] = 128
""",
    ),
    Attack(
        name="kcmp and pidfd_getfd",
        code="""
if syscall("kcmp", os.getpid(), VICTIM, 1, 0, 0) >= 0:
    won("kcmp")
fd = syscall("pidfd_open", PARENT, 0)
if fd >= 0 and syscall("pidfd_getfd", fd, 0, 0) >= 0:
    won("pidfd_getfd")
""",
    ),
]
