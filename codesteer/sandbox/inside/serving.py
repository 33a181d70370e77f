"""The process from which snippets are forked.

It is told what to become, builds that, imports what snippets are likely to want, and from
then on forks one confined child per job. It runs no untrusted code itself and keeps
nothing of a snippet: only the child reads the text.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import socket
import sys
from typing import NoReturn, cast

from codesteer.sandbox.inside import (
    confinement,
    identity,
    kernel,
    landlock,
    namespaces,
    probing,
    seccomp,
    wire,
)
from codesteer.sandbox.inside.confinement import Layers
from codesteer.sandbox.inside.kernel import SetupError
from codesteer.sandbox.inside.wire import Exited, Job, Ready, Setup


class Zygote:
    """Serves one caller until that hangs up."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._own_pid_namespace = -1
        self._children: dict[int, tuple[int, socket.socket]] = {}

    def start(self, setup: Setup) -> Layers:
        """Build the wall, import, and make ready what all snippets share."""
        _be_first_to_die()
        _reserve_low_numbers()
        figures = _open_if_there("/proc/self/statm")
        kept = 0
        if setup["level"] == "full":
            detached = namespaces.detach_sources(setup["view"])
            identity.become(setup["user"])
            inside = namespaces.enter(setup["view"], detached, self._stay_outside)
            self._own_pid_namespace = inside.own_pid_namespace
            figures = inside.memory_figures
        else:
            identity.become(setup["user"])
            kept = identity.drop_capabilities(
                setup["view"]["roots"], confined=setup["level"] == "landlock"
            )
        kernel.forgo_privileges()
        kernel.prctl("dumpable", kernel.PR_SET_DUMPABLE, 0)
        imported = _import(setup["imports"])
        _forget_paths_outside(setup["view"]["roots"])
        layers = self._prepare(setup, figures, kept)
        gc.collect()
        gc.freeze()
        version = layers.ruleset.version if layers.ruleset else 0
        ready = Ready(landlock=version, imported=imported, search_capability=bool(kept))
        wire.send(self._control, ready)
        return layers

    def serve(self, layers: Layers) -> NoReturn:
        poller = select.poll()
        poller.register(self._control, select.POLLIN)
        while True:
            for fd, _ in poller.poll():
                if fd == self._control.fileno():
                    message, descriptors = wire.receive(self._control, 5)
                    if message is None:
                        os._exit(0)  # and all that runs in here with us
                    pidfd = self._fork(layers, cast("Job", message), descriptors)
                    poller.register(pidfd, select.POLLIN)
                else:
                    poller.unregister(fd)
                    self._reap(fd)

    def _prepare(self, setup: Setup, figures: int | None, kept: int) -> Layers:
        full = setup["level"] == "full"
        version = landlock.available() if setup["level"] in ("full", "landlock") else 0
        if setup["level"] == "landlock" and not version:
            version = landlock.interface_version()  # raises with the cause
        ruleset = None
        if version:
            writable = os.path.dirname(namespaces.BOX) if full else setup["boxes"]
            ruleset = confinement.prepare_ruleset(version, setup["view"], writable)
        return Layers(
            level=setup["level"],
            zygote=os.getpid(),
            view=setup["view"],
            boxes=setup["boxes"],
            ruleset=ruleset,
            filter=seccomp.build(read_only=setup["level"] == "seccomp"),
            memory_figures=figures,
            kept_capabilities=kept,
        )

    def _fork(self, layers: Layers, job: Job, descriptors: list[int]) -> int:
        *own, reply_fd = descriptors
        reply = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, reply_fd)
        if layers.namespaced:
            kernel.call("unshare", kernel.CLONE_NEWPID)
        child = os.fork()
        if not child:
            confinement.run_confined(layers, job, own)
        if layers.namespaced:
            # The next child gets a namespace of its own, and this process none of its.
            kernel.call("setns", self._own_pid_namespace, kernel.CLONE_NEWPID)
        for fd in own:
            os.close(fd)
        pidfd = os.pidfd_open(child)
        self._children[pidfd] = (child, reply)
        wire.send(reply, {"pid": child}, [pidfd])
        return pidfd

    def _reap(self, pidfd: int) -> None:
        child, reply = self._children.pop(pidfd)
        os.close(pidfd)
        _, status, usage = os.wait4(child, 0)
        exited = Exited(
            status=status,
            cpu_s=usage.ru_utime + usage.ru_stime,
            peak_mb=usage.ru_maxrss / 1024,
        )
        with contextlib.suppress(OSError):  # a caller that no longer listens
            wire.send(reply, exited)
        reply.close()

    def _stay_outside(self, child: int) -> None:
        """The process that built the wall waits, and leaves the caller's socket to the one
        behind it: the caller then sees it end.
        """
        self._control.close()
        _, status = os.waitpid(child, 0)
        os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 1)


class ThreadStartedError(SetupError):
    """A process with threads must not fork; the caller can leave this package out."""

    def __init__(self, package: str) -> None:
        super().__init__(f"importing {package} started a thread", 0)
        self.package = package


def _import(names: list[str]) -> list[str]:
    imported = []
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
            imported.append(name)
        if not kernel.single_threaded():
            raise ThreadStartedError(name.partition(".")[0])
    return imported


def _forget_paths_outside(roots: list[str]) -> None:
    """Folders on the import path that snippets may not see, and what is known of them."""
    inside = tuple(f"{root}/" for root in roots)
    sys.path[:] = [path for path in sys.path if f"{os.path.realpath(path)}/".startswith(inside)]
    for path in list(sys.path_importer_cache):
        if path not in sys.path and not f"{os.path.realpath(path)}/".startswith(inside):
            del sys.path_importer_cache[path]


def _be_first_to_die() -> None:
    """When memory runs out, the kernel is to take us rather than the caller."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def _reserve_low_numbers() -> None:
    """The child puts its streams there; nothing that it needs later may be in the way."""
    fd = 0
    while fd <= confinement.STATUS:
        fd = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
    os.close(fd)


def _open_if_there(path: str) -> int | None:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def serve(control_fd: int) -> NoReturn:
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, control_fd)
    message, _ = wire.receive(control)
    if message is None:
        os._exit(0)
    setup = cast("Setup", message)
    zygote = Zygote(control)
    try:
        if setup["level"] == "probe":
            wire.send(control, probing.probe(setup))
            os._exit(0)
        layers = zygote.start(setup)
    except SetupError as error:
        package = error.package if isinstance(error, ThreadStartedError) else ""
        wire.send(control, Ready(refused=error.step, error=error.error, package=package))
        os._exit(1)
    zygote.serve(layers)
