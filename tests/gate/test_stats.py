from __future__ import annotations

from math import isclose, nan

import pytest

from pytest_symbench.avenorm import Reference, avenorm, paper, paper_table
from pytest_symbench.stats import (
    at_least_k,
    clopper_pearson,
    holm,
    mcnemar,
    paired_bootstrap,
    pass_at_k,
    wilson,
)
from pytest_symbench.tasks import registry

PUBLISHED = {
    "o1": (83.8, 79.4, 82.7),
    "DeepSeek R1": (79.3, 69.1, 76.8),
    "o1-preview": (77.9, 65.1, 74.8),
    "Only Question": (59.3, 34.5, 53.3),
    "Symbolic Agent": (77.0, 67.9, 74.8),
    "All Text + CoT": (56.7, 37.9, 52.1),
    "All Code + CoT": (71.6, 63.2, 69.6),
    "AutoGen Conca.": (73.2, 59.5, 69.9),
    "Code + Text + Sum.1": (66.7, 51.9, 63.1),
    "Code + Text + Sum.2": (65.8, 51.7, 62.4),
    "Code/Text Choice": (79.7, 72.1, 77.9),
    "Code Interpreter": (73.3, 61.9, 70.5),
    "GPT-4o + CodeSteer": (88.1, 81.3, 86.4),
}
"""The aggregates as the paper prints them: seen, unseen, total."""


@pytest.mark.parametrize("method", PUBLISHED)
def test_avenorm_gives_the_papers_aggregates_to_the_printed_digit(method: str) -> None:
    scores, reference = paper_table()[method], paper()
    splits = [
        {task: score for task, score in scores.items() if registry.split(task) in split}
        for split in (("seen",), ("unseen",), ("seen", "unseen"))
    ]
    found = tuple(round(avenorm(members, reference), 1) for members in splits)
    assert found == PUBLISHED[method]


def test_the_papers_table_is_whole() -> None:
    assert set(paper_table()) == set(PUBLISHED)
    assert all(list(scores) == list(registry.MODULES) for scores in paper_table().values())


def test_avenorm_depends_on_its_declared_reference() -> None:
    scores = {"letters": 50.0, "own_task": 10.0}
    assert avenorm(scores, paper()) == 50
    assert avenorm(scores, paper(["Only Question"])) == pytest.approx(100 * 50 / 12)
    with pytest.raises(ValueError, match="no method 'GPT-9'"):
        paper(["GPT-9"])
    with pytest.raises(ValueError, match="nothing succeeds at standard_sudoku"):
        avenorm({"standard_sudoku": 1.0}, paper(["o1"]))
    with pytest.raises(ValueError, match="no task of this run is in the reference"):
        avenorm({"own_task": 1.0}, Reference("mine", {}))


def test_intervals_agree_with_published_values() -> None:
    # Newcombe 1998, table I: 81 of 263, and 0 of 20.
    assert [round(end, 4) for end in wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(end, 4) for end in clopper_pearson(81, 263)] == [0.2527, 0.3676]
    assert [round(end, 4) for end in wilson(0, 20)] == [0.0, 0.1611]
    assert [round(end, 4) for end in clopper_pearson(0, 20)] == [0.0, 0.1684]
    assert wilson(0, 0) == clopper_pearson(0, 0) == (0, 1)
    with pytest.raises(ValueError, match="5 successes of 4 trials"):
        clopper_pearson(5, 4)


def test_mcnemar_is_exact() -> None:
    assert mcnemar(0, 0) == 1
    assert mcnemar(8, 0) == pytest.approx(2 / 256)
    assert mcnemar(5, 5) == 1
    assert mcnemar(1, 9) == mcnemar(9, 1) == pytest.approx(22 / 1024)
    with pytest.raises(ValueError, match="-1"):
        mcnemar(-1, 3)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1, 1]
    with pytest.raises(ValueError, match="from 0 to 1"):
        holm([0.1, nan])


def test_estimates_of_k_attempts() -> None:
    assert pass_at_k(10, 3, 1) == pytest.approx(0.3)
    assert pass_at_k(5, 2, 3) == pytest.approx(1 - 1 / 10)
    assert at_least_k(4, 2, 2, of=2) == pytest.approx(1 / 6)
    assert pass_at_k(5, 0, 5) == 0
    with pytest.raises(ValueError, match="from 3 attempts"):
        pass_at_k(3, 1, 4)


def test_the_bootstrap_is_seeded_and_clustered() -> None:
    same = {f"t{i}": [0.1] * 20 for i in range(10)}
    assert all(isclose(end, 0.1) for end in paired_bootstrap(same))
    mixed = {f"t{i}": [float(i % 2)] * 50 for i in range(10)}
    low, high = paired_bootstrap(mixed)
    assert low < 0.25
    assert high > 0.75
    assert paired_bootstrap(mixed) == (low, high)
    assert paired_bootstrap({}) == (-1, 1)
    with pytest.raises(ValueError, match="not a number"):
        paired_bootstrap({"t": [nan]})
