"""Leaving something behind: for the cleaner, or for the next snippet."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

ATTACKS = [
    Attack(
        name="chmod 0 and a deep tree defeat the cleaning of scratch",
        code="""
for number in range(5):
    os.mkdir(f"closed{number}")
    open(f"closed{number}/file", "w").close()
for _ in range(1050):
    os.mkdir("deep")
    os.chdir("deep")
for _ in range(1050):
    os.chdir("..")
for number in range(5):
    os.chmod(f"closed{number}", 0)
""",
        judge="left files",
    ),
    Attack(
        name="symlink swap makes the cleaning delete outside",
        code="""
os.symlink(HOME, "link")
os.mkdir("folder")
os.symlink(HOME, "folder/link")
os.rename("folder", "other")
os.symlink(HOME, "folder")
""",
        judge="home changed",
        control="",
        why="the usual cleaner does not follow links either",
    ),
    Attack(
        name="module planted in the current folder for the next snippet",
        first="""
with open("planted.py", "w") as file:
    file.write("hit = True")
""",
        code="""
import planted
if planted.hit:
    won()
""",
    ),
    Attack(
        name="standard module planted for the next snippet",
        first="""
with open("sunau.py", "w") as file, open("colorsys.py", "w") as other:
    file.write("hit = True")
    other.write("hit = True")
""",
        code="""
import colorsys
if hasattr(colorsys, "hit"):
    won()
""",
    ),
    Attack(
        name="change the zygote's state for later snippets",
        first="""
import builtins, itertools, json, math, random
builtins.evil = math.evil = json.evil = 1
sys.modules["evil"] = math
os.environ["EVIL"] = "1"
sys.path.insert(0, "/evil")
sys.setrecursionlimit(77)
os.umask(0o777)
random.seed(99)
sys.stdout.write("x")
os.nice(0)
""",
        code="""
import builtins, json, math
if any(hasattr(module, "evil") for module in (builtins, json, math)):
    won("module")
if "evil" in sys.modules or "EVIL" in os.environ or "/evil" in sys.path:
    won("table")
if sys.getrecursionlimit() == 77 or os.umask(0) == 0o777:
    won("setting")
""",
        control="",
        why="a fresh process has no previous snippet",
    ),
]
