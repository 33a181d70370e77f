"""A server that answers each request with bytes of the test's choice, and remembers what it got."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Script: TypeAlias = "bytes | Callable[[socket.socket], None]"
"""A whole response, or what to do with the connection."""


def response(
    body: object, *, status: int = 200, kind: str = "application/json", headers: str = ""
) -> bytes:
    """A whole HTTP response with a correct length."""
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(content)}\r\n"
    return (head + headers + "connection: close\r\n\r\n").encode() + content


def reset(connection: socket.socket) -> None:
    """Breaks the connection before any answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def half(connection: socket.socket) -> None:
    """Breaks the connection in the middle of the body."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n" + b'{"choices": [')
    time.sleep(0.05)
    reset(connection)


@dataclass
class Wire:
    """The running server."""

    port: int
    requests: list[dict[str, Any]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(*scripts: Script) -> Iterator[Wire]:
    """Answers the n-th request with the n-th script, and all later ones with the last."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    wire = Wire(listener.getsockname()[1])
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection, contextlib.suppress(OSError, ConnectionError):
                connection.settimeout(2)
                _answer(connection, scripts[min(len(wire.requests), len(scripts) - 1)], wire)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        done.set()
        thread.join()
        listener.close()


def _answer(connection: socket.socket, script: Script, wire: Wire) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65536)
        if not received:
            return
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")),
        0,
    )  # fmt: skip
    while len(body) < length:
        body += connection.recv(65536)
    wire.heads.append(head.decode())
    wire.requests.append(json.loads(body or b"{}"))
    if callable(script):
        script(connection)
    else:
        connection.sendall(script)
