"""What of the file system a snippet may read: the interpreter's libraries, little else."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path

import codesteer
from codesteer.sandbox.inside.wire import View

# Not all of /usr and of the interpreter's prefix: projects, keys and data are found there too.
_SYSTEM_LIBRARIES = (
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/local/lib64",
    "/usr/share/zoneinfo",
    "/nix/store",
)
_FILES = ("/etc/ld.so.cache", "/etc/localtime")

# A snippet that can read our solvers and verifiers need not solve anything.
OWN_PACKAGES = ("codesteer", "pytest_symbench", "symbench_reports", "codesteer_training")


def view_of(readable: Sequence[str] = ()) -> View:
    """`readable`: further folders, by the user's wish."""
    wanted = [*_SYSTEM_LIBRARIES, *_interpreter_libraries(), *map(os.path.abspath, readable)]
    folders = {path: os.path.realpath(path) for path in wanted if os.path.isdir(path)}
    roots = _outermost(folders.values())
    return View(
        roots=roots,
        links=[[path, real] for path, real in sorted(folders.items()) if path != real],
        files=[path for path in _FILES if os.path.exists(path)],
        hidden=sorted(_own_code(roots)),
    )


def _interpreter_libraries() -> set[str]:
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    paths = {os.path.abspath(sysconfig.get_path(name)) for name in names}
    for prefix in {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}:
        paths |= {os.path.join(prefix, name) for name in ("lib", "lib64")}
    return paths


def _outermost(paths: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(f"{outer}/") for outer in kept):
            kept.append(path)
    return kept


def _own_code(roots: list[str]) -> set[str]:
    sites = {str(Path(codesteer.__file__).parent.parent), *sys.path}
    sites |= {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    candidates = {os.path.realpath(f"{site}/{name}") for site in sites for name in OWN_PACKAGES}
    inside = tuple(f"{root}/" for root in roots)
    return {path for path in candidates if path.startswith(inside) and os.path.isdir(path)}
