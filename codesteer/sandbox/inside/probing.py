"""Tries each mechanism for real, in throw-away processes: what a version number or a file
in /proc promises is often not what a container lets one do.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable

from codesteer.sandbox.inside import identity, kernel, landlock, namespaces, seccomp
from codesteer.sandbox.inside.kernel import SetupError
from codesteer.sandbox.inside.landlock import Ruleset
from codesteer.sandbox.inside.wire import Probed, Refusal, Setup


def probe(setup: Setup) -> Probed:
    return Probed(
        namespaces=_in_a_child(lambda: _try_namespaces(setup)),
        landlock=_in_a_child(_try_landlock),
        seccomp=_in_a_child(_try_seccomp),
        landlock_version=landlock.available(),
    )


def _in_a_child(attempt: Callable[[], None]) -> Refusal | None:
    read_end, write_end = os.pipe()
    child = os.fork()
    if not child:
        refusal: Refusal | None = None
        try:
            attempt()
        except SetupError as error:
            refusal = Refusal(step=error.step, error=error.error)
        except BaseException as error:
            refusal = Refusal(step=repr(error), error=getattr(error, "errno", None) or 0)
        os.write(write_end, json.dumps(refusal).encode())
        os._exit(0)
    os.close(write_end)
    with open(read_end, "rb") as answers:
        said = answers.read()
    _, status = os.waitpid(child, 0)
    if status or not said:
        return Refusal(step=f"the probing process ended with status {status}", error=0)
    answer: Refusal | None = json.loads(said)
    return answer


def _try_namespaces(setup: Setup) -> None:
    detached = namespaces.detach_sources(setup["view"])
    identity.become(setup["user"])

    def leave(child: int) -> None:
        _, status = os.waitpid(child, 0)
        os._exit(status and 1)

    inside = namespaces.enter(setup["view"], detached, leave)
    # As for every snippet: a process in a further namespace, with a scratch mount of its own.
    kernel.call("unshare", kernel.CLONE_NEWPID)
    child = os.fork()
    if not child:
        try:
            kernel.call("unshare", kernel.CLONE_NEWNS)
            kernel.mount("mount scratch", "tmpfs", namespaces.BOX, "tmpfs", 0, "size=1m")
        except SetupError as error:
            os._exit(error.error)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        raise SetupError("scratch of a snippet", os.waitstatus_to_exitcode(status))
    os.close(inside.own_pid_namespace)


def _try_landlock() -> None:
    ruleset = Ruleset(landlock.interface_version())
    ruleset.allow("/dev", landlock.READ_DIR)
    kernel.prctl("no_new_privs", kernel.PR_SET_NO_NEW_PRIVS, 1)
    ruleset.restrict_self()
    os.close(os.open("/dev", os.O_RDONLY))
    try:
        os.close(os.open("/", os.O_RDONLY))
    except PermissionError:
        return
    raise SetupError("Landlock is accepted but not enforced", 0)


def _try_seccomp() -> None:
    kernel.prctl("no_new_privs", kernel.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.install(seccomp.build(read_only=True).for_process(os.getpid()))
    try:
        child = os.fork()
    except OSError as error:
        if error.errno == errno.EPERM:
            return
        raise
    if not child:
        os._exit(0)
    raise SetupError("the filter is accepted but not enforced", 0)
