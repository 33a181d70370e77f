from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from pytest_symbench.tasks.task import Data


def _small(blocks: int, stacks: int) -> dict[str, object]:
    return {
        "blocks": blocks,
        "stacks": stacks,
        "goal_stacks": stacks,
        "min_moves": 1,
        "max_moves": 3,
        "labels": blocks,
        "sorted_goal": False,
    }


SMALL = [_small(2, 3), _small(1, 3), _small(3, 3)]


def ACCEPTED(data: Data, gold: str) -> list[str]:
    lines = gold.splitlines()
    named = [re.sub(r"(from|to) ", r"\1 stack", line) for line in lines]
    spaced = [re.sub(r"(from|to) ", r"\1 Stack ", line) for line in lines]
    last = lines[-1]
    block, source, target = re.fullmatch(r"Move (\w+) from (\d+) to (\d+)", last).groups()  # type: ignore[union-attr]
    return [
        gold,
        f"\n  {gold}\n",
        "; ".join(lines),
        ", ".join(lines),
        "\n\n".join(lines),
        "\n".join(named),
        "\n".join(spaced),
        gold.lower(),
        gold.upper(),
        "\n".join(f"{line}." for line in lines),
        "\n".join(f"{line}," for line in lines),
        "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)),
        "\n".join(f"{number}) {line};" for number, line in enumerate(lines, 1)),
        "\n".join(f"Step {number}: {line}" for number, line in enumerate(lines, 1)),
        "\n".join(f"- {line}" for line in lines),
        "\n".join(f"* {line}" for line in lines),
        f"```\n{gold}\n```",
        f"```text\n{gold}\n```",
        str(lines),
        gold.replace("Move ", "Move block "),
        gold.replace(" ", "   "),
        # there and back again is legal: any number of moves is
        f"{gold}\nMove {block} from {target} to {source}\n{last}",
    ]


def REJECTED(data: Data, gold: str) -> list[str]:
    lines = gold.splitlines()
    block, source, target = re.fullmatch(r"Move (\w+) from (\d+) to (\d+)", lines[0]).groups()  # type: ignore[union-attr]
    count = len(data["start"])
    stacks = {str(number) for number in range(1, count + 1)}
    third = min(stacks - {source, target})
    wrong_block = next(
        name for stack in [*data["start"], ["ZZ"]] for name in stack if name != block
    )
    swapped = [lines[-1], *lines[1:-1], lines[0]]
    rest = "\n".join(lines[1:])
    return [
        "",
        "\n".join(lines[:-1]),
        rest,
        f"{gold}\n{lines[-1]}",
        f"{lines[0]}\n{gold}",
        "\n".join(swapped) if swapped[0] != lines[0] else "",
        f"Move {block} from {source} to table\n{rest}",
        f"Move {block} from {source} to {source}\n{gold}",  # taken by the published judge
        f"{gold}\nMove {block} from 1 to 1",
        f"Move {wrong_block} from {source} to {target}\n{rest}",
        f"Move {block} from {third} to {target}\n{rest}",
        f"Move {block} from {target} to {source}\n{rest}",
        f"Move {block} from {source} to {count + 1}\nMove {block} from {count + 1} to {target}\n{rest}",
        f"Move {block} from {source} to 0\nMove {block} from 0 to {target}\n{rest}",
        f"Move {block} from {source} to {target}{target}\n{rest}",
        f"{block} {source} {target}\n{rest}",
        f"Move {block} to {target}\n{rest}",
        f"Move {block} from {source}\n{rest}",
        f"Move {block}{block}{block} from {source} to {target}\n{rest}",
        f"First this:\n{gold}",
        f"{gold}\nDone",
        f"{gold} or {gold}",
        gold.replace("\n", " ") + " and stop",
        "Move BLOCK from STACK to STACK",
    ]


def ORACLE(data: Data) -> Iterator[tuple[str, bool]]:
    """All plans of up to three moves, told by what each block stands on."""
    blocks = sorted(block for stack in data["start"] for block in stack)
    floors = range(1, len(data["start"]) + 1)

    def below(stacks: list[list[str]]) -> dict[str, object]:
        return {
            block: stack[height - 1] if height else floor
            for floor, stack in zip(floors, stacks, strict=True)
            for height, block in enumerate(stack)
        }

    def ground(on: dict[str, object], thing: object) -> object:
        while thing in on:
            thing = on[thing]  # type: ignore[index]
        return thing

    def top(on: dict[str, object], floor: object) -> object:
        while True:
            upper = [block for block, thing in on.items() if thing == floor]
            if not upper:
                return floor
            floor = upper[0]

    moves = list(product(blocks, floors, floors))
    for length in (0, 1, 2, 3):
        for plan in product(moves, repeat=length):
            on, legal = below(data["start"]), True
            for block, source, target in plan:
                covered = block in on.values()
                legal = legal and not covered and ground(on, block) == source and source != target
                if not legal:
                    break
                on[block] = top(on, target)
            text = "\n".join(f"Move {block} from {a} to {b}" for block, a, b in plan)
            yield text, legal and on == below(data["goal"])
