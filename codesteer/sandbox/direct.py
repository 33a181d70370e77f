"""A fresh interpreter per snippet, bounded but not confined: the level ``none``.

Also the stem of the back ends that get their protection from elsewhere (a container
engine, the sandbox of macOS): they only put other words in front of the command.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from codesteer.sandbox.execution import Execution, Limits
from codesteer.sandbox.inside import single
from codesteer.sandbox.pipes import Pipes, open_pipes
from codesteer.sandbox.scratch import remove
from codesteer.sandbox.verdict import judge
from codesteer.sandbox.watch import Cut, Ending, WorkerLost, watch


def clean_environment() -> dict[str, str]:
    """All that a snippet's interpreter is told. Nothing of the caller's environment."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        # One thread each: threads before a fork are unsafe, and OpenBLAS reserves
        # some 40 MB of address space for every one.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        # An arena per thread reserves 64 MB of address space each: few threads would fit.
        "MALLOC_ARENA_MAX": "1",
        # pandas imports pyarrow where that is installed, whose allocator would start a thread.
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "MPLBACKEND": "Agg",
    }


def interpreter() -> list[str]:
    """The running Python, deaf to the user's own site directory and to the current folder."""
    safe_path = ["-P"] if sys.version_info >= (3, 11) else []
    return [sys.executable, "-s", "-B", *safe_path]


class DirectSubject:
    """A child process of ours, leader of its own process group."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.pid = process.pid
        self._process = process
        self._pidfd = os.pidfd_open(process.pid) if hasattr(os, "pidfd_open") else -1

    def fileno(self) -> int:
        return self._pidfd

    def ending(self) -> Ending | None:
        pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
        if not pid:
            return None
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._kill_group()
        scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
        return Ending(
            wait_status=status,
            cpu_s=usage.ru_utime + usage.ru_stime,
            peak_mb=usage.ru_maxrss / scale,
        )

    def kill(self) -> None:
        if self._process.returncode is None:
            self._kill_group()

    def close(self) -> None:
        if self._process.returncode is None:
            self._kill_group()
            self._process.wait()
        if self._pidfd >= 0:
            os.close(self._pidfd)

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


class DirectWorker:
    """Starts one interpreter per snippet."""

    speaks = True
    """Whether what it starts says when set-up is completed."""

    def __init__(self, *, level: str = "none") -> None:
        self._level = level

    def execute(self, code: str, limits: Limits, cancel_fd: int) -> Execution:
        scratch = os.path.realpath(tempfile.mkdtemp(prefix="symbench-snippet-"))
        try:
            return self._execute(code, limits, cancel_fd, scratch)
        finally:
            remove(scratch)

    def close(self) -> None:
        pass

    def command(self, limits: Limits, status_fd: int, scratch: str) -> Sequence[str]:
        script = Path(single.__file__)
        return [*interpreter(), str(script), str(status_fd), single.encode(_rlimits(limits))]

    def environment(self, scratch: str) -> dict[str, str]:
        return {**clean_environment(), "HOME": scratch, "TMPDIR": scratch}

    def subject(self, process: subprocess.Popen[bytes]) -> DirectSubject:
        return DirectSubject(process)

    def excess(self, subject: DirectSubject, limits: Limits) -> Callable[[], Cut] | None:
        """Limits that must be measured, as nobody enforces them."""
        return None

    def _execute(self, code: str, limits: Limits, cancel_fd: int, scratch: str) -> Execution:
        with open_pipes() as pipes:
            process = self._start(code, limits, scratch, pipes)
            readers = pipes.hand_over()
        subject = self.subject(process)
        try:
            seen = watch(
                subject,
                pipes=readers,
                limits=limits,
                cancel_fd=cancel_fd,
                excess=self.excess(subject, limits),
                speaks=self.speaks,
            )
        finally:
            subject.close()
        return judge(seen, limits=limits, level=self._level, speaks=self.speaks)

    def _start(
        self, code: str, limits: Limits, scratch: str, pipes: Pipes
    ) -> subprocess.Popen[bytes]:
        stdout, stderr, status = pipes.writers
        with tempfile.TemporaryFile() as source:
            source.write(code.encode("utf-8", "surrogatepass"))
            source.seek(0)
            try:
                return subprocess.Popen(
                    self.command(limits, status, scratch),
                    stdin=source,
                    stdout=stdout,
                    stderr=stderr,
                    pass_fds=[status],
                    cwd=scratch,
                    env=self.environment(scratch),
                    start_new_session=True,
                )
            except OSError as error:
                raise WorkerLost(f"{error.filename} cannot be started: {error}") from error


def _rlimits(limits: Limits) -> dict[str, int]:
    mb = 1 << 20
    enforced = {
        "CPU": math.ceil(limits.processor_s),
        "FSIZE": limits.disk_mb * mb,
        "NOFILE": 128,
        "CORE": 0,
    }
    if sys.platform != "darwin":  # which refuses to set it
        enforced["AS"] = limits.memory_mb * mb + single.OWN_ADDRESS_SPACE
    return enforced
