"""Path Plan's published instances, which are tables, and its geometry."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_symbench.tasks import get, judge, make
from pytest_symbench.tasks.instance import canonical
from pytest_symbench.tasks.planning.path_plan_geometry import (
    Box,
    enters,
    meets,
    route,
    visited_in_order,
)
from pytest_symbench.tasks.published import Record
from tests.tasks.published_data import correct, read, solved

TASK = get("path_plan")


def published() -> list[Record]:
    found, faults = read("path_plan", Path("/nowhere"))
    assert not faults
    return found


def test_there_are_14_layouts_of_10_instructions_all_solvable() -> None:
    found = published()
    assert [record.id for record in found] == [
        f"path_plan/sample_{layout}_{instruction}"
        for layout in range(14)
        for instruction in range(10)
    ]
    for record in found:
        assert solved(record), record.id
        assert not record.flags
        assert record.stored is None
        assert len(record.data["boxes"]) == 7
        assert not set(record.data["visit"]) & set(record.data["avoid"])


def test_one_instruction_repeats_another_in_every_layout() -> None:
    same: dict[bytes, list[str]] = defaultdict(list)
    for record in published():
        same[canonical(record.data)].append(record.id)
        assert bool(record.notes) == (len(same[canonical(record.data)]) > 1)
    repeated = [ids for ids in same.values() if len(ids) > 1]
    assert len(same) == 126
    assert repeated == [
        [f"path_plan/sample_{layout}_0", f"path_plan/sample_{layout}_3"] for layout in range(14)
    ]


def test_paper_settings_draw_the_published_instances() -> None:
    known = {canonical(record.data) for record in published()}
    for name in TASK.paper_settings:
        assert {canonical(make(TASK, name, seed).data) for seed in range(5)} <= known


@pytest.mark.parametrize(
    ("name", "answer", "expected"),
    [
        # along an edge of pink, which the published judge takes
        (
            "sample_0_5",
            "(-1.3,-1.3),(-0.85,0),(-1.3,0.55),(-1.3,0.9),(-1,0.9),(0.15,0.9),(0.45,1),(1.3,1.3)",
            False,
        ),
        # a little above it
        (
            "sample_0_5",
            "(-1.3,-1.3),(-0.85,0),(-1.3,0.55),(-1.3,0.91),(-1,0.91),(0.15,0.91),(0.45,1),(1.3,1.3)",
            True,
        ),
        # green and yellow by touch alone, which the published judge refuses
        ("sample_0_0", "(-1.3,-1.3),(-1,0),(-1,0.7),(0.2,0.8),(1.3,1.3)", True),
        ("sample_0_0", "[-1.3,-1.3],[-1,0],[-1,0.7],[0.2,0.8],[1.3,1.3]", True),
        ("sample_0_0", "(-1.3,-1.3),(-1.01,0),(-1.01,0.7),(0.2,0.8),(1.3,1.3)", False),
        # along the wall
        ("sample_0_0", "(-1.3,-1.3),(-1.4,-1),(-1,0),(-1,0.7),(0.2,0.8),(1.3,1.3)", False),
    ],
)
def test_edges_belong_to_their_boxes(name: str, answer: str, expected: bool) -> None:
    record = next(record for record in published() if record.id == f"path_plan/{name}")
    assert correct(record, answer) == expected


def test_visits_must_follow_the_order() -> None:
    data = {
        "arena": 150,
        "boxes": [["red", -100, -50, 0, 50], ["blue", 0, 50, 0, 50], ["lime", 90, 110, 0, 50]],
        "start": [-130, -100],
        "end": [130, -100],
        "visit": ["blue", "red", "lime"],
        "avoid": [],
        "ordered": True,
    }
    through = "(-1.3,-1), (-1.3,0.2), (1.2,0.2), (1.3,-1)"
    verdict = judge(TASK, data, f"<<<{through}>>>")
    assert "red box is not visited after the blue box" in verdict.reason
    back = "(-1.3,-1), (-1.3,0.2), (0.2,0.2), (-0.7,0.2), (1,0.2), (1.3,-1)"
    assert judge(TASK, data, f"<<<{back}>>>").correct
    at_a_corner = "(-1.3,-1), (0,0), (-0.5,0), (0.9,0), (1.3,-1)"
    assert judge(TASK, data, f"<<<{at_a_corner}>>>").correct
    assert judge(TASK, {**data, "ordered": False}, f"<<<{through}>>>").correct


def test_numbers_beyond_thirty_decimals_are_rounded() -> None:
    record = published()[0]
    tiny = "0" * 31 + "1"
    touch = f"(-1.3,-1.3),(-1.{tiny},0),(-1,0.7),(0.2,0.8),(1.3,1.3)"
    assert correct(record, touch.replace("(-1,0.7)", "(-1.1,0.7)"))
    assert not correct(record, f"(-1.3,-1.3),(-1.{'0' * 28}1,0),(-1.1,0.7),(0.2,0.8),(1.3,1.3)")


small = st.integers(-6, 6)


@given(small, small, small, small, small, small, st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=400, deadline=None, database=None)
def test_contact_is_that_of_an_end_inside_or_a_crossed_edge(
    x0: int, y0: int, x1: int, y1: int, left: int, low: int, width: int, height: int
) -> None:
    box = Box(left, left + width, low, low + height)
    corners = [
        (box.left, box.low),
        (box.right, box.low),
        (box.right, box.high),
        (box.left, box.high),
    ]

    def turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
        value = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        return (value > 0) - (value < 0)

    def on(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
        flat = turn(a, b, c) == 0
        return (
            flat
            and min(a[0], b[0]) <= c[0] <= max(a[0], b[0])
            and (min(a[1], b[1]) <= c[1] <= max(a[1], b[1]))
        )

    def cross(
        a: tuple[int, int], b: tuple[int, int], c: tuple[int, int], d: tuple[int, int]
    ) -> bool:
        if turn(a, b, c) != turn(a, b, d) and turn(c, d, a) != turn(c, d, b):
            return True
        return on(a, b, c) or on(a, b, d) or on(c, d, a) or on(c, d, b)

    start, end = (x0, y0), (x1, y1)
    inside = any(box.left <= x <= box.right and box.low <= y <= box.high for x, y in (start, end))
    crossed = any(cross(start, end, corners[i - 1], corners[i]) for i in range(4))
    assert meets(start, end, box) == (inside or crossed)
    part = enters(start, end, box)
    assert (part is not None) == (inside or crossed)
    if part:
        for time in part:
            x, y = (a + time * (b - a) for a, b in zip(start, end, strict=True))
            assert box.left <= x <= box.right
            assert box.low <= y <= box.high


def test_a_gap_without_width_is_no_way() -> None:
    """Closed boxes that touch each other leave no room, and open ones do."""
    walls = [Box(-10, 0, -10, 20), Box(10, 20, -10, 20), Box(0, 10, -10, 0), Box(0, 10, 10, 20)]
    barrier = [Box(4, 6, 0, 5), Box(4, 6, 5, 10)]
    assert route((2, 5), (8, 5), [], [*walls, *barrier], ordered=False) is None
    gap = [Box(4, 6, 0, 5), Box(4, 6, 6, 10)]
    path = route((2, 5), (8, 5), [Box(1, 2, 1, 2)], [*walls, *gap], ordered=False)
    assert path is not None
    assert visited_in_order(path, [Box(1, 2, 1, 2).scaled(2)]) == 1
    assert not any(meets(a, b, box.scaled(2)) for a, b in pairwise(path) for box in gap)
    assert enters((0, 0), (8, 4), Box(4, 6, 0, 9)) == (Fraction(1, 2), Fraction(3, 4))
