"""Reads the prompt texts of the published CodeSteer code from a user's own checkout of it.

The checkout is parsed, never run, and none of its text lives here. A text is found by what it
does: the markers in it, the values that are put into it, and, where that is not enough, its name.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from codesteer.steerers import UnknownSteerer

LARGEST = 2_000_000
"""Bytes of a file that is looked at."""

SLOTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("complexity", ("complex", "symbolic", "summary")),
    ("feedback", ("check", "feedback")),
    ("errors", ("err",)),
    ("output", ("output", "stdout")),
    ("question", ("question",)),
    ("response", ("response", "answer")),
)
"""What a value in a text stands for, by parts of its expression; the first that fits counts."""


class PromptsNotFound(UnknownSteerer):
    """The checkout lacks some of the texts; the message says which, and how to name them."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the checkout with its values as ``{slot}``."""

    name: str
    """The variable that it is assigned to or added to; may be empty."""
    text: str
    slots: frozenset[str]
    added: bool
    """It is appended to a variable under a condition."""


def _has(*parts: str) -> Callable[[Text], bool]:
    return lambda t: all(part in t.text for part in parts)


def _plain(text: Text) -> bool:
    return not text.slots and not text.added and "<<<" not in text.text and len(text.text) > 40


ROLES: dict[str, Callable[[Text], bool]] = {
    "choose": lambda t: _has("<<<Code>>>", "<<<Text>>>")(t) and "Return Answer" not in t.text,
    "code": lambda t: "```python" in t.text and not t.slots and "cod" in t.name.lower(),
    "text": lambda t: "text" in t.name.lower() and _plain(t),
    "review_code": lambda t: {"response", "feedback", "complexity"} <= t.slots,
    "review": lambda t: {"response", "feedback"} <= t.slots and "complexity" not in t.slots,
    "execution": lambda t: {"output", "errors"} <= t.slots and "question" not in t.slots,
    "check": lambda t: {"question", "response"} <= t.slots and "Correct" in t.text,
    "simple": lambda t: t.added and not t.slots and "complex" in t.name.lower(),
}
"""Each text that the loop needs, and how it is told from the others."""


def import_prompts(path: str | Path, *, names: Mapping[str, str] | None = None) -> dict[str, str]:
    """The texts of a checkout by role, with ``{slot}`` where values go.

    ``names`` gives the variable that holds a text where it is not found by itself. Of several
    that fit the first counts, in the order of file names and lines.

    Raises:
        PromptsNotFound: a text is missing, a name is of no text, or the path is no folder.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise PromptsNotFound(f"{folder} is no folder with the published code.")
    if unknown := sorted((names or {}).keys() - ROLES.keys()):
        raise PromptsNotFound(f"There is no text {unknown[0]!r}: they are {', '.join(ROLES)}.")
    texts = list(_texts(sorted(folder.rglob("*.py"))))
    found: dict[str, str] = {}
    for role, fits in ROLES.items():
        wanted = (names or {}).get(role)
        candidates = [t for t in texts if t.name == wanted] if wanted else filter(fits, texts)
        text = next(iter(candidates), None)
        if text is not None:
            found[role] = text.text
    if "execution" in found:  # it is appended to the reply
        found["execution"] = found["execution"].removeprefix("{response}")
    if "review" not in found and "review_code" in found:
        found["review"] = found["review_code"].replace("{complexity}", "")
    missing = [role for role in ROLES if role not in found]
    if missing:
        raise PromptsNotFound(
            f"{folder} has no text for: {', '.join(missing)}. Name the variable that holds one: "
            f"symbench steerer import-prompts {folder} --name {missing[0]}=VARIABLE"
        )
    return found


def prompts_file() -> Path:
    """Where imported texts are kept: the variable SYMBENCH_STEERER_PROMPTS, else the user's
    configuration folder.
    """
    chosen = os.environ.get("SYMBENCH_STEERER_PROMPTS")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "symbench" / "steerer_prompts.json"


def save_prompts(prompts: Mapping[str, str], file: Path | None = None) -> Path:
    """Keeps imported texts, and says where."""
    file = file or prompts_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(dict(prompts), indent=2, ensure_ascii=False), encoding="utf-8")
    return file


def load_prompts(file: Path | None = None) -> dict[str, str]:
    """The texts that were kept.

    Raises:
        PromptsNotFound: none were, or the file does not hold them; the message is what to type.
    """
    file = file or prompts_file()
    try:
        prompts = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        prompts = None
    if not isinstance(prompts, dict) or not ROLES.keys() <= prompts.keys():
        raise PromptsNotFound(
            f"{file} does not hold the published steerer's texts: run "
            "symbench steerer import-prompts PATH_OF_THE_CHECKOUT"
        )
    return {role: str(prompts[role]) for role in ROLES}


def _texts(files: Iterable[Path]) -> Iterator[Text]:
    for file in files:
        try:
            if file.stat().st_size > LARGEST:
                continue
            tree = ast.parse(file.read_text(encoding="utf-8", errors="replace"))
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        yield from _assigned(tree)


def _assigned(tree: ast.Module) -> Iterator[Text]:
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.Assign | ast.AugAssign | ast.AnnAssign)]
    for node in sorted(nodes, key=lambda n: n.lineno):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if node.value is None:
            continue
        name = ast.unparse(target) if isinstance(target, ast.Name | ast.Subscript) else ""
        read = _read(node.value, name)
        if read is not None:
            text, slots = read
            yield Text(name, text, slots, isinstance(node, ast.AugAssign) or name in slots)


def _read(value: ast.expr, name: str) -> tuple[str, frozenset[str]] | None:
    """A text of constants, f-strings and sums of them; None for any other expression.

    A variable of the same name at the front of a sum (``x = x + "..."``) is left out.
    """
    parts: list[ast.expr] = []
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        parts.insert(0, value.right)
        value = value.left
    parts.insert(0, value)
    if len(parts) > 1 and isinstance(parts[0], ast.Name) and parts[0].id == name:
        del parts[0]
    text, slots, literal = "", set[str](), False
    for part in parts:
        pieces = part.values if isinstance(part, ast.JoinedStr) else [part]
        for piece in pieces:
            if isinstance(piece, ast.Constant) and isinstance(piece.value, str):
                text += piece.value
                literal = True
            elif slot := _slot(piece.value if isinstance(piece, ast.FormattedValue) else piece):
                text += f"{{{slot}}}"
                slots.add(slot)
            else:
                return None
    return (text, frozenset(slots)) if literal else None


def _slot(expression: ast.expr) -> str | None:
    words = ast.unparse(expression).lower()
    return next((slot for slot, parts in SLOTS if any(part in words for part in parts)), None)
