"""Model output that would rather act than be read, in every report."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pytest_symbench.cli import main
from symbench_reports import harmless, markdown, terminal
from symbench_reports.page import page, write
from tests.reports.browser import browser
from tests.reports.conftest import Read
from tests.reports.ledgers import told

ATTACKS = [
    "<script>window.hacked = 1; document.title = 'hacked'</script>",
    "</script><script>window.hacked = 1</script><!--",
    "<img src=x onerror='window.hacked = 1'><svg onload='window.hacked = 1'>",
    "javascript:window.hacked=1 [click](javascript:window.hacked=1) ![x](http://evil.invalid/x.png)",
    "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]8;;http://evil.invalid\x07link\x9b31m\x08\x08\r",
    "\u202eright to left\u202c \u2066isolate\u2069 \u200fmark \ufeff \u2028 \u2029",
    "lone \ud800 surrogate \udfff, null \x00, private \ue000, unassigned \U000e0001",
    "| cell | <br> `code` **bold** @team #1 :smile: ~~~ ``` $x$ <<<1>>>",
    "=cmd|'/C calc'!A0",
    "-->]]></style></textarea><iframe src='javascript:parent.hacked=1'>",
    "__proto__ constructor {{7*7}} ${7*7} %s %(x)s {0}",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return told(tmp_path_factory.mktemp("hostile") / "hostile.sqlite", ATTACKS)


def test_visible_text_has_no_sign_that_acts() -> None:
    for attack in ATTACKS:
        shown = harmless.visible(attack)
        categories = {unicodedata.category(sign) for sign in shown if sign not in "\n\t"}
        assert not categories & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        shown.encode()
    assert harmless.visible("naïve 👩‍💻 日本語\n") == "naïve 👩‍💻 日本語\n"


def test_a_long_text_is_cut_at_once() -> None:
    huge = "x" * 10_000_000
    assert harmless.line(huge, 80).endswith("…")
    shown, left = harmless.cut(huge, 1000)
    assert len(shown) < 1100
    assert left == 10_000_000 - 1000


@pytest.mark.parametrize("width", [80, 120])
def test_terminal(hostile: Path, read: Read, width: int, tmp_path: Path) -> None:
    data, _ = read(hostile)
    console = Console(file=(tmp_path / "out").open("w"), width=width, force_terminal=False)
    for part in terminal.report(data, width):
        console.print(part)
    console.file.close()
    text = (tmp_path / "out").read_text()
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]", text
    )


def test_markdown(hostile: Path, read: Read) -> None:
    data, _ = read(hostile)
    text = markdown.report(data)
    assert "<script" not in text
    assert "<img" not in text
    assert "](" not in text
    assert "@team" not in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.count("|") in {9, 5, 7} for line in tables)
    text.encode()


def test_markdown_keeps_to_its_limit(hostile: Path, read: Read) -> None:
    data, _ = read(hostile)
    whole = markdown.report(data)
    short = markdown.report(data, 600)
    assert len(short.encode()) <= 600 < len(whole.encode())
    assert "Cut here" in short
    assert markdown.report(data, 10) == ""


def test_csv_is_no_formula(hostile: Path, tmp_path: Path) -> None:
    out = tmp_path / "episodes.csv"
    assert main(["export", str(hostile), "--out", str(out)]) == 0
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(ATTACKS)
    assert not [value for row in rows for value in row.values() if value.startswith(("=", "@"))]


def test_json_lines_keep_the_text_as_it_was(hostile: Path, tmp_path: Path) -> None:
    out = tmp_path / "episodes.jsonl"
    assert main(["export", str(hostile), "--out", str(out)]) == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert rows[0]["transcript"]["events"][0]["prompt"] == ATTACKS[0]


def test_html_holds_no_text_of_a_model_as_markup(hostile: Path, read: Read) -> None:
    data, runs = read(hostile)
    text = page(data, runs)
    assert "hacked" not in text
    assert "default-src 'none'" in text
    assert "unsafe" not in re.search(r'Policy" content="([^"]*)"', text)[1]  # type: ignore[index]


def test_nothing_runs_in_a_browser(hostile: Path, read: Read, tmp_path: Path) -> None:
    data, runs = read(hostile, verdict=_spoilt_verdict())
    path = tmp_path / "report.html"
    write(path, data, runs)
    with browser() as chromium:
        opened = chromium.new_page()
        troubles: list[str] = []
        opened.on("console", lambda message: troubles.append(message.text))
        opened.on("pageerror", lambda error: troubles.append(str(error)))
        opened.on("dialog", lambda dialog: troubles.append("dialog"))
        opened.on("request", lambda r: r.url.startswith("file:") or troubles.append(r.url))
        opened.goto(f"{path.as_uri()}#/episode/0/%3Cimg%20src=x%20onerror=alert(1)%3E%ff")
        opened.wait_for_selector("html[data-ready]")
        _check(opened)
        for view in ("complexity", "episodes", "costs", "checkers", "about", ""):
            opened.evaluate(f"location.hash = '#/{view}'")
            opened.wait_for_selector(f"main[data-view={view or 'overview'}]")
            _check(opened)
        texts = []
        for seed in range(len(ATTACKS)):
            identity = f"letters-L01-s{seed:04d}%2Fv1%2Fonly_question%2Fa0"
            opened.evaluate(f"location.hash = '#/episode/0/{identity}'")
            opened.wait_for_selector(f"h1:text-is('letters L1 s{seed}')")
            opened.wait_for_selector(".event.final")
            _check(opened)
            texts.append(opened.inner_text("main"))
        assert "<script>window.hacked" in texts[0]
        assert "\\x1b[2J" in texts[4]
        assert "\\u202e" in texts[5]
        assert not troubles


def test_an_injected_script_would_be_stopped(hostile: Path, read: Read, tmp_path: Path) -> None:
    """The policy holds even if text became markup: shown by making it so."""
    data, runs = read(hostile)
    path = tmp_path / "report.html"
    text = page(data, runs).replace("<noscript>", "<script>window.hacked = 1</script><noscript>")
    path.write_text(text, encoding="utf-8")
    with browser() as chromium:
        opened = chromium.new_page()
        opened.goto(path.as_uri())
        opened.wait_for_selector("html[data-ready]")
        assert opened.evaluate("window.hacked") is None


def test_ten_megabytes_in_one_answer(tmp_path: Path, read: Read) -> None:
    path = told(tmp_path / "huge.sqlite", ["<b>" + "y" * 10_000_000])
    data, runs = read(path)
    text = page(data, runs)
    assert len(text) < 2_000_000


def _check(opened: Any) -> None:
    assert opened.evaluate("window.hacked") is None
    assert opened.title() != "hacked"
    assert opened.locator("main img, main iframe, main script").count() == 0


def _spoilt_verdict() -> dict[str, Any]:
    text = ATTACKS[0]
    finding = {
        "scope": text,
        "rule": text,
        "state": "fail",
        "text": text,
        "numbers": {},
        "needed": None,
    }
    return {"state": "fail", "policy": text, "status": 1, "notes": [text], "findings": [finding]}
