"""The steering loop: a steerer guides the task model from turn to turn; the best answer counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from codesteer.checkers.self_answer import SelfChecker
from codesteer.checkers.symbolic import analyze
from codesteer.episode import Action, Answer, Guidance
from codesteer.methods.context import clip, fit, spoken
from codesteer.methods.marker import echoes, key, legible
from codesteer.methods.report import report
from codesteer.methods.turn import Mode, Turn, settle, take_turn
from codesteer.models.chat import Completion, Finish, Message
from codesteer.models.errors import ContextLength, Refused
from codesteer.prompts import prompt
from codesteer.steerers.features import suited
from codesteer.steerers.protocol import Attempt, Decision, State, Steerer
from codesteer.workbench import Workbench


async def steer(question: str, bench: Workbench, steerer: Steerer) -> Answer:
    """The best of `attempts`.

    The best by: whether the answer can be told from the words around it, the verdict of its check,
    the number of different attempts that found the same, whether code and text agree, whether its
    program computes it, and last, how late it came. Where none gave an answer, the last one's
    failure.

    Raises:
        ModelError: infrastructure failed, or the very first request did not get through.
    """
    return best(await attempts(question, bench, steerer)).turn.declared()


async def attempts(question: str, bench: Workbench, steerer: Steerer) -> list[Attempt]:
    """Asks the task model under guidance until the steerer ends it or nothing new can come.

    Every answer is checked and kept, the last one too.

    Raises:
        ModelError: as `steer`.
    """
    checker = SelfChecker(question=question)
    made: list[Attempt] = []
    messages: list[Message] = []
    for turn in range(1 + bench.budget.guidance_turns):
        state = State(
            question=question,
            attempts=tuple(made),
            left=bench.budget.guidance_turns + 1 - turn,
        )
        decision = _exit(state, bench) or await steerer.decide(state, bench)
        bench.record(
            Guidance(
                action=decision.action,
                text=decision.guidance,
                reason=decision.reason,
                fresh=decision.fresh,
            )
        )
        if decision.ends and made:
            break
        mode = _mode(decision, state)
        if decision.fresh:
            messages = []
        request = _request(question, decision, mode, made if messages else (), bench)
        messages = fit([*messages, Message("user", request)], bench.budget.field_tokens)
        taken = await _taken(bench, messages, mode, first=not made)
        attempt = await _reviewed(question, taken, made, checker, bench)
        made.append(replace(attempt, decision=decision))
        messages.append(Message("assistant", spoken(taken.reply)))
    return made


def best(made: Sequence[Attempt]) -> Attempt:
    """The attempt whose answer is returned."""
    return max(enumerate(made), key=lambda pair: _rank(made, *pair))[1]


def _rank(made: Sequence[Attempt], index: int, attempt: Attempt) -> tuple[float, ...]:
    same = [other for other in made if other is not attempt and _agree(other, attempt)]
    belief = 2 * attempt.confirmed - attempt.disproved
    computed = attempt.symbolic is not None and not attempt.hard_coded
    return (
        attempt.usable,
        attempt.turn.failure is None,
        legible(attempt.turn.answer),
        belief,
        len({(other.turn.way, other.turn.code or other.turn.reply) for other in same}),
        any(other.turn.way != attempt.turn.way for other in same),
        computed,
        index,
    )


def _agree(one: Attempt, other: Attempt) -> bool:
    """Did two different replies come to the same answer?"""
    return (
        one.usable
        and other.usable
        and (one.turn.code or one.turn.reply) != (other.turn.code or other.turn.reply)
        and key(one.turn.answer) == key(other.turn.answer)
    )


def _exit(state: State, bench: Workbench) -> Decision | None:
    """Reasons to stop that need no steerer."""
    last = state.last
    if last is None:
        return None
    if bench.exhausted():
        return Decision(action="finish", reason="the token budget is spent")
    earlier = state.attempts[:-1]
    if last.usable and not last.disproved:
        if last.confirmed and last.symbolic is not None and not last.symbolic.simple:
            return Decision(action="finish", reason="both checks pass")
        if any(_agree(other, last) and not other.disproved for other in earlier):
            return Decision(action="finish", reason="two attempts agree")
    repeated = any(_content(other.turn) == _content(last.turn) for other in earlier)
    believed = any(a.usable and not a.disproved for a in state.attempts)
    if repeated and (believed or len({a.turn.mode for a in state.attempts}) > 1):
        action: Action = "finish" if believed else "give_up"
        return Decision(action=action, reason="the model repeats itself")
    return None


def _content(turn: Turn) -> str:
    return "".join((turn.code or turn.reply).split())


def _mode(decision: Decision, state: State) -> Mode:
    if decision.action in ("code", "text"):
        return "code" if decision.action == "code" else "text"
    return state.last.turn.mode if state.last else suited(state.question)


def _request(
    question: str,
    decision: Decision,
    mode: Mode,
    made: Sequence[Attempt],
    bench: Workbench,
) -> str:
    guidance = clip(decision.guidance.strip(), bench.budget.field_tokens)
    if not made:
        return "\n\n".join(part for part in (question, prompt(mode), guidance) if part)
    parts = [report(made[-1], bench), guidance, prompt(f"{mode}_again")]
    return "\n\n".join(part for part in parts if part)


async def _taken(bench: Workbench, messages: list[Message], mode: Mode, *, first: bool) -> Turn:
    """A turn; once there are answers, a refusal or a full context does not cost them."""
    try:
        return await take_turn(bench, messages, mode=mode)
    except Refused:
        if first:
            raise
        return await _unanswered(bench, mode, "refusal")
    except ContextLength:
        if first:
            raise
    if len(messages) < 4:
        return await _unanswered(bench, mode, "length")
    try:  # without the turns between the question and the last request
        return await take_turn(bench, [messages[0], *messages[-2:]], mode=mode)
    except ContextLength:
        return await _unanswered(bench, mode, "length")


async def _unanswered(bench: Workbench, mode: Mode, finish: Finish) -> Turn:
    return await settle(bench, Completion(text="", finish=finish), mode=mode)


async def _reviewed(
    question: str,
    turn: Turn,
    earlier: Sequence[Attempt],
    checker: SelfChecker,
    bench: Workbench,
) -> Attempt:
    symbolic = None
    if turn.code is not None:  # a long program takes seconds, in which other episodes go on
        symbolic = await asyncio.to_thread(analyze, turn.code)
    if symbolic is not None:
        bench.record(symbolic.check())
    attempt = Attempt(turn=turn, symbolic=symbolic, echo=echoes(turn.answer, question))
    if not (attempt.usable and _worth_checking(question, attempt, earlier, bench)):
        return attempt
    check = await checker.check(turn.answer, bench)
    return replace(attempt, check=check)


def _worth_checking(
    question: str, attempt: Attempt, earlier: Sequence[Attempt], bench: Workbench
) -> bool:
    """A check costs at least one call. By default it is made only where the evidence is unclear.

    Unclear is an answer that differs from an earlier one, and text on a question that text suits.
    Where code suits the question and was not tried yet, a program tells more than a check; and a
    program that only states its answer is known to prove nothing.
    """
    wish = bench.budget.self_checks
    if wish != "auto" or bench.exhausted():
        return wish == "always" and not bench.exhausted()
    if bench.budget.tokens is not None and bench.spent() * 2 > bench.budget.tokens:
        return False
    if any(_agree(other, attempt) for other in earlier):
        return False
    if attempt.hard_coded or any(_content(o.turn) == _content(attempt.turn) for o in earlier):
        return False
    if any(other.usable for other in earlier):
        return True
    return attempt.turn.way == "text" and suited(question) == "text"
