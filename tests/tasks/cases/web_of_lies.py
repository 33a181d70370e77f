from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from pytest_symbench.tasks.task import Data

SMALL = [
    {"people": 2, "asked": 1, "graph": "chain", "about": 1, "shuffled": False},
    {"people": 5, "asked": 4, "graph": "chain", "about": 1, "shuffled": True},
    {"people": 7, "asked": 5, "graph": "tree", "about": 3, "shuffled": True},
    {"people": 6, "asked": 3, "graph": "cyclic", "about": 3, "shuffled": True},
    {"people": 8, "asked": 8, "graph": "cyclic", "about": 2, "shuffled": True},
]
MEANING: dict[str, Callable[[list[bool]], bool]] = {
    "truthful": lambda natures: natures[0],
    "lying": lambda natures: not natures[0],
    "differ": lambda natures: natures.count(True) == 1,
    "alike": lambda natures: natures[0] is natures[1],
    "odd": lambda natures: natures.count(False) in (1, 3),
    "even": lambda natures: natures.count(False) in (0, 2),
}


def natures(data: Data) -> list[bool]:
    """The natures of those asked about, the same in every world that fits the statements."""
    found = set()
    for world in product((True, False), repeat=len(data["people"])):
        for statement in data["statements"]:
            holds = MEANING[statement["claim"]]([world[person] for person in statement["about"]])
            speaker = statement.get("speaker")
            if holds is not (True if speaker is None else world[speaker]):
                break
        else:
            found.add(tuple(world[person] for person in data["asked"]))
    (only,) = found
    return list(only)


def words(answers: list[bool], yes: str = "Yes", no: str = "No") -> list[str]:
    return [yes if answer else no for answer in answers]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    truth = natures(data)
    said, lower = words(truth), words(truth, "yes", "no")
    forms = [
        gold,
        f" {gold}\n",
        ", ".join(said),
        ",".join(lower),
        ", ".join(words(truth, "YES", "NO")),
        ", ".join(words(truth, "True", "False")),
        ", ".join(words(truth, "true", "false")),
        ", ".join(words(truth, "Yes.", "No.")),
        f"[{', '.join(said)}]",
        f"({', '.join(said)})",
        f"`{', '.join(said)}`",
        f'"{", ".join(said)}"',
        str(said),
        f"Answer: {', '.join(said)}",
        f"answer: {', '.join(lower)}",
        f"{', '.join(said)}.",
    ]
    if len(said) > 1:
        forms += [" ".join(said), "\n".join(said), "; ".join(lower), f"[{', '.join(said)},]"]
    return forms


def REJECTED(data: Data, gold: str) -> list[str]:
    truth = natures(data)
    said = words(truth)
    near = [[*truth[:i], not truth[i], *truth[i + 1 :]] for i in range(len(truth))]
    near += [truth[:-1], [*truth, True], [*truth, False], [not nature for nature in truth]]
    asked = data["people"][data["asked"][0]]
    return [
        *(", ".join(words(answers)) for answers in near),
        f"{', '.join(said)} or {', '.join(said)}",
        "Yes or No",
        "Yes/No",
        "incorrect",
        "correct",
        "maybe",
        f"{asked}: {said[0]}",
        f"{said[0]}, {asked} tells the truth",
        " ".join(["Not", *said]),
        "yesno",
        "ANSWER_1, ANSWER_2, ...",
        ", ".join([*said[:-1], "?"]),
        "1" * len(said),
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    truth = natures(data)
    for length in range(1, len(truth) + 2):
        for answers in product((True, False), repeat=length):
            yield ", ".join(words(list(answers))), list(answers) == truth
