"""Snippets in containers, one each, through the command line of Docker or Podman.

Slower than our own sandbox by far; for those who want the engine's wall, or a virtual
machine behind it (``--runtime runsc`` and the like, set in the engine's configuration).
The image needs a `python`, and whatever packages snippets shall find.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from codesteer.sandbox import canary
from codesteer.sandbox.direct import DirectSubject, DirectWorker, clean_environment
from codesteer.sandbox.execution import Execution, Limits, SandboxUnavailable
from codesteer.sandbox.inside import snippet
from codesteer.sandbox.pool import Sandbox
from codesteer.sandbox.watch import Ending, WorkerLost

ENGINES = ("docker", "podman")
START_S = 10.0  # allowed for the engine's own work, on top of the snippet's time
ENGINE_FAILED = (125, 126, 127)  # exit statuses by which engines speak of themselves


class ContainerSubject(DirectSubject):
    """The engine's client; what it started must be ended by name."""

    def __init__(self, process: subprocess.Popen[bytes], kill_command: Sequence[str]) -> None:
        super().__init__(process)
        self._kill_command = kill_command

    def kill(self) -> None:
        subprocess.run(
            self._kill_command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=START_S,
            check=False,
        )
        super().kill()

    def ending(self) -> Ending | None:
        ending = super().ending()
        if ending is None:
            return None
        code = os.waitstatus_to_exitcode(ending.wait_status)
        if code in ENGINE_FAILED:
            raise WorkerLost(f"the container engine failed with status {code}")
        # 128 + n: a signal inside. The usage is the client's, which says nothing.
        status = code - 128 if code > 128 else ending.wait_status
        return Ending(wait_status=status, cpu_s=0.0, peak_mb=0.0)


class ContainerWorker(DirectWorker):
    """Starts one container per snippet."""

    speaks = False

    def __init__(self, engine: str, image: str) -> None:
        super().__init__(level=engine)
        self._engine = engine
        self._image = image
        self._name = ""

    def execute(self, code: str, limits: Limits, cancel_fd: int) -> Execution:
        self._name = f"symbench-{secrets.token_hex(8)}"
        allowed = replace(limits, wall_s=limits.wall_s + START_S)
        return super().execute(code, allowed, cancel_fd)

    def command(self, limits: Limits, status_fd: int, scratch: str) -> Sequence[str]:
        return container_command(self._engine, self._image, self._name, limits)

    def environment(self, scratch: str) -> dict[str, str]:
        """The client's own: it must find its engine. None of it enters the container."""
        names = ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONTEXT", "XDG_RUNTIME_DIR")
        return {name: os.environ[name] for name in names if name in os.environ}

    def subject(self, process: subprocess.Popen[bytes]) -> DirectSubject:
        return ContainerSubject(process, [self._engine, "kill", self._name])


def container_command(engine: str, image: str, name: str, limits: Limits) -> list[str]:
    """The snippet comes on standard input; the program is the text of `inside.snippet`."""
    inside = {**clean_environment(), "HOME": "/w", "TMPDIR": "/w"}
    memory = f"{limits.memory_mb + 128}m"
    options = {
        "--name": name,
        "--network": "none",
        "--cap-drop": "ALL",
        "--security-opt": "no-new-privileges",
        "--user": "65534:65534",
        "--memory": memory,
        "--memory-swap": memory,
        "--pids-limit": str(limits.threads),
        "--tmpfs": f"/w:rw,nosuid,nodev,noexec,size={limits.disk_mb}m,mode=1777",
        "--workdir": "/w",
        "--entrypoint": "python",
    }
    cpu = int(limits.processor_s) + 1
    limited = {"cpu": cpu, "nofile": 128, "core": 0, "fsize": limits.disk_mb << 20}
    return [
        *(engine, "run", "--rm", "--interactive", "--read-only", "--pull", "never"),
        *(word for option in options.items() for word in option),
        *(f"--ulimit={kind}={value}:{value}" for kind, value in limited.items()),
        *(f"--env={key}={value}" for key, value in inside.items()),
        *(image, "-s", "-B", "-c", Path(snippet.__file__).read_text()),
    ]


def open_container(require: str, *, workers: int) -> Sandbox:
    """`require` is ``docker:IMAGE`` or ``podman:IMAGE``."""
    engine, _, image = require.partition(":")
    if engine not in ENGINES or not image:
        raise SandboxUnavailable(f"{require!r} is not of the form docker:IMAGE or podman:IMAGE")
    if shutil.which(engine) is None:
        raise SandboxUnavailable(f"{engine} is not installed")
    worker = ContainerWorker(engine, image)
    if escaped := canary.escapes(worker, level="container"):
        raise SandboxUnavailable(f"{engine} with image {image} does not hold: {escaped}")
    return Sandbox(
        lambda: ContainerWorker(engine, image),
        level=engine,
        description=f"sandbox: {engine} (image {image}; {workers} workers)",
        workers=workers,
        first=worker,
    )
