"""An instance: a task at a level with a seed. Its identity makes it, on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from pytest_symbench.tasks.answers.extract import MAX_ANSWER, Unreadable, marked
from pytest_symbench.tasks.task import Data, LevelError, Params, Task, Verdict, wrong

Level: TypeAlias = "int | str"
"""A number from 1 upward, the name of one of the paper's settings, or `PUBLISHED` and an id."""

PUBLISHED = "@"
"""Begins the level of a published record, whose id follows."""


@dataclass(frozen=True, slots=True, repr=False)
class Instance:
    """Parameters, data and question of one (task, version, level, seed)."""

    task: Task
    level: Level
    seed: int
    params: Params
    data: Data
    question: str

    def __repr__(self) -> str:
        return f"<{self.id}>"

    @property
    def id(self) -> str:
        return instance_id(self.task.name, self.level, self.seed)

    @property
    def digest(self) -> str:
        """16 hexadecimal digits over identity, data and question: pinned in tests."""
        identity = [self.task.name, self.task.version, self.level, self.seed]
        return hashlib.sha256(canonical([identity, self.data, self.question])).hexdigest()[:16]

    def judge(self, reply: str) -> Verdict:
        """The verdict on a whole reply, as `judge` gives it."""
        return judge(self.task, self.data, reply)


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no blanks: equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def instance_id(name: str, level: Level, seed: int) -> str:
    """The id in test names: ``game24-L03-s0017``, ``game24-Pk20-s0017`` for a paper setting."""
    if isinstance(level, str) and level.startswith(PUBLISHED):
        return f"{name}-{level.removeprefix(PUBLISHED)}"
    label = f"L{level:02d}" if isinstance(level, int) else f"P{level}"
    return f"{name}-{label}-s{seed:04d}"


def level_params(task: Task, level: Level) -> Params:
    """The parameters of a level or paper setting; raises `LevelError` with what exists."""
    if isinstance(level, str):
        try:
            return task.paper_settings[level]
        except KeyError:
            names = ", ".join(task.paper_settings) or "none"
            raise LevelError(
                f"{task.name} has no paper setting {level!r}; it has: {names}"
            ) from None
    if level < 1:
        raise LevelError(f"level {level} does not exist: levels begin at 1")
    return task.params(level)


def seeded(*identity: str | int) -> Random:
    """A generator seeded by a stable hash of an identity, the same under every hash seed."""
    digest = hashlib.sha256("/".join(map(str, identity)).encode()).digest()
    return Random(int.from_bytes(digest, "big"))


def make(task: Task, level: Level, seed: int) -> Instance:
    """The instance of an identity.

    Raises:
        LevelError: the task has no such level.
    """
    params = level_params(task, level)
    rng = seeded(task.name, task.version, level, seed)
    data = task.generate(params, rng)
    return Instance(task, level, seed, params, data, task.render(data))


def judge(task: Task, data: Mapping[str, Any], reply: str) -> Verdict:
    """The verdict on a whole reply.

    The content of the last complete ``<<<...>>>`` is the answer. Without a marker the whole
    reply is, if it reads as one; else there is no answer. Never raises.
    """
    text, was_marked = marked(reply)
    if len(text) > MAX_ANSWER:
        if not was_marked:
            return Verdict("no_answer", "no <<<...>>> marker in a very long reply")
        return wrong(f"the answer is longer than {MAX_ANSWER} characters")
    if not text and not was_marked:
        return Verdict("no_answer", "the reply is empty")
    try:
        return task.verify(data, text)
    except Unreadable as unreadable:
        if was_marked:
            return wrong(f"the answer cannot be read: {unreadable}")
        return Verdict("no_answer", "no <<<...>>> marker, and the reply is not a bare answer")
    except RecursionError:
        return wrong("the answer cannot be read: it is nested too deeply")
