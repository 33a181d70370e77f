"""Our own: snippets that follow one another, or run side by side, in one zygote."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

_FRESH = "a fresh process has no previous snippet"

ATTACKS = [
    Attack(
        name="message to a later snippet in sympy's cache and functools caches",
        first="""
import functools, re, sympy
x = sympy.Symbol("x")
sympy.core.cache.clear_cache()
sympy.evil = sympy.expand((x + 77771) ** 2)
re.compile("evil77771")
functools.evil = 77771
import linecache
linecache.cache["evil"] = (1, None, ["77771"], "evil")
""",
        code="""
import functools, linecache, re, sympy
if hasattr(sympy, "evil") or hasattr(functools, "evil") or "evil" in linecache.cache:
    won()
if any("77771" in str(key) for key in getattr(re, "_cache", {})):
    won("re")
""",
        control="",
        why=_FRESH,
    ),
    Attack(
        name="message to a later snippet in the zygote's memory",
        first="""
import numpy
target = ctypes.addressof(ctypes.c_char.from_buffer(bytearray(8)))
ctypes.memmove(id(77) + 24, (4242).to_bytes(4, "little"), 4)
numpy.pi = 3
numpy.seterr(all="raise")
numpy.set_printoptions(precision=1)
numpy.random.seed(4)
""",
        code="""
import numpy
if 70 + 7 != 77 or numpy.pi == 3 or numpy.get_printoptions()["precision"] == 1:
    won()
if numpy.geterr()["divide"] == "raise":
    won()
""",
        control="",
        why=_FRESH,
    ),
    Attack(
        name="message to a later snippet by a file",
        first="""
for folder in (".", "/tmp", "/var/tmp", "/dev/shm", "/w", "/w/box", "/", "..", "/dev/mqueue"):
    try:
        with open(folder + "/" + MARK, "w") as file:
            file.write("evil")
    except OSError:
        pass
""",
        code="""
for folder in (".", "/tmp", "/var/tmp", "/dev/shm", "/w", "/w/box", "/", "..", "/dev/mqueue"):
    if os.path.exists(folder + "/" + MARK):
        won(folder)
""",
    ),
    Attack(
        name="leave the scratch folder unusable for the next snippet",
        first="""
for number in range(600):
    try:
        open(str(number), "w").close()
    except OSError:
        break
try:
    with open("big", "wb") as file:
        file.write(bytes(64 << 20))
except OSError:
    pass
os.chmod(".", 0o500)
""",
        code="""
if os.listdir(".") or not os.access(".", os.W_OK):
    won()
with open("mine", "wb") as file:
    file.write(bytes(1 << 20))
""",
        control="plain",
    ),
    Attack(
        name="starve a concurrent snippet of threads",
        beside="""
import threading
time.sleep(1.0)
for _ in range(10):
    for _ in range(8):
        threading.Thread(target=time.sleep, args=(0.05,)).start()
    time.sleep(0.1)
print("INTACT")
""",
        code="""
import threading
threading.stack_size(64 * 1024)
try:
    while True:
        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
except RuntimeError:
    pass
time.sleep(2)
""",
        judge="neighbour touched",
        control="",
        why="outside nothing bounds the threads, short of the machine",
    ),
    Attack(
        name="starve a concurrent snippet of scratch space",
        beside="""
time.sleep(0.6)
with open("mine", "wb") as file:
    for _ in range(20):
        file.write(bytes(1 << 20))
        time.sleep(0.03)
print("INTACT")
""",
        code="""
try:
    for number in range(3):
        with open(str(number), "wb") as file:
            for _ in range(30):
                file.write(bytes(1 << 20))
except OSError:
    pass
time.sleep(1.5)
""",
        judge="neighbour touched",
        control="",
        why="the disk of the host is large",
    ),
    Attack(
        name="talk to a concurrent snippet by a socket",
        beside="""
import socket
heard = False
try:
    server = socket.socket(socket.AF_UNIX)
    server.bind(chr(0) + MARK)
    server.listen()
    server.settimeout(3)
    server.accept()
    heard = True
except OSError:
    pass
print("HEARD" if heard else "INTACT")
""",
        code="""
import socket
for _ in range(30):
    try:
        socket.socket(socket.AF_UNIX).connect(chr(0) + MARK)
        won()
        break
    except ConnectionRefusedError:  # the other has not started yet
        time.sleep(0.1)
""",
        judge="neighbour touched",
        control="plain",
    ),
    Attack(
        name="signal or trace a concurrent snippet",
        beside="""
for _ in range(24):
    time.sleep(0.05)
print("INTACT")
""",
        code="""
time.sleep(0.5)
for pid in range(max(2, ZYGOTE - 5), ZYGOTE + 400):
    if pid != os.getpid() and pid not in (PARENT, VICTIM):
        try:
            os.kill(pid, 9)
        except OSError:
            pass
""",
        judge="neighbour touched",
        control="",
        why="outside it would kill whatever else has those numbers",
    ),
]
