"""Code or text is chosen once, then the question is answered that way."""

from __future__ import annotations

from codesteer.episode import Answer, Guidance
from codesteer.methods.turn import Mode, take_turn
from codesteer.models.chat import Message
from codesteer.prompts import prompt
from codesteer.steerers.prompted import Prompted
from codesteer.steerers.protocol import State, Steerer, at_bench
from codesteer.workbench import Workbench


async def choice(question: str, bench: Workbench, *, steerer: Steerer | None = None) -> Answer:
    """A model chooses: a prompted or tuned steerer, else the task model itself.

    Its advice is left out, so that only the choice counts. Precedence of the answer: that of the
    chosen way in `take_turn`.
    """
    if steerer is None or steerer.model is None:
        steerer = Prompted()
    bench = at_bench(steerer, bench)
    decision = await steerer.decide(State(question=question), bench)
    bench.record(Guidance(action=decision.action, text="", reason=decision.reason))
    mode: Mode = "code" if decision.action == "code" else "text"
    turn = await take_turn(bench, [Message("user", f"{question}\n\n{prompt(mode)}")], mode=mode)
    return turn.declared()
