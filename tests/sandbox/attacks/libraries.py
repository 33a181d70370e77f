"""Our own: through the packages that a snippet may use, and through machine code."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

# Raw machine code in anonymous memory: no library stands between it and the kernel.
_MACHINE_CODE = """
import mmap
def run(number, *arguments):
    loads = [b"\\x48\\xbf", b"\\x48\\xbe", b"\\x48\\xba"]
    code = b"".join(load + (a & (1 << 64) - 1).to_bytes(8, "little")
                    for load, a in zip(loads, arguments))
    code += b"\\xb8" + number.to_bytes(4, "little") + b"\\x0f\\x05\\xc3"
    area = mmap.mmap(-1, 4096, prot=7)
    area.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    return ctypes.CFUNCTYPE(ctypes.c_long)(address)()
"""

ATTACKS = [
    Attack(
        name="numpy.memmap over a host file",
        code="""
import numpy
area = numpy.memmap(KEEPSAKE, dtype="u1", mode="r+")
area[:] = 0
area.flush()
""",
        judge="home changed",
    ),
    Attack(
        name="numpy.fromfile of a secret",
        code="""
import numpy
print(numpy.fromfile(SECRET_FILE, dtype="u1").tobytes())
""",
        judge="leak",
    ),
    Attack(
        name="numpy.load of a pickle that starts a shell",
        code="""
import io, numpy, pickle
class Evil:
    def __reduce__(self):
        return os.system, ("echo PW''NED",)
file = io.BytesIO()
numpy.save(file, numpy.array([Evil()], dtype=object), allow_pickle=True)
file.seek(0)
numpy.load(file, allow_pickle=True)
""",
    ),
    Attack(
        name="libc system() by ctypes",
        code="""
_libc.system(b"echo PW''NED")
""",
    ),
    Attack(
        name="machine code: fork without libc",
        code=_MACHINE_CODE
        + """
parent = os.getpid()
child = run(57)
if child == 0:
    run(60, 0, 0, 0)
if child > 0:
    won()
""",
        machine="x86_64",
    ),
    Attack(
        name="machine code: socket without libc",
        code=_MACHINE_CODE
        + """
if run(41, 2, 1, 0) >= 0:
    won()
""",
        machine="x86_64",
    ),
    Attack(
        name="the kernel's own page of code (vDSO): fork by its system call instruction",
        code="""
import mmap
_libc.getauxval.restype = ctypes.c_ulong
page = _libc.getauxval(33)
# There it is followed by `leave` and, after some clearing of registers, by `ret`.
target = page + ctypes.string_at(page, 4096).index(b"\\x0f\\x05\\xc9")
code = b"\\x55\\x48\\x89\\xe5\\x49\\xbb" + target.to_bytes(8, "little")
code += b"\\xb8\\x39\\0\\0\\0\\x41\\xff\\xe3"
area = mmap.mmap(-1, 4096, prot=7)
area.write(code)
child = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(area)))()
if child == 0:
    os._exit(0)
if child > 0:
    won()
""",
        machine="x86_64",
        control="if the vDSO of this kernel has one that is followed so",
    ),
    Attack(
        name="sympify opens a file",
        code="""
import sympy
print(sympy.sympify(f"open({SECRET_FILE!r}).read()"))
""",
        judge="leak",
    ),
    Attack(
        name="lambdify runs a shell",
        code="""
import sympy
sympy.lambdify([], "__import__('os').system(\\"echo PW''NED\\")")()
""",
    ),
    Attack(
        name="sympy.autowrap starts a compiler",
        code="""
import subprocess, sympy
from sympy.utilities.autowrap import CodeWrapper
try:
    CodeWrapper(None)._process_files(None)
except Exception:
    pass
wrapper = CodeWrapper(None)
wrapper.command = ["/bin/sh", "-c", "touch compiled"]
wrapper.flags = []
wrapper._process_files(None)
if os.path.exists("compiled"):
    won()
""",
    ),
    Attack(
        name="writable mapping of a shared library",
        code="""
import mmap
for line in ("libm.so.6", "libc.so.6"):
    for folder in ("/lib/x86_64-linux-gnu/", "/lib/aarch64-linux-gnu/", "/usr/lib64/"):
        try:
            fd = os.open(folder + line, os.O_RDWR)
            mmap.mmap(fd, 4096, mmap.MAP_SHARED, mmap.PROT_WRITE)
            won()
        except OSError:
            pass
""",
        control="",
        why="an ordinary user cannot write there outside either",
    ),
    Attack(
        name="load our own verifiers and solvers",
        code="""
for name in ("codesteer", "codesteer.sandbox", "pytest_symbench", "pytest_symbench.tasks"):
    try:
        module = __import__(name, fromlist=["x"])
        won(f"{name} {module}")
    except ImportError:
        pass
    except OSError:
        pass
""",
    ),
    Attack(
        name="read our own verifiers and solvers",
        code="""
for root in {PROJECT, *sys.path}:
    for name in ("pytest_symbench", "codesteer"):
        for folder, _, files in os.walk(f"{root}/{name}"):
            for file in files:
                try:
                    if open(f"{folder}/{file}", "rb").read(1):
                        won(file)
                        raise SystemExit
                except OSError:
                    pass
""",
    ),
]
