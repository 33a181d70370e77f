"""The benchmark: 37 tasks, each a module of pure functions, and what reads and judges answers."""

from __future__ import annotations

from pytest_symbench.tasks.instance import Instance, instance_id, judge, make
from pytest_symbench.tasks.registry import UnknownTask, get, names, register, select
from pytest_symbench.tasks.task import LevelError, Task, Verdict, right, wrong

__all__ = [
    "Instance",
    "LevelError",
    "Task",
    "UnknownTask",
    "Verdict",
    "get",
    "instance_id",
    "judge",
    "make",
    "names",
    "register",
    "right",
    "select",
    "wrong",
]
