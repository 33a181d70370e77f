"""What the caller and the zygote say to each other: small JSON objects, over a socket that
snippets never see. Descriptors travel beside them.
"""

from __future__ import annotations

import json
import socket
from typing import Any, TypedDict, cast

MESSAGE_LIMIT = 1 << 17


class View(TypedDict):
    """What of the file system a snippet may read."""

    roots: list[str]
    links: list[list[str]]  # path and target, for folders that are known by a second path
    files: list[str]
    hidden: list[str]


class Setup(TypedDict):
    """First message to a zygote."""

    level: str  # or "probe"
    view: View
    imports: list[str]
    user: int | None  # id to become when started as root
    boxes: str  # folder of the scratch folders, at the levels that need one


class Ready(TypedDict, total=False):
    """Its answer: what it is made of, or which step was refused."""

    landlock: int  # interface version, 0 without
    imported: list[str]
    search_capability: bool
    refused: str
    error: int
    package: str  # whose import was the step that is refused, if it was one


class Job(TypedDict):
    """One snippet; with it come its text, its pipes and the socket for the two answers."""

    cpu_s: int
    memory: int
    file_size: int
    disk: int
    entries: int
    tasks: int
    box: str


class Refusal(TypedDict):
    step: str
    error: int


class Probed(TypedDict):
    """Per mechanism: ``None`` if it works here, else what was refused."""

    namespaces: Refusal | None
    landlock: Refusal | None
    seccomp: Refusal | None
    landlock_version: int


class Exited(TypedDict):
    status: int
    cpu_s: float
    peak_mb: float


def send(channel: socket.socket, message: Any, descriptors: list[int] | None = None) -> None:
    data = json.dumps(message).encode()
    if descriptors:
        socket.send_fds(channel, [data], descriptors)
    else:
        channel.send(data)


def receive(
    channel: socket.socket, descriptors: int = 0
) -> tuple[dict[str, Any] | None, list[int]]:
    """``None`` at the end of the conversation."""
    if descriptors:
        data, fds, _, _ = socket.recv_fds(channel, MESSAGE_LIMIT, descriptors)
    else:
        data, fds = channel.recv(MESSAGE_LIMIT), []
    return (cast("dict[str, Any]", json.loads(data)) if data else None), fds
