"""CodeSteer: a steerer guides the task model between code and text."""

from __future__ import annotations

from codesteer.episode import Answer
from codesteer.methods.codesteer_legacy import codesteer_legacy
from codesteer.methods.loop import steer
from codesteer.steerers.legacy import Legacy
from codesteer.steerers.policy import Policy
from codesteer.steerers.protocol import Steerer, at_bench
from codesteer.workbench import Workbench


async def codesteer(question: str, bench: Workbench, *, steerer: Steerer | None = None) -> Answer:
    """The loop of `steer` under a steerer; without one the rules of `Policy` guide.

    The published weights are guided by the published loop.
    """
    steerer = steerer or Policy()
    if isinstance(steerer, Legacy):
        return await codesteer_legacy(question, at_bench(steerer, bench), steerer)
    return await steer(question, at_bench(steerer, bench), steerer)
