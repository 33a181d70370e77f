"""Path Plan's published instances: 14 layouts times 10 instructions, which were never files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

NAMES = ("red", "orange", "yellow", "green", "blue", "purple", "pink")

_PLANS = {  # left, right, low, high of each box in hundredths, in the order of the names
    "a": "0,90,-100,-50 60,120,-50,50 -100,-70,-25,50 20,70,80,120 -50,50,-50,50"
    " -100,-50,-130,-90 -120,0,60,90",
    "b": "0,90,-100,-50 60,120,-50,50 -100,-70,-25,50 20,70,80,120 -20,20,-20,20"
    " -100,-50,-130,-90 -120,0,60,90",
    "c": "-100,-70,-25,50 -120,0,60,90 0,90,-130,-80 20,70,80,120 -30,30,-30,30"
    " -100,-50,-130,-70 60,120,-50,50",
    "d": "-100,-70,-25,50 -120,0,60,90 0,90,-130,-60 10,90,70,140 -30,30,-30,30"
    " -100,-25,-130,-50 60,120,-50,50",
    "e": "60,120,-50,50 -120,0,60,140 -100,-25,-130,-50 10,90,70,120 -30,30,-30,30"
    " 0,90,-130,-60 -100,-70,-25,50",
    "f": "70,120,-50,50 -120,0,70,130 -100,-25,-130,-70 10,90,70,120 -55,55,-55,55"
    " 0,90,-130,-70 -130,-90,-25,50",
    "g": "70,120,-120,-50 -120,0,70,130 -130,-40,-130,-70 10,90,70,120 -55,140,-30,50"
    " -30,60,-130,-70 -130,-90,-25,50",
    "h": "70,120,-120,-70 -120,0,70,130 -130,-40,-110,-50 -130,-80,-25,50 -55,140,-30,50"
    " -30,60,-110,-50 10,90,70,120",
}

_LAYOUTS = (  # plan of the boxes, start, end
    ("a", (-130, -130), (130, 130)),
    ("a", (130, -130), (130, 130)),
    ("b", (-130, -130), (130, 130)),
    ("a", (-130, 130), (130, 130)),
    ("c", (130, -130), (130, 130)),
    ("d", (130, -130), (130, 130)),
    ("e", (110, 130), (-130, 110)),
    ("f", (130, 130), (-130, -130)),
    ("g", (135, 135), (-135, -135)),
    ("g", (-135, 135), (135, -135)),
    ("h", (135, -135), (-135, 135)),
    ("h", (120, 90), (-135, -135)),
    ("h", (-70, 0), (130, -50)),
    ("f", (-70, 0), (-130, -130)),
)
LAYOUTS = len(_LAYOUTS)

_INSTRUCTIONS = (  # boxes to visit, boxes to avoid
    ("green yellow", ""),
    ("yellow purple red green", ""),
    ("yellow purple red green", "blue"),
    ("green yellow", ""),
    ("blue", "red orange yellow green purple pink"),
    ("green yellow", "pink"),
    ("yellow orange", "blue purple red"),
    ("green yellow red", "blue"),
    ("purple orange pink", "blue red green yellow"),
    ("yellow red green", "blue"),
)
INSTRUCTIONS = len(_INSTRUCTIONS)


def layout(number: int, instruction: int) -> dict[str, Any]:
    """The data of one published instance."""
    plan, start, end = _LAYOUTS[number]
    visit, avoid = _INSTRUCTIONS[instruction]
    boxes = zip(NAMES, _PLANS[plan].split(), strict=True)
    return {
        "arena": 150,
        "boxes": [[name, *map(int, box.split(","))] for name, box in boxes],
        "start": list(start),
        "end": list(end),
        "visit": visit.split(),
        "avoid": avoid.split(),
        "ordered": False,
    }


def counts(instruction: int) -> tuple[int, int]:
    """How many boxes an instruction wants visited and avoided."""
    visit, avoid = _INSTRUCTIONS[instruction]
    return len(visit.split()), len(avoid.split())


def instances() -> Iterator[tuple[str, dict[str, Any]]]:
    """All 140 with the names of the publication's result folders."""
    for number in range(LAYOUTS):
        for instruction in range(INSTRUCTIONS):
            yield f"sample_{number}_{instruction}", layout(number, instruction)
