r"""The pictures of README and docs, made from the ledger in `examples/`.

    python docs/make_pictures.py

Its figures are of `--model simulated:gpt-4o`, coins that fall as the paper's table says: they say
nothing of any real model. The ledger was made by

    pytest --symbench --model simulated:gpt-4o --method only_question,codesteer --levels 1-5 \
      --samples 3 --tasks game24,path_plan,blocksworld,boxnet,logic_puzzle,matrix_transformation,\
    reversi,standard_sudoku,eight_queens,letters,number_multiply,game_2048
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console

from pytest_symbench.gate import judge, policy, recording
from symbench_reports import page, terminal
from symbench_reports.figures import Circumstances, figures
from symbench_reports.inside import inside
from symbench_reports.reading import Run, read_runs

ROOT = Path(__file__).parents[1]
LEDGER = ROOT / "examples" / "simulated.sqlite"
POLICY = "examples/gate.toml"

WIDTH = 104
"""Columns of the terminal's picture."""

VIEWS = {
    "overview": "#/",
    "complexity": "#/complexity",
    "comparison": "#/comparison/0/1",
    "episodes": "#/episodes?outcome=wrong",
    "transcript": "#/episode/1/" + quote("eight_queens-L05-s0000/v1/codesteer/a0", safe=""),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="make the pictures of README and docs")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="a browser's path")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    data, runs = report()
    (options.out / "terminal.svg").write_text(terminal_svg(data), encoding="utf-8")
    if options.chromium is None:
        raise SystemExit("no Chromium is installed: only the terminal's picture was made")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        page.write(path, data, runs)
        screenshots(path, options.out, options.chromium)


def report() -> tuple[dict[str, Any], list[Run]]:
    """The data of the example, judged by the example's policy."""
    runs, notes = read_runs([LEDGER])
    verdict = judge.judge(policy.load(POLICY, ROOT), recording.read(LEDGER), None)
    around = Circumstances(
        verdict=verdict.to_json(), notes=notes, columns=["GPT-4o + CodeSteer"],
        files={"ledger": str(LEDGER.relative_to(ROOT))},
    )  # fmt: skip
    data = figures(runs, around)
    data["inside"] = inside(runs, data)
    return data, runs


def terminal_svg(data: dict[str, Any]) -> str:
    """The final report as a terminal shows it."""
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False,
        markup=False, color_system="truecolor", legacy_windows=False,
    )  # fmt: skip
    for part in terminal.report(data, WIDTH):
        console.print(part, soft_wrap=isinstance(part, str))
    return console.export_svg(title="pytest --symbench --symbench-gate", unique_id="symbench")


def screenshots(path: Path, out: Path, chromium: str) -> None:
    """Every view, light and dark."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for scheme in ("light", "dark"):
            shown = browser.new_page(
                viewport={"width": 1280, "height": 860}, color_scheme=scheme, device_scale_factor=1
            )
            for name, address in VIEWS.items():
                shown.goto("about:blank")
                shown.goto(path.as_uri() + address)
                shown.wait_for_selector("html[data-ready]")
                if name == "transcript":
                    shown.wait_for_selector(".event.final")
                shown.screenshot(path=out / f"{name}-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    main()
