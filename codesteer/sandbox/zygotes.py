"""The caller's end of a zygote: start it, hand it snippets, notice that it is gone."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any, cast

from codesteer.sandbox.direct import clean_environment, interpreter
from codesteer.sandbox.inside import wire
from codesteer.sandbox.inside.wire import Exited, Job, Probed, Ready, Setup
from codesteer.sandbox.watch import Ending, WorkerLost

SCRIPT = Path(__file__).parent / "inside" / "zygote.py"
START_S = 120.0  # imports on a slow, busy machine
FORK_S = 30.0
LOG_SHOWN = 400  # characters of a broken zygote's last words


class SetupRefused(WorkerLost):
    """The kernel does not allow a step of the confinement here."""

    def __init__(self, step: str, error: int, package: str = "") -> None:
        super().__init__(f"{step}: {os.strerror(error)}" if error else step)
        self.step = step
        self.error = error
        self.package = package


class _Conversation:
    """A started script and the socket to it."""

    def __init__(self, setup: Setup) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket = ours
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the process
        # A new program, never a fork of the caller, whose memory holds keys and answers.
        self.process = subprocess.Popen(
            [*interpreter(), str(SCRIPT), str(theirs.fileno())],
            env=clean_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # an interrupt from the terminal is for the caller
        )
        theirs.close()
        try:
            wire.send(ours, setup)
        except OSError as error:
            self.close()
            raise WorkerLost(f"the zygote ended at its start: {error}") from error

    def answer(self) -> dict[str, Any]:
        self.socket.settimeout(START_S)
        try:
            message, _ = wire.receive(self.socket)
        except OSError as error:
            raise WorkerLost(f"the zygote does not answer: {error}") from error
        if message is None:
            raise WorkerLost(f"the zygote ended at its start{self.last_words()}")
        return message

    def last_words(self) -> str:
        self._log.seek(0)
        text = self._log.read().decode("utf-8", "replace").strip()
        return f": {text[-LOG_SHOWN:]}" if text else ""

    def close(self) -> None:
        self.socket.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._log.close()


def probe(setup: Setup) -> Probed:
    """What works here, tried in throw-away processes."""
    conversation = _Conversation({**setup, "level": "probe"})
    try:
        return cast("Probed", conversation.answer())
    finally:
        conversation.close()


class Zygote:
    """A started zygote."""

    def __init__(self, setup: Setup) -> None:
        self._conversation = _Conversation(setup)
        try:
            self.ready = cast("Ready", self._conversation.answer())
        except BaseException:
            self._conversation.close()
            raise
        if "refused" in self.ready:
            self._conversation.close()
            raise SetupRefused(
                self.ready["refused"], self.ready["error"], self.ready.get("package", "")
            )

    @property
    def pid(self) -> int:
        return self._conversation.process.pid

    def fork(self, job: Job, source: int, pipes: tuple[int, int, int]) -> ZygoteSubject:
        """`pipes` are the writing ends of stdout, stderr and status."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            wire.send(self._conversation.socket, job, [source, *pipes, theirs.fileno()])
            theirs.close()
            ours.settimeout(FORK_S)
            message, descriptors = wire.receive(ours, 1)
        except OSError as error:
            ours.close()
            theirs.close()
            raise WorkerLost(f"the zygote is gone: {error}") from error
        if message is None or not descriptors:
            ours.close()
            raise WorkerLost(f"the zygote ended{self._conversation.last_words()}")
        return ZygoteSubject(ours, descriptors[0], message["pid"])

    def close(self) -> None:
        self._conversation.close()


class ZygoteSubject:
    """A snippet that a zygote has forked."""

    def __init__(self, reply: socket.socket, pidfd: int, pid: int) -> None:
        self.pid = pid  # as the zygote sees it: ours too, at the levels without namespaces
        self._reply = reply
        self._pidfd = pidfd
        self._reply.setblocking(False)

    def fileno(self) -> int:
        return self._reply.fileno()

    def ending(self) -> Ending | None:
        try:
            message, _ = wire.receive(self._reply)
        except BlockingIOError:
            return None
        except OSError as error:
            raise WorkerLost(f"the zygote is gone: {error}") from error
        if message is None:
            raise WorkerLost("the zygote ended while a snippet ran")
        exited = cast("Exited", message)
        return Ending(
            wait_status=exited["status"], cpu_s=exited["cpu_s"], peak_mb=exited["peak_mb"]
        )

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        os.close(self._pidfd)
        self._reply.close()
