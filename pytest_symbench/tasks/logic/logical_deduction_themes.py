"""What can stand in an order, and the words in which Logical Deduction speaks of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pytest_symbench.tasks.logic.ordering import Statement
from pytest_symbench.tasks.logic.people import NAMES

ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth"
)
RANKS: tuple[str, ...] = tuple(ORDINALS.split())


class Theme(NamedTuple):
    """An order from its front to its back."""

    introduction: str
    order: str
    objects: tuple[str, ...]
    article: str
    before: str
    after: str
    front: str
    """The rank counted from the front, with a place for the ordinal; ``back`` likewise."""
    back: str


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


THEMES: dict[str, Theme] = {
    "row": Theme(
        introduction="These jars stand side by side on a kitchen board",
        order="the order from left to right",
        objects=_words(
            "anise basil cardamom chilli cinnamon clove cumin dill fennel ginger mint nutmeg "
            "oregano paprika saffron sage thyme turmeric vanilla"
        ),
        article="the ",
        before="{0} is somewhere to the left of {1}",
        after="{1} is somewhere to the right of {0}",
        front="the {} from the left",
        back="the {} from the right",
    ),
    "race": Theme(
        introduction="These people ran a race, and no two of them arrived together",
        order="the order of arrival",
        objects=NAMES[::5],
        article="",
        before="{0} arrived some time before {1}",
        after="{1} arrived some time after {0}",
        front="the {} to arrive",
        back="the {} from the end in the order of arrival",
    ),
    "age": Theme(
        introduction="A collector owns these instruments, no two of the same age",
        order="the order from the oldest to the newest",
        objects=_words(
            "banjo bassoon bugle cello clarinet cornet fiddle flute guitar harp lute mandolin "
            "oboe piccolo trombone tuba viola zither"
        ),
        article="the ",
        before="{0} is older than {1}",
        after="{1} is newer than {0}",
        front="the {} counted from the oldest",
        back="the {} counted from the newest",
    ),
    "price": Theme(
        introduction="A hardware shop sells these tools, each at a different price",
        order="the order from the lowest to the highest price",
        objects=_words(
            "axe chisel crowbar drill file hacksaw hammer hatchet jigsaw mallet pickaxe plane "
            "rasp sander screwdriver spade trowel wrench"
        ),
        article="the ",
        before="{0} costs less than {1}",
        after="{1} costs more than {0}",
        front="the {} counted from the cheapest",
        back="the {} counted from the most expensive",
    ),
    "train": Theme(
        introduction="A goods train has these wagons, one behind the other",
        order="the order from the front of the train to its end",
        objects=_words(
            "barley cement coal copper cotton gravel iron lime marble oil oat paper salt sand "
            "sugar timber wheat wool"
        ),
        article="the wagon with ",
        before="{0} runs somewhere ahead of {1}",
        after="{1} runs somewhere behind {0}",
        front="the {} from the front of the train",
        back="the {} from the end of the train",
    ),
}


def position(theme: Theme, number: int, rank: int, *, mirrored: bool) -> str:
    """A rank in words, counted from the back if mirrored."""
    if mirrored:
        return theme.back.format(RANKS[number - rank])
    return theme.front.format(RANKS[rank - 1])


def sentence(theme: Theme, names: Sequence[str], statement: Statement) -> str:
    """A statement as a question says it; ``mirrored`` ones speak from the other end."""
    things = [theme.article + names[thing] for thing in statement["objects"]]
    kind, mirrored = statement["kind"], statement.get("mirrored", False)
    if kind == "before":
        said = (theme.after if mirrored else theme.before).format(*things)
    elif kind == "at":
        place = position(theme, len(names), statement["rank"], mirrored=mirrored)
        said = f"{things[0]} is {place}"
    elif kind == "adjacent":
        said = f"in {theme.order}, {things[0]} and {things[1]} are direct neighbours"
    elif kind == "separate":
        said = f"in {theme.order}, {things[0]} and {things[1]} are not direct neighbours"
    elif kind == "apart":
        others = statement["distance"] - 1
        come = "other comes" if others == 1 else "others come"
        said = f"in {theme.order}, exactly {others} {come} between {things[0]} and {things[1]}"
    else:
        said = (
            f"in {theme.order}, {things[0]} comes somewhere between {things[1]} and {things[2]} "
            "(whichever of these two is first)"
        )
    return said[0].upper() + said[1:] + "."
