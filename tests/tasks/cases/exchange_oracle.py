"""Exchange systems by plain play, for the brute force of the three tasks that are made of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from pytest_symbench.tasks.task import Data


def play(data: Data, *, once: bool) -> list[int]:
    """The final counts, one execution after the other."""
    stock = dict(enumerate(data["start"]))
    moved = True
    while moved:
        moved = False
        for method in data["methods"]:
            bill = {kind: need for kind, need in enumerate(method["take"]) if need > 0}
            while all(stock[kind] >= need for kind, need in bill.items()):
                for kind, need in bill.items():
                    stock[kind] -= need
                for kind, gift in enumerate(method["give"]):
                    stock[kind] += gift
                moved = True
                if once:
                    break
    return [stock[kind] for kind in sorted(stock)]


def forms(counts: list[int], kinds: list[str]) -> list[str]:
    """One list in every form that is read."""
    words = [str(count) for count in counts]
    return [
        ", ".join(words),
        " ".join(words),
        "\n".join(words),
        "; ".join(words),
        ",".join(words),
        f"[{', '.join(words)}]",
        f"({', '.join(words)})",
        f"{{{', '.join(words)}}}",
        f"[[{', '.join(words)}]]",
        f"[{' '.join(words)}]",
        f"[{', '.join(words)},]",
        str(words),
        str(words).replace("'", '"'),
        f"`{', '.join(words)}`",
        f"```\n[{', '.join(words)}]\n```",
        f'"{" ".join(words)}"',
        ", ".join(f"{word}.0" for word in words),
        ", ".join(f"+{word}" for word in words),
    ]


def near_misses(counts: list[int], data: Data) -> list[str]:
    answers = [[*counts[:i], counts[i] + 1, *counts[i + 1 :]] for i in range(len(counts))]
    answers += [[*counts[:i], counts[i] - 1, *counts[i + 1 :]] for i in range(len(counts))]
    answers += [counts[:-1], counts[1:], [*counts, 0], [0, *counts], [*counts, *counts], []]
    answers += [data["start"], counts[1:] + counts[:1], counts[::-1], sorted(counts)]
    shown = [str(answer) for answer in answers if answer != counts]
    words = ", ".join(map(str, counts))
    return [
        *shown,
        f"{words} or so",
        f"about {words}",
        f"{words}, and nothing else",
        words.replace(", ", ",, ", 1),
        f"{counts[0]}.5, " + ", ".join(map(str, counts[1:])),
        "[" + ", ".join(["NUMBER"] * len(counts)) + "]",
    ]


def every_answer(data: Data, right: list[list[int]], most: int) -> Iterator[tuple[str, bool]]:
    """All tuples of counts from 0 to ``most``, and whether they are among the right ones."""
    assert all(max(counts) <= most for counts in right)
    for counts in product(range(most + 1), repeat=len(data["start"])):
        yield str(list(counts)), list(counts) in right
