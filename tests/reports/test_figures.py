"""The data behind every report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symbench_reports.comparing import Counts, bonett_price, compare
from symbench_reports.reference import UnknownColumn, parse, reference
from symbench_reports.scores import frontier, score, task_score
from tests.reports.conftest import Read
from tests.reports.ledgers import row


def _levels(*counts: tuple[int, int, int]) -> list[dict[str, object]]:
    from pytest_symbench.stats import wilson

    found = []
    for level, right, n in counts:
        low, high = wilson(right, n)
        found.append(
            {
                "level": str(level),
                "n": n,
                "right": right,
                "rate": right / n,
                "low": low,
                "high": high,
            }
        )
    return found


def test_everything_is_json(ledgers: list[Path], read: Read) -> None:
    data, _ = read(*ledgers)
    assert json.loads(json.dumps(data)) == data
    assert data["format"] == "symbench-report/1"
    assert [series["label"] for series in data["series"]] == [
        "simulated:a · only_question", "simulated:a · codesteer",
        "simulated:b · only_question", "simulated:b · codesteer",
    ]  # fmt: skip


def test_scores_add_up(ledgers: list[Path], read: Read) -> None:
    data, runs = read(ledgers[0])
    for series in data["series"]:
        assert series["total"]["n"] == 54 == sum(task["n"] for task in series["tasks"])
        assert series["total"]["right"] == sum(
            split["right"] for split in series["splits"].values()
        )
        for task in series["tasks"]:
            assert task["n"] == sum(level["n"] for level in task["levels"])
            assert task["low"] <= task["rate"] <= task["high"]
    assert sum(s["total"]["outcomes"].get("correct", 0) for s in data["series"]) == sum(
        row.outcome == "correct" for row in runs[0].rows
    )


def test_infrastructure_is_counted_apart() -> None:
    found = score([row(0, ""), row(1, "", "infrastructure"), row(2, "", "correct")], "noop")
    assert (found["n"], found["right"], found["outcomes"]["infrastructure"]) == (2, 1, 1)
    nothing = score([row(0, "", "infrastructure")], "noop")
    assert (nothing["n"], nothing["rate"]) == (0, None)
    lost = [row(n, "", "correct" if n else "infrastructure") for n in range(3)]
    (level,) = task_score("letters", lost, "noop")["levels"]
    assert (level["n"], level["right"]) == (2, 2)
    compared = compare(lost, [row(n, "", "correct") for n in range(3)])
    assert compared is not None
    assert compared["pairs"] == 2


def test_unknown_prices_stay_unknown() -> None:
    assert score([row(0, "")], "nobody:knows")["cost"] is None
    assert score([row(0, "")], "noop")["cost"] == 0
    pytest.importorskip("genai_prices")
    assert score([row(0, "")], "openai:gpt-4o")["cost"] > 0


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ([(1, 20, 20), (2, 20, 20), (3, 0, 20)], "2.5"),
        ([(1, 20, 20), (2, 19, 20)], ">2"),
        ([(1, 2, 20), (2, 0, 20)], "<1"),
        ([(1, 10, 10), (2, 3, 10), (3, 7, 10), (4, 0, 10)], "2.6"),
    ],
)
def test_the_frontier_is_where_success_crosses_one_half(
    counts: list[tuple[int, int, int]], text: str
) -> None:
    found = frontier(_levels(*counts))
    assert found is not None
    assert found["text"] == text


def test_one_level_has_no_frontier() -> None:
    assert frontier(_levels((1, 3, 4))) is None


def test_comparison_pairs_the_same_instances() -> None:
    base = [row(n, "", "correct" if n < 6 else "wrong") for n in range(10)]
    other = [row(n, "", "correct" if n < 8 else "wrong") for n in range(2, 12)]
    found = compare(base, other)
    assert found is not None
    assert (found["pairs"], found["both"], found["gained"], found["lost"]) == (8, 4, 2, 0)
    assert found["difference"] == pytest.approx(0.25)
    assert found["low"] < 0.25 < found["high"]
    assert compare(base, [row(99, "")]) is None


def test_what_a_point_costs_and_where_it_harms() -> None:
    spent = {"input_tokens": 300, "output_tokens": 20, "calls": 3, "seconds": 2.5}
    base = [row(n, "", "correct" if n < 2 else "wrong") for n in range(10)]
    other = [row(n, "", "correct" if n < 6 else "wrong", **spent) for n in range(10)]
    found = compare(base, other)
    assert found is not None
    assert found["price"]["tokens"] == 200
    assert found["price"]["tokens_a_point"] == pytest.approx(200 / 40)
    assert found["price"]["seconds_a_point"] == pytest.approx(1 / 40)
    assert found["price"]["text"] == (
        "+2.0 calls, +200 tokens and +1.0 s an episode: 5 tokens and 0.03 s for each point gained"
    )
    assert found["harm"] == []
    back = compare(other, base)
    assert back is not None
    assert back["price"]["tokens_a_point"] is None
    assert back["price"]["text"].endswith("an episode, and no point gained")
    worse = compare([row(n, "", "correct") for n in range(20)], [row(n, "") for n in range(20)])
    assert worse is not None
    assert worse["harm"] == ["letters"]


def test_paired_interval_agrees_with_the_published_example() -> None:
    """Bonett and Price (2012): their formula on 10, 14, 2 and 14 pairs, by hand."""
    low, high = bonett_price(Counts(both=10, lost=2, gained=14, neither=14))
    n = 42
    gained, lost = 15 / n, 3 / n
    half = 1.959963984540054 * ((gained + lost - (gained - lost) ** 2) / n) ** 0.5
    assert low == pytest.approx(gained - lost - half)
    assert high == pytest.approx(gained - lost + half)


def test_smallest_failures_come_first(ledgers: list[Path], read: Read) -> None:
    data, _ = read(ledgers[0])
    found = data["extremes"]["smallest_failures"]
    assert found
    assert all(entry["outcome"] not in ("correct", "infrastructure") for entry in found)
    assert [int(e["level"]) for e in found] == sorted(int(e["level"]) for e in found)
    assert len({(entry["series"], entry["task"]) for entry in found}) == len(found)


def test_the_papers_columns(ledgers: list[Path], read: Read) -> None:
    assert parse('o1,"GPT-4o + CodeSteer"') == ["o1", "GPT-4o + CodeSteer"]
    data, _ = read(ledgers[0], columns=["O1", "gpt-4o + codesteer"])
    assert data["reference"]["columns"] == ["o1", "GPT-4o + CodeSteer"]
    assert data["reference"]["tasks"]["game24"] == [0.80, 0.93]
    assert "other instances" in data["reference"]["remark"]
    with pytest.raises(UnknownColumn, match="did you mean 'o1-preview'"):
        reference(["o1-previw"], set())


def test_versions_of_a_task_are_not_pooled(tmp_path: Path, read: Read) -> None:
    from pytest_symbench.ledger import open_ledger
    from tests.reports.ledgers import episode

    ledger = open_ledger(tmp_path / "v.sqlite", {"model": "noop"})
    for version in (1, 2, 2):
        seed = version + 10 * len(str(version))
        entry = row(seed, "x", id=f"letters-{version}-{seed}", version=version)
        ledger.store_episode(entry, episode("x"))
    ledger.close()
    data, _ = read(tmp_path / "v.sqlite")
    assert data["facts"]["episodes"] == 1
    assert any("versions 1, 2" in note for note in data["notes"])


def test_checkers_are_calibrated_against_the_verifier(ledgers: list[Path], read: Read) -> None:
    data, _ = read(ledgers[0])
    by_verdict = {entry["verdict"]: entry for entry in data["inside"]["self"]}
    assert by_verdict["correct"]["rate"] > by_verdict["incorrect"]["rate"]
    assert sum(bin_["n"] for bin_ in data["inside"]["symbolic"]) > 0
    assert data["inside"]["parts"]["task"]["calls"] >= 108
    assert data["inside"]["unread"] == 0
