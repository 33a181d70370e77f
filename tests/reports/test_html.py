"""The HTML report in a real browser: every view, filter and link; no errors; nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from symbench_reports.page import write
from tests.reports.browser import browser
from tests.reports.conftest import VERDICT, Read

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

AXE = Path(__file__).parent / "vendor" / "axe.min.js"

VIEWS = ("", "complexity", "comparison", "checkers", "costs", "episodes", "about")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, ledgers: list[Path], read: Read) -> str:
    data, runs = read(*ledgers, verdict=VERDICT, columns=["o1"])
    path = tmp_path_factory.mktemp("html") / "report.html"
    write(path, data, runs)
    return path.as_uri()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A page that must stay without errors and without requests."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: troubles.append(f"error: {error}"))
    opened.on(
        "request",
        lambda request: (
            request.url.startswith(("file:", "blob:", "about:", "data:"))
            or troubles.append(f"request: {request.url}")
        ),
    )
    yield opened
    context.close()
    assert not troubles


# Waits are for selectors: `wait_for_function` evaluates text, which the page's policy forbids.
def go(page: Any, report: str, view: str = "") -> None:
    page.goto("about:blank")
    page.goto(f"{report}#/{view}")
    page.wait_for_selector("html[data-ready]")


def test_every_view_shows(page: Any, report: str) -> None:
    go(page, report)
    for view in reversed(VIEWS):
        page.click(f"header nav a[href='#/{view}']")
        page.wait_for_selector(f"main[data-view={view or 'overview'}]")
        assert page.inner_text("h1")
        assert page.locator("header nav a[aria-current=page]").count() == 1
        if view not in ("episodes", "about"):
            assert page.locator("main svg").count() > 0


def test_the_verdict_comes_first(page: Any, report: str) -> None:
    go(page, report)
    banner = page.locator(".banner")
    assert "FAIL" in banner.inner_text()
    assert banner.bounding_box()["y"] < 200
    rules = page.locator("section", has_text="The gate's rules").last
    assert rules.locator("tbody tr").first.locator(".badge").inner_text() == "FAIL"
    assert "1 not enough data, 1 pass" in rules.locator("summary").inner_text()


@pytest.mark.slow
def test_all_links_lead_somewhere(page: Any, report: str) -> None:
    go(page, report)
    targets = {
        link
        for view in VIEWS
        if go(page, report, view) is None
        for link in page.eval_on_selector_all(
            "main a", "all => all.map(a => a.getAttribute('href'))"
        )
    }
    assert all(link.startswith("#/") for link in targets)
    for link in sorted(targets)[::5]:
        go(page, report, link.removeprefix("#/"))
        assert page.locator("h1").count() == 1
        assert "There is no episode" not in page.inner_text("main")


def test_filters_search_and_sorting(page: Any, report: str) -> None:
    go(page, report, "episodes")
    told = page.locator("p[role=status]")
    assert told.inner_text() == "216 episodes"
    page.select_option("select[name=task]", "game24")
    assert told.inner_text() == "36 of 216 episodes"
    page.select_option("select[name=level]", "5")
    page.select_option("select[name=series]", "0")
    assert told.inner_text() == "3 of 216 episodes"
    assert "task=game24" in page.url
    assert "series=0" in page.url
    page.click("text=Clear")
    page.select_option("select[name=outcome]", "not correct")
    assert page.locator(".rows .badge.correct").count() == 0
    page.click("text=Clear")
    page.fill("#search", "boxnet-L03-s0001")
    assert told.inner_text() == "4 of 216 episodes"
    page.fill("#search", "")
    page.click(".head button:text-is('tokens')")
    page.click(".head button:text-is('tokens')")
    assert page.locator(".head [aria-sort=descending]").inner_text().startswith("tokens")
    shown = page.eval_on_selector_all(
        ".rows .row", "all => all.map(row => row.children[5].textContent)"
    )
    most = [float(n.replace("k", "")) * (1000 if "k" in n else 1) for n in shown]
    assert most == sorted(most, reverse=True)


def test_only_rows_in_sight_are_in_the_page(page: Any, report: str) -> None:
    go(page, report, "episodes")
    assert 10 < page.locator(".rows .row").count() < 80
    page.eval_on_selector(".window", "box => { box.scrollTop = box.scrollHeight; }")
    page.wait_for_selector(".rows .row:last-child[aria-rowindex='217']")


def test_a_transcript_opens_by_its_link(page: Any, report: str) -> None:
    identity = quote("eight_queens-L01-s0000/v1/codesteer/a0", safe="")
    go(page, report, f"episode/1/{identity}")
    page.wait_for_selector(".event.final")
    assert page.inner_text("h1") == "eight_queens L1 s0"
    assert page.locator(".picture svg").count() == 1
    assert page.locator(".event.call").count() >= 1
    assert page.locator(".event.run .badge").count() == 1
    assert page.locator(".event.check").count() >= 2
    assert page.locator(".event.guidance").count() >= 2
    assert page.locator(".code .keyword").count() > 3
    assert page.locator("text=The same instance").count() == 1


def test_next_and_previous_follow_the_filtered_list(page: Any, report: str) -> None:
    go(page, report, "episodes?task=path_plan&level=1")
    page.click(".rows .row >> nth=0 >> a")
    page.wait_for_selector(".event.final")
    assert page.locator(".steps").inner_text().split("\n")[0].startswith("← previous")
    assert "1 of 12" in page.inner_text(".steps")
    page.keyboard.press("n")
    page.wait_for_selector(".steps:has-text('2 of 12')")
    page.keyboard.press("p")
    page.wait_for_selector(".steps:has-text('1 of 12')")
    page.go_back()


def test_keys(page: Any, report: str) -> None:
    go(page, report)
    page.keyboard.press("2")
    page.wait_for_selector("main[data-view=complexity]")
    page.keyboard.press("/")
    page.wait_for_selector("#search:focus")
    page.keyboard.type("game24")
    page.wait_for_selector("p[role=status]:has-text('36 of')")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"


def test_both_themes_and_print(page: Any, report: str) -> None:
    go(page, report)
    ground = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(ground) == "rgb(20, 23, 29)"
    page.click("#theme")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.click("#theme")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(ground) == "rgb(20, 23, 29)"
    page.emulate_media(media="print")
    assert not page.locator("header").is_visible()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"  # paper is white, whatever the theme
    assert len(page.pdf()) > 20_000


def test_comparisons(page: Any, report: str) -> None:
    go(page, report, "comparison/0/3")
    assert "simulated:b · codesteer against simulated:a · only_question" in page.inner_text(".lead")
    page.select_option("#pair", "0/1")
    page.wait_for_selector(".lead:has-text('simulated:a · codesteer against')")
    assert page.locator("svg[aria-label^='paired differences']").count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(page: Any, report: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    told = []
    views = [*VIEWS, "episode/1/" + quote("eight_queens-L01-s0000/v1/codesteer/a0", safe="")]
    for view in views:
        go(page, report, view)
        page.wait_for_timeout(100)
        # Through the debugger: the page's own policy lets no other script in.
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        told += [
            f"{view}: {trouble['id']}: {trouble['nodes'][0]['html'][:150]} "
            f"{trouble['nodes'][0].get('failureSummary', '')[:300]}"
            for trouble in found["violations"]
        ]
    assert not told


def test_a_narrow_window_needs_no_sideways_scrolling(page: Any, report: str) -> None:
    page.set_viewport_size({"width": 380, "height": 900})
    go(page, report, "about")
    for view in VIEWS:
        page.evaluate(f"location.hash = '#/{view}'")
        page.wait_for_selector(f"main[data-view={view or 'overview'}]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 380
        # The view's own link is in sight.
        link = page.locator("header nav a[aria-current=page]").bounding_box()
        assert link["x"] >= 0
        assert link["x"] + link["width"] <= 380


def test_names_in_charts_are_whole_and_each_has_its_bar(page: Any, report: str) -> None:
    go(page, report, "costs")
    cut = """all => all.filter(text => text.getBoundingClientRect().left <
        text.closest('svg').getBoundingClientRect().left).map(text => text.textContent)"""
    assert page.eval_on_selector_all("main svg text", cut) == []
    chart = page.locator("svg[aria-label='tokens an episode']")
    assert chart.locator("rect").count() == 24  # six tasks, four series
    tops = chart.locator("rect").evaluate_all("all => all.map(bar => bar.getAttribute('y'))")
    assert len(set(tops)) == 24


def test_paper_gets_rows_instead_of_the_room_for_all(page: Any, report: str) -> None:
    go(page, report, "episodes")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".rows .row").count() == 216
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".rows .row").count() < 80
    printed = page.pdf()
    assert 4 <= printed.count(b"/Type /Page\n") <= 9
    go(page, report, "costs")
    assert page.evaluate("window.onbeforeprint") is None
