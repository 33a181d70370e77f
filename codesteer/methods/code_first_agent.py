"""The steering loop under a prompted model that is told to try code first."""

from __future__ import annotations

from codesteer.episode import Answer
from codesteer.methods.loop import steer
from codesteer.steerers.prompted import Prompted
from codesteer.workbench import Workbench


async def code_first_agent(question: str, bench: Workbench) -> Answer:
    """The task model guides itself, unless the bench has a steerer. Answer: that of `steer`."""
    return await steer(question, bench, Prompted(brief="code_first"))
