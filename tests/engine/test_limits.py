"""Limits on their own: connections, rates and budgets."""

from __future__ import annotations

import asyncio
import time

import pytest

from codesteer.models.chat import Completion, Message, Settings, Usage
from codesteer.models.errors import BadRequest, RateLimited, Transient
from pytest_symbench.budget import Budget, BudgetSpent, Spending, parse_budget
from pytest_symbench.calls import Closing, Governor, Outage
from pytest_symbench.limits import FIRST, Connections, Rate

QUESTION = [Message("user", "x" * 40)]


class Scripted:
    """Answers or raises in order; the last entry repeats."""

    name = "gold"

    def __init__(self, *script: object) -> None:
        self.script = list(script)
        self.asked = 0
        self.usage = Usage(input=10, output=10)

    async def complete(self, messages: object, *, settings: Settings) -> Completion:
        entry = self.script[min(self.asked, len(self.script) - 1)]
        self.asked += 1
        if isinstance(entry, Exception):
            raise entry
        return Completion(text=str(entry), usage=self.usage)

    async def aclose(self) -> None: ...


def governor(**changes: object) -> Governor:
    values: dict[str, object] = {
        "connections": Connections(4), "patience": 5.0, "spending": Spending(None),
    }  # fmt: skip
    return Governor(**{**values, **changes})  # type: ignore[arg-type]


def ask(governor: Governor, model: Scripted) -> Completion:
    return asyncio.run(governor.complete(model, QUESTION, Settings()))


def test_connections_bound_what_is_in_flight() -> None:
    async def go() -> int:
        connections, most = Connections(3), 0

        async def one() -> None:
            nonlocal most
            async with connections.one():
                most = max(most, connections.in_flight)
                await asyncio.sleep(0.001)

        await asyncio.gather(*(one() for _ in range(50)))
        assert connections.in_flight == 0
        return most

    assert asyncio.run(go()) == 3


def test_a_cancelled_wait_frees_its_turn() -> None:
    async def go() -> None:
        connections = Connections(1)
        async with connections.one():
            waiting = [asyncio.create_task(_hold(connections)) for _ in range(3)]
            await asyncio.sleep(0)
            waiting[0].cancel()
            waiting[1].cancel()
        await asyncio.wait_for(waiting[2], 1)
        assert connections.in_flight == 0

    asyncio.run(go())


async def _hold(connections: Connections) -> None:
    async with connections.one():
        await asyncio.sleep(0)


def test_the_adaptive_limit_halves_once_for_a_burst_and_grows_again() -> None:
    connections = Connections(100, adaptive=True)
    connections.in_flight = connections.limit = 40
    for _ in range(10):
        connections.rate_limited()
    assert connections.limit == 20
    connections.in_flight = 20
    for _ in range(100):
        connections.answered()
    assert connections.limit == 20, "no growth right after a refusal"
    connections._frozen_until = 0
    for _ in range(100):
        connections.in_flight = connections.limit
        connections.answered()
    assert 22 <= connections.limit <= 25


def test_server_errors_only_keep_the_limit_from_growing() -> None:
    connections = Connections(100, adaptive=True)
    connections.in_flight = connections.limit
    for _ in range(10):
        connections.server_failed()
    assert connections.limit == FIRST, "they say nothing of how much we ask"
    for _ in range(50):
        connections.answered()
    assert connections.limit == FIRST
    connections._frozen_until = 0
    for _ in range(50):
        connections.in_flight = connections.limit
        connections.answered()
    assert connections.limit > FIRST


def test_a_fixed_limit_stays() -> None:
    connections = Connections(5)
    connections.rate_limited()
    connections.answered()
    assert connections.limit == 5


def test_a_rate_spreads_requests() -> None:
    async def go() -> float:
        rate, start = Rate(600), time.monotonic()
        for _ in range(65):
            await rate.take(1)
        return time.monotonic() - start

    assert 0.3 < asyncio.run(go()) < 2.0


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("5 USD", 5, "USD"), ("$", None, None), ("0.5 $", 0.5, "USD"), ("2M tokens", 2e6, "tokens"),
        ("10k tokens", 1e4, "tokens"), ("3000 calls", 3000, "calls"), ("20 min", 20, "min"),
        ("20 minutes", 20, "min"), ("0 calls", None, None), ("-3 calls", None, None),
        ("many", None, None), ("3 euros", None, None), ("", None, None),
    ],
)  # fmt: skip
def test_budgets_are_read(text: str, amount: float | None, unit: str | None) -> None:
    if amount is None:
        with pytest.raises(ValueError, match="is no budget"):
            parse_budget(text)
    else:
        assert parse_budget(text) == Budget(amount, unit)  # type: ignore[arg-type]


def test_a_budget_stops_the_next_call() -> None:
    governed = governor(spending=Spending(Budget(2, "calls")))
    model = Scripted("a")
    ask(governed, model)
    ask(governed, model)
    with pytest.raises(BudgetSpent, match="the budget of 2 calls is spent"):
        ask(governed, model)
    assert model.asked == 2
    tokens = governor(spending=Spending(Budget(30, "tokens")))
    for _ in range(2):
        ask(tokens, model)
    with pytest.raises(BudgetSpent):
        ask(tokens, model)


def test_parts_of_a_budget_speak_of_the_whole() -> None:
    assert str(Budget(30, "calls").part(1, 4)) == "30 calls"
    assert Budget(20, "min").part(1, 4) == Budget(20, "min")
    assert [Budget(25, "calls").part(index, 4).amount for index in range(4)] == [6, 6, 6, 7]
    assert Budget(5, "USD").part(3, 4).amount == 1.25


def test_tokens_a_minute_are_those_that_calls_really_used() -> None:
    async def go() -> float:
        governed = governor(tokens=Rate(6000))  # 600 at once, then a hundred a second
        model = Scripted("a")
        model.usage = Usage(input=10, output=645)
        await governed.complete(model, QUESTION, Settings())
        start = time.monotonic()
        await governed.complete(model, QUESTION, Settings())
        return time.monotonic() - start

    assert 0.4 < asyncio.run(go()) < 3


def test_trouble_is_waited_out_and_counted() -> None:
    governed = governor()
    completion = ask(governed, Scripted(Transient("down"), RateLimited("slow", 0.05), "a"))
    assert completion.text == "a"
    assert completion.retries == 2
    assert governed.retries == 2
    assert not governed.trouble


def test_patience_ends_with_an_outage() -> None:
    start = time.monotonic()
    with pytest.raises(Outage, match="nothing was answered"):
        ask(governor(patience=1.5), Scripted(Transient("down")))
    assert time.monotonic() - start < 4


def test_what_repeating_does_not_mend_is_not_repeated() -> None:
    model = Scripted(BadRequest("no such field"))
    with pytest.raises(BadRequest):
        ask(governor(), model)
    assert model.asked == 1


def test_a_closing_run_begins_no_call() -> None:
    governed, model = governor(), Scripted("a")
    governed.closing = True
    with pytest.raises(Closing):
        ask(governed, model)
    assert model.asked == 0
