"""Published instances as data: one record each, with flags computed from its content."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

Flag: TypeAlias = Literal["no_valid_answer", "several_answers", "ambiguous", "leaks_answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One published instance.

    ``data`` is what the task's ``verify`` and ``solve`` take. ``stored`` is the published key
    as an answer text, or None where none is published. Whether the key is right is not a flag:
    it is the verifier's verdict on it.
    """

    task: str
    id: str
    """Path below the root, without file name, e.g. ``2048_dataset/sample_17``."""
    question: str
    data: Mapping[str, Any]
    stored: str | None
    flags: frozenset[Flag] = field(default_factory=frozenset)
    """``no_valid_answer``: nothing satisfies the stated rules. ``several_answers``: more than one
    does (many published judges take only the key). ``ambiguous``: the wording admits readings
    with different answers. ``leaks_answer``: the question prints its answer."""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A published record that could not be read; the reason is one sentence."""

    task: str
    id: str
    reason: str


class Damaged(ValueError):
    """Raised by a reader for a record that lacks something; becomes a `Fault`."""


def sample_folders(folder: Path, prefix: str = "sample_") -> Iterator[tuple[int, Path]]:
    """The folders ``sample_<id>`` of a published task in order of their numbers.

    Numbers may have gaps (half of a data set is a data set). A missing folder yields nothing.
    """
    if not folder.is_dir():
        return
    found = []
    for child in folder.iterdir():
        number = child.name.removeprefix(prefix)
        if child.name.startswith(prefix) and number.isascii() and number.isdigit():
            found.append((int(number), child))
    yield from sorted(found)


def samples(
    task: str, folder: Path, read: Callable[[Path, str], Record]
) -> Iterator[Record | Fault]:
    """The records of a published task that has a folder ``sample_<id>`` for each; see `Task`.

    Args:
        task: its name.
        folder: what holds the folders.
        read: the record of a folder and its id; may raise `Damaged`.
    """
    for number, place in sample_folders(folder):
        identity = f"{folder.name}/sample_{number}"
        try:
            yield read(place, identity)
        except Damaged as damage:
            yield Fault(task=task, id=identity, reason=str(damage))


def read_text(path: Path) -> str:
    """A file's text without outer white space; raises `Damaged` in a sentence."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise Damaged(f"{path.name} is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Damaged(f"{path.name} cannot be read ({error.__class__.__name__})") from None
    if not text:
        raise Damaged(f"{path.name} is empty")
    return text


def read_json(path: Path) -> Any:
    """A JSON file's content; raises `Damaged` in a sentence."""
    text = read_text(path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # ValueError also for a number of too many digits
        raise Damaged(f"{path.name} is not valid JSON") from None
