"""``--symbench-plan``: what a run would ask and cost, told before anything is asked.

Episodes of the same model, task, level and method in a ledger are the measure. Where there are
none, those of a neighbouring level, then of the same method, then stated priors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from statistics import fmean
from typing import TypeAlias

import pytest

from codesteer.models.chat import Usage
from codesteer.models.prices import price
from codesteer.models.registry import resolve
from codesteer.steerers import get_steerer
from pytest_symbench.cases import Case
from pytest_symbench.collection import case_of, search_of
from pytest_symbench.configuration import Configuration, gated
from pytest_symbench.ledger import Ledger, LedgerError, read_ledger
from pytest_symbench.priors import prior
from pytest_symbench.run import instance_of
from pytest_symbench.session import check_priced, usage_errors

REPLY = 300.0
"""Tokens of a reply of which nothing is known; a reasoning model writes many more."""

TOKENS_A_SECOND = 50.0
"""At which a reply of which nothing is known is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """The mean episode that is expected."""

    calls: float
    input_tokens: float
    output_tokens: float
    seconds: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The episodes of one task and method. Sums, not means."""

    task: str
    method: str
    episodes: int
    kept: int
    """How many of them the ledger holds already; they are not asked."""
    calls: float
    input_tokens: float
    output_tokens: float
    seconds: float
    """Of all episodes, one after the other."""
    source: str


Group: TypeAlias = "tuple[str, str, str]"
"""Task, level, method."""


@dataclass(frozen=True, slots=True)
class History:
    """Mean episodes by group, and the share of the steerer's model in their tokens."""

    groups: Mapping[Group, tuple[int, Episode]]
    steerer: float | None

    def episode(self, case: Case) -> Episode | None:
        """The mean of the nearest that is known; None where the method is not."""
        level = str(case.level)
        if found := self.groups.get((case.task, level, case.method)):
            return found[1]
        near = [
            (_distance(level, other), *found)
            for (task, other, method), found in self.groups.items()
            if (task, method) == (case.task, case.method)
        ]
        if near:
            least = min(distance for distance, _, _ in near)
            return _mean([e for d, _, e in near if d == least], "another level")
        alike = [e for (_, _, method), (_, e) in self.groups.items() if method == case.method]
        return _mean(alike, "other tasks") if alike else None


def read_history(configuration: Configuration) -> History:
    """What the run's own ledger says, completed by others of the same model beside it."""
    groups: dict[Group, tuple[int, Episode]] = {}
    steered: list[tuple[int, int]] = []
    for ledger in _ledgers(configuration):
        with closing(ledger):
            for past in ledger.past():
                key = (past.task, past.level, past.method)
                if key not in groups:
                    source = f"{past.episodes} such episode{'s' * (past.episodes > 1)}"
                    means = (past.calls, past.input_tokens, past.output_tokens, past.seconds)
                    groups[key] = past.episodes, _episode(*means, source)
                    if episode := ledger.transcript(past.example):
                        steered.append((episode.usage("steerer").total, episode.usage().total))
    total = sum(all_tokens for _, all_tokens in steered)
    return History(groups, sum(part for part, _ in steered) / total if total else None)


def _ledgers(configuration: Configuration) -> Iterator[Ledger]:
    own = configuration.ledger
    for path in [own, *sorted(set(own.parent.glob("*.sqlite")) - {own})]:
        if not path.is_file():
            continue
        try:
            ledger = read_ledger(path)
        except LedgerError:
            if path == own:
                raise
            continue
        if path == own:
            ledger.check(configuration.identity())
        if ledger.meta().get("identity", {}).get("model") == configuration.model:
            yield ledger
        else:
            ledger.close()


def forecasts(
    configuration: Configuration, cases: Sequence[Case], history: History
) -> list[Forecast]:
    """What the cases will take, by task and method in their order."""
    kept = _kept(configuration, cases)
    groups: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.task, case.method].append(case)
    found = []
    expected: dict[Group, Episode] = {}
    for (task, method), members in groups.items():
        asked = [case for case in members if case not in kept]
        parts = []
        for case in asked:
            key = (task, str(case.level), method)
            if key not in expected:
                expected[key] = history.episode(case) or _prior(configuration, case)
            parts.append(expected[key])
        found.append(
            Forecast(
                task=task, method=method, episodes=len(members), kept=len(members) - len(asked),
                calls=sum(part.calls for part in parts),
                input_tokens=sum(part.input_tokens for part in parts),
                output_tokens=sum(part.output_tokens for part in parts),
                seconds=sum(part.seconds for part in parts),
                source=", ".join(dict.fromkeys(part.source for part in parts)) or "the ledger",
            )
        )  # fmt: skip
    return found


def _kept(configuration: Configuration, cases: Iterable[Case]) -> set[Case]:
    if configuration.refresh or not configuration.ledger.is_file():
        return set()
    with closing(read_ledger(configuration.ledger)) as ledger:
        rows = {case: ledger.episode(case.id) for case in cases}
    return {case for case, row in rows.items() if row and row.outcome != "infrastructure"}


def _prior(configuration: Configuration, case: Case) -> Episode:
    calls, prompt = prior(case.method)
    # One instance of each task and level: their questions are of about the same length.
    question = len(instance_of(configuration, case).question) / 4
    reply = min(REPLY, configuration.settings.max_tokens or REPLY)
    return _episode(
        calls,
        calls * (question + prompt),
        calls * reply,
        calls * (1 + reply / TOKENS_A_SECOND),
        "stated priors",
    )


def _episode(calls: float, inwards: float, outwards: float, seconds: float, source: str) -> Episode:
    return Episode(
        calls=calls, input_tokens=inwards, output_tokens=outwards, seconds=seconds, source=source
    )


def _mean(episodes: Sequence[Episode], source: str) -> Episode:
    return _episode(
        fmean(e.calls for e in episodes),
        fmean(e.input_tokens for e in episodes),
        fmean(e.output_tokens for e in episodes),
        fmean(e.seconds for e in episodes),
        source,
    )


def _distance(level: str, other: str) -> int:
    if level.isdecimal() and other.isdecimal():
        return abs(int(level) - int(other))
    return 10**6


def dollars(configuration: Configuration, forecast: Forecast, steerer: float) -> float | None:
    """The price; ``steerer`` is the share of the tokens that the steerer's model has."""
    total = 0.0
    model = get_steerer(configuration.steerer, resolve).model
    parts = [(configuration.model, 1 - steerer if model else 1.0)]
    if model and steerer:
        parts.append((model.name, steerer))
    for name, share in parts:
        usage = Usage(
            input=round(forecast.input_tokens * share), output=round(forecast.output_tokens * share)
        )
        cost = price(name, usage)
        if cost is None:
            return None
        total += cost
    return total


class Planning:
    """The plugin of a run that is only planned: the suite is collected, and nothing asked."""

    def __init__(self, config: pytest.Config, configuration: Configuration) -> None:
        self._config = config
        self._configuration = configuration
        self._lines: list[str] = []
        check_priced(configuration)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Plans instead of running. Raises `pytest.UsageError` where the run would."""
        cases = [case for item in session.items if (case := case_of(item))]
        searches = [search for item in session.items if (search := search_of(item))]
        others = len(session.items) - len(cases) - len(searches)
        if searches:
            from pytest_symbench.frontier.search import at_most
            from pytest_symbench.frontier.session import bounds

            for search in searches:
                cases += at_most(search, bounds(self._configuration, search.task))
        with usage_errors():
            self._lines = list(told(self._configuration, cases))
        if searches:
            self._lines.append("a search may end with fewer episodes: these are the most it asks")
        if others:
            self._lines.append(f"{others} tests of your own are not counted")
        if gated(self._config):
            from pytest_symbench.gate.options import read_options
            from pytest_symbench.gate.power import outlook

            self._lines += outlook(read_options(self._config, self._configuration), cases)
        self._lines.append("nothing was asked; the same command without --symbench-plan runs")
        return True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self._lines:
            terminalreporter.write_line(line)


def told(configuration: Configuration, cases: Sequence[Case]) -> Iterator[str]:
    """The plan, line by line."""
    history = read_history(configuration)
    share = history.steerer if history.steerer is not None else 0.5
    found = forecasts(configuration, cases, history)
    costs = [dollars(configuration, forecast, share) for forecast in found]
    yield f"plan: model {configuration.model}, {len(cases)} episodes"
    task, method = (max(map(len, names)) for names in _names(found))
    columns = f"{{:{task}}} {{:{method}}} {{:>8}} {{:>7}} {{:>9}} {{:>10}} {{:>9}}  {{}}"
    yield columns.format(
        "task", "method", "episodes", "calls", "tokens in", "tokens out", "USD", "from"
    )
    for forecast, cost in zip(found, costs, strict=True):
        yield columns.format(
            forecast.task, forecast.method, forecast.episodes - forecast.kept,
            *_numbers(forecast), _money(cost), forecast.source,
        )  # fmt: skip
    kept = sum(forecast.kept for forecast in found)
    total = Forecast(
        task="total", method="", episodes=len(cases), kept=kept, source="",
        calls=sum(f.calls for f in found),
        input_tokens=sum(f.input_tokens for f in found),
        output_tokens=sum(f.output_tokens for f in found),
        seconds=sum(f.seconds for f in found),
    )  # fmt: skip
    known = [cost for cost in costs if cost is not None]
    cost = sum(known) if len(known) == len(costs) else None
    yield columns.format(
        "total", "", len(cases) - kept, *_numbers(total), _money(cost), ""
    ).rstrip()
    if kept:
        yield f"{kept} of {len(cases)} episodes are in {configuration.ledger} and cost nothing"
    if any("priors" in forecast.source for forecast in found):
        yield (
            f"stated priors: replies of {REPLY:.0f} tokens, questions counted; right within a "
            "factor of three at best. A run of a few samples makes them measured"
        )
    minutes = _minutes(configuration, total)
    if minutes is not None:
        yield f"about {_duration(minutes)} with {configuration.connections} calls in flight"
    if configuration.budget:
        yield _fits(configuration, total, cost, minutes)


def _minutes(configuration: Configuration, total: Forecast) -> float | None:
    if configuration.adaptive:
        return None  # how many calls the server bears is not known
    bounds = [total.seconds / 60 / configuration.connections]
    if rpm := configuration.requests_a_minute:
        bounds.append(total.calls / rpm)
    if tpm := configuration.tokens_a_minute:
        bounds.append((total.input_tokens + total.output_tokens) / tpm)
    return max(bounds)


def _fits(
    configuration: Configuration, total: Forecast, cost: float | None, minutes: float | None
) -> str:
    budget = configuration.budget
    assert budget is not None
    spent = {
        "USD": cost,
        "tokens": total.input_tokens + total.output_tokens,
        "calls": total.calls,
        "min": minutes,
    }[budget.unit]
    if spent is None:
        return f"the budget of {budget}: how long this takes is not known with auto connections"
    if spent <= budget.amount:
        part = spent / budget.amount
        return f"the budget of {budget} is enough: {part:.0%} of it"
    return (
        f"the budget of {budget} is too small: {spent:.6g} {budget.unit} are expected; the run would "
        f"end as incomplete after about {budget.amount / spent:.0%} of it"
    )


def _names(found: Sequence[Forecast]) -> tuple[list[str], list[str]]:
    return ["total", *(f.task for f in found)], ["method", *(f.method for f in found)]


def _numbers(forecast: Forecast) -> tuple[str, str, str]:
    return (
        f"{forecast.calls:.0f}", f"{forecast.input_tokens:.0f}", f"{forecast.output_tokens:.0f}"
    )  # fmt: skip


def _money(cost: float | None) -> str:
    return "unknown" if cost is None else f"{cost:.4f}"


def _duration(minutes: float) -> str:
    if minutes < 2:
        return f"{60 * minutes:.0f} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
