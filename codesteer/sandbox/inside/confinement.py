"""What a freshly forked process does to itself before the first line of a snippet runs.

Any step that fails ends the process: there is no snippet with a layer less than promised.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import sys
from dataclasses import dataclass
from typing import NoReturn

from codesteer.sandbox.inside import kernel, landlock, namespaces, seccomp, snippet
from codesteer.sandbox.inside.bpf import Program
from codesteer.sandbox.inside.kernel import SetupError
from codesteer.sandbox.inside.landlock import Ruleset
from codesteer.sandbox.inside.wire import Job, View

STATUS = 3
FIRST_FREE = 4
STACK = 8 << 20
OPEN_FILES = 128


@dataclass(frozen=True, slots=True)
class Layers:
    """What the zygote has made ready for all its snippets."""

    level: str
    zygote: int
    view: View
    boxes: str
    ruleset: Ruleset | None
    filter: Program
    memory_figures: int | None
    kept_capabilities: int

    @property
    def namespaced(self) -> bool:
        return self.level == "full"


def run_confined(layers: Layers, job: Job, descriptors: list[int]) -> NoReturn:
    """In the child. `descriptors`: the snippet's text, stdout, stderr, status."""
    try:
        source = _read(_take_descriptors(descriptors))
        _confine(layers, job)
    except BaseException as error:
        try:
            os.write(STATUS, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(snippet.SETUP_FAILED)
    snippet.open_streams()
    snippet.seed_generators()
    for name in [name for name in sys.modules if name.split(".")[0] == "codesteer"]:
        del sys.modules[name]
    _say("started")
    snippet.run_snippet(source, _say)


def _say(text: str) -> None:
    with contextlib.suppress(OSError):  # the snippet closed it; only a hint is lost
        os.write(STATUS, f"{text}\n".encode())


def _read(fd: int) -> str:
    data = bytearray()
    while chunk := os.pread(fd, 1 << 20, len(data)):
        data += chunk
    return data.decode("utf-8", "surrogatepass")


def _take_descriptors(given: list[int]) -> int:
    """Standard streams and status get their numbers; returns where the text is now."""
    # First out of the way: one of them may sit on a number that another one is to get.
    null = os.open("/dev/null", os.O_RDONLY)
    source, *moved = (fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 100) for fd in (*given, null))
    for number, fd in zip((1, 2, STATUS, 0), moved, strict=True):
        os.dup2(fd, number, inheritable=number < STATUS)
    return source


def _confine(layers: Layers, job: Job) -> None:
    kernel.prctl("parent death signal", kernel.PR_SET_PDEATHSIG, 9)
    if not layers.namespaced and os.getppid() != layers.zygote:
        raise SetupError("the zygote died meanwhile", 0)
    os.setsid()
    box = _enter_box(layers, job)
    os.environ.update(HOME=box, TMPDIR=box)
    if box != "/":
        sys.path.insert(0, box)  # as the folder of a script
    _set_limits(layers, job)
    kernel.set_capabilities(layers.kept_capabilities)
    if layers.ruleset is not None:
        layers.ruleset.restrict_self()
        if not layers.namespaced:
            _only_own_box(layers, box)
            # The caller looks into /proc for what we hold open; other snippets cannot.
            kernel.prctl("dumpable", kernel.PR_SET_DUMPABLE, 1)
    os.closerange(FIRST_FREE, 1 << 20)
    # Last, as it forbids all of the above.
    seccomp.install(layers.filter.for_process(os.getpid()))


def _enter_box(layers: Layers, job: Job) -> str:
    """Into the scratch folder, which is gone with the process where mounts are possible."""
    if layers.namespaced:
        kernel.call("unshare", kernel.CLONE_NEWNS)
        options = f"size={job['disk']},nr_inodes={job['entries'] + 1},mode=700"
        flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
        kernel.mount("mount scratch", "tmpfs", namespaces.BOX, "tmpfs", flags, options)
        os.chdir(namespaces.BOX)
        return namespaces.BOX
    if job["box"]:
        os.chdir(job["box"])
        return job["box"]
    os.chdir("/")  # the read-only level has no scratch folder
    return "/"


def _only_own_box(layers: Layers, box: str) -> None:
    """The prepared rules allow the folder of all scratch folders, which concurrent snippets
    share; a second layer takes away the others' again.
    """
    own = Ruleset(layers.ruleset.version if layers.ruleset else 1)
    for path in (*layers.view["roots"], *layers.view["files"]):
        own.allow(path, landlock.READABLE)
    _allow_devices(own)
    own.allow(box, landlock.SCRATCH)
    own.restrict_self()
    own.close()


def prepare_ruleset(version: int, view: View, writable: str) -> Ruleset:
    ruleset = Ruleset(version)
    landlock.allow_reading(ruleset, view["roots"], view["hidden"])
    for path in view["files"]:
        ruleset.allow(path, landlock.READ_FILE)
    _allow_devices(ruleset)
    ruleset.allow(writable, landlock.SCRATCH)
    return ruleset


def _allow_devices(ruleset: Ruleset) -> None:
    for name in namespaces.DEVICES:
        written = landlock.WRITE_FILE | landlock.TRUNCATE if name in ("null", "zero") else 0
        ruleset.allow(f"/dev/{name}", landlock.READ_FILE | written)


def _set_limits(layers: Layers, job: Job) -> None:
    pages = _own_pages(layers.memory_figures)
    # The first process of a namespace does not hear SIGXCPU: only the hard limit ends it.
    _limit(resource.RLIMIT_CPU, job["cpu_s"], job["cpu_s"] + (not layers.namespaced))
    _limit(resource.RLIMIT_AS, pages[0] + job["memory"])
    _limit(resource.RLIMIT_DATA, pages[1] + job["memory"])
    _limit(resource.RLIMIT_FSIZE, job["file_size"])
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_MEMLOCK, 0)
    _limit(resource.RLIMIT_STACK, STACK, max(STACK, job["memory"]))
    _limit(resource.RLIMIT_NPROC, job["tasks"])


def _limit(kind: int, soft: int, hard: int | None = None) -> None:
    ceiling = resource.getrlimit(kind)[1]
    hard = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(kind, (soft, hard))


def _own_pages(memory_figures: int | None) -> tuple[int, int]:
    """Bytes of address space and of private data that were there before the snippet."""
    if memory_figures is None:  # no /proc: a guess from what is resident
        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
        return (32 << 20) + resident * 5 // 2, (32 << 20) + resident
    fields = os.pread(memory_figures, 256, 0).split()
    page = resource.getpagesize()
    return int(fields[0]) * page, int(fields[5]) * page
