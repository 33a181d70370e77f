"""Writing where a snippet has no business."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

ATTACKS = [
    Attack(
        name="write outside scratch",
        code="""
open(HOME + "/planted", "w").close()
""",
        judge="home changed",
    ),
    Attack(
        name="append to ~/.bashrc",
        code="""
with open(HOME + "/.bashrc", "a") as file:
    file.write("evil")
""",
        judge="home changed",
    ),
    Attack(
        name="poison site-packages and the standard library",
        code="""
import sysconfig
for name in ("purelib", "stdlib"):
    for target in ("/sitecustomize.py", "/os.py", "/__pycache__/os.pyc"):
        try:
            open(sysconfig.get_path(name) + target, "ab").close()
            won()
        except OSError:
            pass
""",
        control="",
        why="an ordinary user owns neither",
    ),
    Attack(
        name="write into a virtual environment that the user owns",
        code="""
with open(LIBRARY + "/package.py", "a") as file:
    file.write("evil")
""",
        judge="home changed",
    ),
    Attack(
        name="tamper with the scratch folder of a concurrent snippet",
        beside="""
with open("mine", "w") as file:
    file.write("mine")
for _ in range(30):
    time.sleep(0.05)
with open("mine") as file:
    print("INTACT" if file.read() == "mine" and os.listdir(".") == ["mine"] else "TOUCHED")
""",
        code="""
time.sleep(0.5)
up, own = os.path.split(os.getcwd())
names = [str(n) for n in range(200)]
try:
    names = os.listdir(up)
except OSError:
    pass
for name in names:
    if name != own:
        for action in (lambda p: open(p + "/mine", "w").write("yours"),
                       lambda p: os.unlink(p + "/mine"),
                       lambda p: open(p + "/left", "w").close(),
                       lambda p: print(open(p + "/mine").read() == "mine" and won() or "")):
            try:
                action(f"{up}/{name}")
            except OSError:
                pass
""",
        judge="neighbour touched",
        control="plain",
    ),
    Attack(
        name="chmod of a user's file outside",
        code="""
os.chmod(KEEPSAKE, 0o777)
""",
        judge="home changed",
    ),
    Attack(
        name="utime of a user's file outside",
        code="""
os.utime(KEEPSAKE, (1, 1))
""",
        judge="home changed",
    ),
    Attack(
        name="truncate by O_RDONLY|O_TRUNC",
        code="""
os.open(KEEPSAKE, os.O_RDONLY | os.O_TRUNC)
""",
        judge="home changed",
    ),
    Attack(
        name="truncate(2) by path",
        code="""
os.truncate(KEEPSAKE, 0)
""",
        judge="home changed",
    ),
    Attack(
        name="setxattr outside",
        code="""
os.setxattr(KEEPSAKE, "user.evil", b"1")
""",
        judge="home changed",
    ),
]
