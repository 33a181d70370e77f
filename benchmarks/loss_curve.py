"""Loss against steps, as a picture: ``python -m benchmarks.loss_curve sft/training.json --out loss.svg``.

One line for each file that `sft`, `dpo` or `grpo` left beside a model, named by its folder: thirty
means of neighbouring steps, because steps of long and of short examples alternate. Grey and hues that
read on light and on dark pages.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, log10
from pathlib import Path
from statistics import fmean

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 300, 56, 40, 16, 16
HUES = ("#3b82c4", "#d2762b", "#4d9a5b", "#a05fb4")
GREY = "#888888"
POINTS = 30


def points(path: Path) -> list[tuple[float, float]]:
    """(step, loss), the mean of some steps each."""
    history = json.loads(path.read_text(encoding="utf-8"))["history"]
    losses = [(float(e["step"]), float(e["loss"])) for e in history if "loss" in e]
    mean_of = max(1, len(losses) // POINTS)
    groups = [losses[at : at + mean_of] for at in range(0, len(losses), mean_of)]
    return [(fmean(s for s, _ in of), fmean(loss for _, loss in of)) for of in groups]


def picture(curves: dict[str, Sequence[tuple[float, float]]]) -> str:
    """An SVG with a logarithmic axis of losses."""
    return "\n".join(_lines(curves)) + "\n"


def _lines(curves: dict[str, Sequence[tuple[float, float]]]) -> Iterator[str]:
    most = max(step for curve in curves.values() for step, _ in curve)
    losses = [loss for curve in curves.values() for _, loss in curve]
    high, low = log10(max(losses)), log10(min(losses))
    span = max(high - low, 0.1)

    def place(step: float, loss: float) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - RIGHT) * step / most
        y = TOP + (HEIGHT - TOP - BOTTOM) * (high - log10(loss)) / span
        return round(x, 1), round(y, 1)

    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12">'
    )
    yield f"<title>Loss against steps: {escape(', '.join(curves))}</title>"
    for loss in [n * 10.0**e for e in range(-3, 2) for n in (1, 2, 5)]:
        if 10**low <= loss <= 10**high:
            x, y = place(0, loss)
            yield f'<path d="M{x} {y}H{WIDTH - RIGHT}" stroke="{GREY}" stroke-opacity=".3"/>'
            yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end" fill="{GREY}">{loss:g}</text>'
    step = 10 ** (ceil(log10(most)) - 1) // 5 or 1
    for at in range(0, int(most) + 1, step):
        x, _ = place(at, 1)
        yield f'<text x="{x}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="{GREY}">{at}</text>'
    yield f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 4}" text-anchor="end" fill="{GREY}">step</text>'
    for index, (name, curve) in enumerate(curves.items()):
        hue = HUES[index % len(HUES)]
        path = " ".join(f"{x},{y}" for x, y in (place(*point) for point in curve))
        yield f'<polyline points="{path}" fill="none" stroke="{hue}" stroke-width="2"/>'
        x, y = WIDTH - RIGHT - 4, TOP + 14 + 18 * index
        yield f'<text x="{x}" y="{y}" text-anchor="end" fill="{hue}">{escape(name)}</text>'
    yield "</svg>"


def main() -> None:
    parser = argparse.ArgumentParser(description="draw loss against steps")
    parser.add_argument("files", nargs="+", type=Path, metavar="TRAINING.JSON")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    curves = {path.resolve().parent.name: points(path) for path in options.files}
    options.out.write_text(picture(curves), encoding="utf-8")


if __name__ == "__main__":
    main()
