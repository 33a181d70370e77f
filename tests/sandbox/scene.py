"""What attackers find around them: decoys, a victim, listeners. All of it is removed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.sandbox.attack_calls import numbers
from tests.sandbox.attacks import HELPERS

TOKEN_NAME = "SYMBENCH_DECOY_KEY"
TOKEN_PREFIX = "sk-decoy-"
PROJECT = Path(__file__).parents[2]


def have_a_key() -> None:
    """Start again with a key in the environment: what is set later, /proc does not show."""
    if TOKEN_NAME not in os.environ:
        os.environ[TOKEN_NAME] = TOKEN_PREFIX + secrets.token_hex(12)
        os.execv(sys.executable, [sys.executable, *sys.argv])


class Scene:
    """Lives in a temporary folder; to be closed."""

    def __init__(self) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="symbench-scene-"))
        self.home = self.base / "home"
        self.temporary = self.base / "tmp"
        self.token = os.environ[TOKEN_NAME]
        self._mark = f"symbench-attack-{secrets.token_hex(6)}"
        """What attacks name things outside of the home; scenes of other processes are beside us."""
        self._tail = self.token.removeprefix(TOKEN_PREFIX)
        self._in_memory = ctypes.create_string_buffer(self.token.encode())
        self._sockets: list[socket.socket] = []
        self.victim = self._start_victim()
        self._fill_home()
        self._open_sockets()
        self.inheritable = os.open(self.home / ".ssh/id_rsa", os.O_RDONLY)
        os.set_inheritable(self.inheritable, True)

    def header(self, *, first: bool = False, zygote: int = 0) -> str:
        """What every attack knows. Only a `first` snippet knows the secret."""
        facts: dict[str, object] = {
            "NR": numbers(),
            "HOME": str(self.home),
            "SECRET_FILE": str(self.home / ".ssh/id_rsa"),
            "KEEPSAKE": str(self.home / "keepsake"),
            "LIBRARY": str(self.home / "library"),
            "LIBRARY_CLOSED": str(self.home / "closed"),
            "PROJECT": str(PROJECT),
            "PARENT": os.getpid(),
            "VICTIM": self.victim.pid,
            "ZYGOTE": zygote,
            "TOKEN_ADDRESS": ctypes.addressof(self._in_memory),
            "TOKEN_LENGTH": len(self.token),
            "TCP_PORT": self._ports[0],
            "UDP_PORT": self._ports[1],
            "STREAM_SOCKET": str(self.base / "stream"),
            "DATAGRAM_SOCKET": str(self.base / "datagram"),
            "ABSTRACT_SOCKET": self._abstract,
            "MARK": self._mark,
        }
        if first:
            facts["FIRST_TOKEN_TAIL"] = self._tail
        return "\n".join(f"{name} = {value!r}" for name, value in facts.items()) + HELPERS

    def home_state(self) -> list[object]:
        """Changes when anything in the home does."""
        state: list[object] = []
        for path in sorted(self.home.rglob("*")):
            about = path.lstat()
            state.append((str(path), about.st_mode, about.st_size, about.st_mtime_ns))
            if path.is_file():
                state.append((path.read_bytes(), os.listxattr(path)))
        return state

    def restore(self) -> None:
        """Make good what an unprotected run has done."""
        if self.victim.poll() is not None:
            self.victim = self._start_victim()
        shutil.rmtree(self.home)
        self._fill_home()
        for folder in ("/tmp", "/var/tmp", "/dev/shm"):
            with contextlib.suppress(OSError):
                os.unlink(f"{folder}/{self._mark}")
        with contextlib.suppress(OSError):
            ctypes.CDLL(None).mq_unlink(f"/{self._mark}".encode())

    def close(self) -> None:
        self.restore()
        self.victim.kill()
        self.victim.communicate()
        for opened in self._sockets:
            opened.close()
        os.close(self.inheritable)
        shutil.rmtree(self.base)

    def _start_victim(self) -> subprocess.Popen[bytes]:
        """A process that lives until we kill it, or are killed ourselves: then its input ends."""
        program = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL}
        return (
            subprocess.Popen(program, **pipes, process_group=0)
            if sys.version_info >= (3, 11)
            else (
                subprocess.Popen(program, **pipes, preexec_fn=os.setpgrp)  # noqa: PLW1509
            )
        )

    def _fill_home(self) -> None:
        for folder in (".ssh", "library", "closed"):
            (self.home / folder).mkdir(parents=True)
        self.temporary.mkdir(exist_ok=True)
        (self.home / ".ssh/id_rsa").write_text(self.token)
        (self.home / ".bashrc").write_text("# mine\n")
        (self.home / "keepsake").write_bytes(b"k" * 8192)
        (self.home / "library/package.py").write_text("value = 1\n")
        (self.home / "closed/secret.py").write_text(f"key = {self.token!r}\n")
        (self.home / "link").symlink_to("keepsake")

    def _open_sockets(self) -> None:
        self._abstract = f"symbench-decoy-{secrets.token_hex(6)}"
        stream, datagram, abstract = socket.AF_UNIX, socket.AF_UNIX, socket.AF_UNIX
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        self._ports = (tcp.getsockname()[1], udp.getsockname()[1])
        local = [
            (socket.socket(stream, socket.SOCK_STREAM), str(self.base / "stream")),
            (socket.socket(datagram, socket.SOCK_DGRAM), str(self.base / "datagram")),
            (socket.socket(abstract, socket.SOCK_STREAM), f"\0{self._abstract}"),
        ]
        for opened, address in local:
            opened.bind(address)
            if opened.type == socket.SOCK_STREAM:
                opened.listen()
        self._sockets = [tcp, udp, *(opened for opened, _ in local)]


def our_processes(ancestors: set[int] | None = None) -> set[int]:
    """Our descendants, or theirs. Orphans among them become our children (see `stage`); zombies do not
    count, they only wait for their parent."""
    parents: dict[int, int] = {}
    with contextlib.suppress(OSError):
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
                    if fields[0] != "Z":
                        parents[int(entry.name)] = int(fields[1])
    found: set[int] = set()
    waiting = {os.getpid()} if ancestors is None else ancestors
    while waiting:
        waiting = {pid for pid, parent in parents.items() if parent in waiting}
        found |= waiting
    return found


def ipc_objects() -> set[str]:
    """SysV objects of our user, as kind and id: they outlive whoever made them."""
    found = set()
    for kind in ("shm", "sem", "msg"):
        with contextlib.suppress(OSError):
            head, *rows = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()
            owner = head.split().index("uid")
            for row in rows:
                fields = row.split()
                if fields[owner] == str(os.getuid()):
                    found.add(f"{kind} {fields[1]}")
    return found


def end_processes(pids: set[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
