"""Finds the program in a reply.

A fence is three or more back-ticks or tildes. Its tag may have any case and be followed by
anything, its line may be indented or end in a carriage return, and it may share a line with
prose or with code. Every rule works line by line, so any text takes linear time.
"""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import dataclass

PYTHON = frozenset({"python", "py", "python3", "py3", "python2", "ipython", "sage", "tool_code"})
LONGEST = 60_000
"""Characters of a program at most; a longer one is not run."""
DEEPEST = 90
"""Brackets or prefix operators inside one another at most; a deeper program is not parsed."""

MOST = 20
"""Blocks of a reply that are looked at, from its end."""

_ONE_LINE = re.compile(r"(?<!`)```(?!`)[ \t]*([A-Za-z]\w*)[ \t]+([^\s`][^`]*)```")
_PREFIX = re.compile(r"(?:(?:\bnot\b|\bawait\b|\blambda\b[^:\n]{0,80}:|[-+~])\s*){90,}")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. ``closed`` is False where the text ends, or a new fence begins, inside."""

    language: str
    code: str
    closed: bool


@dataclass(frozen=True, slots=True)
class _Fence:
    mark: str
    tag: str
    before: str
    """What stands before it on its line."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """The program of a reply, the text around all fenced blocks, and whether a block is cut off."""

    code: str | None
    prose: str
    truncated: bool


def extract(reply: str, *, cut: bool = False) -> Extraction:
    """The program that a reply means to be run.

    It is the last complete block that parses and prints; failing that the last complete one that
    parses, the last complete one (its error message helps), and last an open one that parses. A
    block that uses names which only earlier blocks define is joined to those. ``cut`` says that
    the reply ended at the token limit: its open block is never run.
    """
    found, prose = split(reply)
    wanted = [b for b in found[-MOST:] if len(b.code) <= LONGEST and _wanted(b)]
    closed = [b.code for b in wanted if b.closed]
    open_ = [b.code for b in wanted if not b.closed]
    truncated = cut and bool(found) and not found[-1].closed
    parsed = [code for code in closed if parse(code) is not None]
    printing = [code for code in parsed if "print" in code or "stdout" in code]
    for candidates in (printing, parsed, closed):
        if candidates:
            return Extraction(_joined(candidates[-1], parsed), prose, truncated)
    whole = [code for code in open_ if parse(code) is not None]
    code = _joined(whole[-1], whole) if whole and not cut else None
    return Extraction(code, prose, truncated)


def split(text: str) -> tuple[list[Block], str]:
    """All fenced blocks of a text, in order, and the text around them."""
    blocks: list[Block] = []
    prose: list[str] = []
    mark, language, body = "", "", list[str]()

    def close(closed: bool) -> None:
        code = textwrap.dedent("\n".join(body)).strip("\n")
        blocks.append(Block(language, code, closed))

    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.strip()
        fence = _fence(bare)
        if not mark:
            if one := _ONE_LINE.search(bare):
                blocks.append(Block(one[1].lower(), one[2].strip(), closed=True))
                prose.append(bare[: one.start()] + bare[one.end() :])
            elif fence:
                mark, language, body = fence.mark, fence.tag, []
                prose.append(fence.before)
            else:
                prose.append(line)
        elif bare.startswith(mark) and not bare.strip(mark[0]):
            close(closed=True)
            mark = ""
        elif fence and fence.tag and not fence.before and len(fence.mark) >= len(mark):
            close(closed=False)  # the block before was never closed
            mark, language, body = fence.mark, fence.tag, []
        elif bare.endswith(mark) and not bare.startswith(mark):
            body.append(line.rstrip().removesuffix(mark))
            close(closed=True)
            mark = ""
        else:
            body.append(line)
    if mark:
        close(closed=False)
    return blocks, "\n".join(prose).strip()


def parse(code: str) -> ast.Module | None:
    """The syntax tree, or None for what is no Python or too large or deep to be parsed safely."""
    if len(code) > LONGEST or _too_deep(code):
        return None
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _fence(line: str) -> _Fence | None:
    """The fence that opens on a line: at its start, or after prose if its tag is Python's."""
    starts = [i for i in (line.find("```"), line.find("~~~")) if i >= 0]
    if not starts:
        return None
    at = min(starts)
    rest = line[at:].lstrip(line[at])
    words = rest.split(maxsplit=1)
    tag = words[0].strip("{}.:,*").lower() if words else ""
    if line[at] in rest or (at and tag not in PYTHON):
        return None
    return _Fence(line[at : len(line) - len(rest)], tag, line[:at])


def _wanted(block: Block) -> bool:
    """Python by its tag; without one, by what it holds: sample output is no program."""
    if block.language in PYTHON:
        return bool(block.code.strip())
    if block.language:
        return False
    prints = "print(" in block.code or "import " in block.code
    return prints and parse(block.code) is not None


def _joined(code: str, others: list[str]) -> str:
    """The code, after those earlier blocks that define names which it lacks."""
    earlier = others[: others.index(code)] if code in others else []
    if not earlier:
        return code
    lacking = _used(code) - _bound(code)
    needed = [other for other in earlier if other != code and _bound(other) & lacking]
    return "\n\n".join([*needed, code]) if needed else code


def _used(code: str) -> set[str]:
    tree = parse(code)
    nodes = ast.walk(tree) if tree else ()
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _bound(code: str) -> set[str]:
    tree = parse(code)
    names: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names.update((a.asname or a.name).split(".")[0] for a in aliases)
            case _:
                pass
    return names


def _too_deep(code: str) -> bool:
    """A parser's own limits are reached by crashing on some systems, so they are not tried."""
    depth = deepest = 0
    for character in code:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth = max(0, depth - 1)
    if deepest > DEEPEST:
        return True
    longest_indent = max((len(m) for m in re.findall(r"(?m)^[ \t]+", code)), default=0)
    return longest_indent > 4 * DEEPEST or bool(_PREFIX.search(code))
