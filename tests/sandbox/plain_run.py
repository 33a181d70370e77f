"""The same attacks without a sandbox: most have to succeed, or they prove nothing.

Runs as most tools run model-written code: a subprocess with a time limit, in a temporary
folder. What it leaves behind is cleaned up by force.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.sandbox.attacks import Attack
from tests.sandbox.judging import Before, Observation
from tests.sandbox.scene import Scene, end_processes, our_processes

LIMIT_S = 30


def run_plain(attack: Attack, scene: Scene) -> Observation:
    base = Path(tempfile.mkdtemp(dir=scene.temporary))
    before = Before(scene)
    known = our_processes()
    try:
        seen = _run(attack, scene, base)
        before.compare(seen)
        with contextlib.suppress(RecursionError):
            shutil.rmtree(base / "1", ignore_errors=True)  # as the usual cleaner does
        seen.left_files = [str(base / "1")] if (base / "1").exists() else []
        return seen
    finally:
        end_processes(our_processes() - known - {scene.victim.pid, os.getpid()})
        _reap()
        subprocess.run(["chmod", "-R", "u+rwX", str(base)], check=False, capture_output=True)
        subprocess.run(["rm", "-rf", str(base)], check=False)
        scene.restore()


def _run(attack: Attack, scene: Scene, base: Path) -> Observation:
    for name in ("0", "1"):
        (base / name).mkdir()
    if attack.first:
        _python(scene.header(first=True) + attack.first, base / "1").communicate(timeout=LIMIT_S)
    neighbour = None
    if attack.beside:
        neighbour = _python(scene.header() + attack.beside, base / "0")
    code = scene.header() + attack.code
    started = time.monotonic()
    if attack.control == "on a terminal":
        stdout, stderr, status = _on_a_terminal(code, base / "1"), b"", 0
    else:
        group = scene.victim.pid if attack.control == "victim's group" else None
        process = _python(code, base / "1", group)
        stdout, stderr = process.communicate(timeout=LIMIT_S)
        status = process.returncode
    wall = time.monotonic() - started
    beside = neighbour.communicate(timeout=LIMIT_S)[0] if neighbour else b""
    text = stdout.decode("utf-8", "replace")
    _remove_ipc(text)
    if attack.judge in ("left process", "victim dead"):
        time.sleep(0.3)
    return Observation(
        stdout=text,
        stderr=stderr.decode("utf-8", "replace"),
        exit_status=status,
        wall_s=wall,
        beside=beside.decode("utf-8", "replace"),
    )


def _python(code: str, folder: Path, group: int | None = None) -> subprocess.Popen[bytes]:
    def join_group() -> None:
        if group is not None:
            os.setpgid(0, group)

    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        close_fds=False,
        start_new_session=group is None,
        preexec_fn=join_group,  # noqa: PLW1509  # single-threaded here
    )


def _on_a_terminal(code: str, folder: Path) -> bytes:
    child, terminal = pty.fork()
    if not child:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-c", code])
    output = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(terminal, 4096):
            output += chunk
    os.close(terminal)
    os.waitpid(child, 0)
    return output


def _remove_ipc(text: str) -> None:
    libc = ctypes.CDLL(None)
    for kind, identifier in re.findall(r"PWNED (SHM|MSG|SEM) (\d+)", text):
        if kind == "SEM":
            libc.semctl(int(identifier), 0, 0)
        else:
            control = libc.shmctl if kind == "SHM" else libc.msgctl
            control(int(identifier), 0, None)


def _reap() -> None:
    """Daemons become our children (see `stage`), and must not stay as zombies."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
