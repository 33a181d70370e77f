"""A snippet of ours that tries to break out, before any other is let in.

Set-up that reports success is not proof: this is.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from codesteer.sandbox.execution import Limits
from codesteer.sandbox.pool import Cancellation, Worker
from codesteer.sandbox.watch import WorkerLost

LIMITS = Limits(wall_s=20)
ALLOWED = {  # what a level does not promise
    "seccomp": {"read a file", "list a folder"},
    "container": {"fork", "execute"},
}

_SNIPPET = """
import json, os, signal, socket
done = []
def attempt(name, action):
    try:
        if action() is not False:
            done.append(name)
    except OSError:
        pass
def fork():
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
attempt("read a file", lambda: TOKEN in open(SECRET).read())
attempt("list a folder", lambda: os.listdir(FOLDER))
attempt("write a file", lambda: open(FOLDER + "/written", "w").close())
attempt("connect", lambda: socket.create_connection(("127.0.0.1", PORT), 1))
attempt("connect by path", lambda: socket.socket(socket.AF_UNIX).connect(SOCKET))
attempt("fork", fork)
attempt("execute", lambda: os.posix_spawn("/bin/true", ["true"], {}))
attempt("signal", lambda: os.kill(CALLER, 0))
attempt("environment", lambda: TOKEN in str(dict(os.environ)))
print(json.dumps(done))
"""


def escapes(worker: Worker, *, level: str) -> str:
    """What the canary could do although `level` says it cannot; empty if all is well."""
    with _bait() as (code, witness), contextlib.closing(Cancellation()) as cancel:
        try:
            execution = worker.execute(code, LIMITS, cancel.fileno())
        except WorkerLost as lost:
            return f"the canary did not run: {lost}"
        if execution.outcome != "ok":
            said = execution.stderr.strip() or execution.note
            return f"the canary ended with {execution.outcome}: {said}"
        try:
            done = set(json.loads(execution.stdout))
        except ValueError:
            return "the canary's report is unreadable"
        if witness.exists():
            done.add("write a file")
        return ", ".join(sorted(done - ALLOWED.get(level, set())))


@contextlib.contextmanager
def _bait() -> Iterator[tuple[str, Path]]:
    """A secret that any process may read, and servers that listen."""
    token = secrets.token_hex(16)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="symbench-canary-")))
        os.chmod(folder, 0o777)
        secret = folder / "secret"
        secret.write_text(token)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        local = stack.enter_context(socket.socket(socket.AF_UNIX))
        local.bind(str(folder / "socket"))
        os.chmod(folder / "socket", 0o777)
        local.listen()
        names = {
            "TOKEN": token,
            "SECRET": str(secret),
            "FOLDER": str(folder),
            "PORT": tcp.getsockname()[1],
            "SOCKET": str(folder / "socket"),
            "CALLER": os.getpid(),
        }
        lines = [f"{name} = {value!r}" for name, value in names.items()]
        yield "\n".join(lines) + _SNIPPET, folder / "written"
