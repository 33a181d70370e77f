"""pytest stays pytest: selection, ids, stops and reports mean what they always mean."""

from __future__ import annotations

import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing

import pytest

from tests.plugin.conftest import Run, count, ledger_of


def test_gold_passes_and_noop_fails(symbench: Run) -> None:
    symbench("--levels", "1-3", "--samples", "2").assert_outcomes(passed=6)
    result = symbench("--levels", "1", "--samples", "2", model="noop")
    result.assert_outcomes(failed=2)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*no answer: the reply is empty*"])


def test_ids_are_the_same_on_every_machine(symbench: Run) -> None:
    result = symbench("--levels", "3", "--symbench-seed", "17", "--co", "-q")
    result.stdout.fnmatch_lines(["symbench::test_instance[[]number_multiply-L03-s0017[]]"])


# Nothing was seeded: each run, and each method, got other questions.
def test_every_method_and_every_run_asks_the_same_questions(
    symbench: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, set[tuple[str, int, str]]] = {}
    for number, methods in enumerate(("only_question,all_text,codesteer", "only_question")):
        monkeypatch.setenv("PYTHONHASHSEED", str(number))
        ledger = pytester.path / f"{number}.sqlite"
        options = ("--samples", "3", "--method", methods, "--symbench-ledger", str(ledger))
        symbench(*options, tasks="letters,game24").assert_outcomes(
            passed=6 * (1 + methods.count(","))
        )
        with closing(sqlite3.connect(ledger)) as db:
            for method, *question in db.execute("SELECT method, task, seed, digest FROM episodes"):
                asked.setdefault(f"{method} of {number}", set()).add(tuple(question))
    one, *others = asked.values()
    assert len(one) == 6
    assert others == [one] * 3


def test_keywords_select_tasks_and_families(symbench: Run) -> None:
    common = ("--levels", "1", "--samples", "1")
    tasks = "number_multiply,letters"
    symbench(*common, "-k", "letters", tasks=tasks).assert_outcomes(passed=1, deselected=1)
    symbench(*common, "-k", "strings", tasks=tasks).assert_outcomes(passed=1, deselected=1)
    symbench(*common, "-k", "unseen", tasks=tasks).assert_outcomes(passed=2)


def test_junit_carries_outcomes_and_times(symbench: Run, pytester: pytest.Pytester) -> None:
    symbench("--samples", "2", "--junitxml", "out.xml", model="noop")
    cases = list(ET.parse(pytester.path / "out.xml").iter("testcase"))
    assert len(cases) == 2
    for case in cases:
        found = {p.get("name"): p.get("value") for p in case.iter("property")}
        assert found["symbench_outcome"] == "no_answer"
        assert float(case.get("time") or -1) >= 0


def test_workers_share_the_items(symbench: Run, pytester: pytest.Pytester) -> None:
    result = symbench("--levels", "2-4", "--samples", "7", "-n", "2")
    result.assert_outcomes(passed=21)
    result.stdout.fnmatch_lines(["*total*21/21*", "21 episodes in *"])
    assert count(ledger_of(pytester.path), "episodes") == 21


def test_every_worker_asking_everything_is_refused(symbench: Run) -> None:
    result = symbench("-n", "2", "--dist", "each")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --dist each would ask and pay every instance*"])


def test_users_own_tests_run_when_paths_are_given(symbench: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_own="def test_own(): pass")
    symbench("--levels", "2").assert_outcomes(passed=1)
    symbench("test_own.py").assert_outcomes(passed=1)
    both = symbench("--levels", "2", "test_own.py", "symbench", "-v")
    both.assert_outcomes(passed=2)
    both.stdout.fnmatch_lines(["*test_own*PASSED*", "symbench::*PASSED*"])


def test_several_methods_and_attempts_have_ids_of_their_own(symbench: Run) -> None:
    result = symbench(
        "--method", "only_question,all_text", "--symbench-attempts", "2", "--co", "-q"
    )
    result.stdout.fnmatch_lines(
        [
            "*L01-s0000-only_question-a0]",
            "*L01-s0000-only_question-a1]",
            "*L01-s0000-all_text-a0]",
            "*L01-s0000-all_text-a1]",
        ]
    )


def test_options_have_twins_in_the_configuration_file(
    symbench: Run, pytester: pytest.Pytester
) -> None:
    pytester.makeini("[pytest]\nsymbench_levels = 2-3\nsymbench_samples = 2")
    symbench().assert_outcomes(passed=4)
    symbench("--samples", "1").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("arguments", "kept"), [((), 0), (("-n", "2"), 0), (("--durations=3",), 6)], ids=str
)
def test_what_went_well_before_and_after_an_item_is_not_kept_unless_it_is_shown(
    symbench: Run, pytester: pytest.Pytester, arguments: tuple[str, ...], kept: int
) -> None:
    pytester.makeconftest(
        """
        def pytest_terminal_summary(terminalreporter):
            stats = terminalreporter.stats
            print("kept", len(stats.get("", [])), "of", len(stats["passed"]))
        """
    )
    found = symbench("--levels", "1", "--samples", "3", *arguments)
    found.stdout.fnmatch_lines([f"*kept {kept} of 3*"])
