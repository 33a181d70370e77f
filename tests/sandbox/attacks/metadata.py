"""Looking at what exists, without reading it."""

from __future__ import annotations

from tests.sandbox.attacks import Attack

ATTACKS = [
    Attack(
        name="stat() outside: existence and size",
        code="""
if os.stat(SECRET_FILE).st_size:
    won()
""",
        seen_at_landlock=True,
    ),
    Attack(
        name="chdir outside and readlink",
        code="""
os.chdir(HOME)
if os.readlink("link"):
    won()
""",
        seen_at_landlock=True,
    ),
]
