"""Writes the digests of tasks, one file each: ``python -m tests.tasks.pin [NAME ...]``."""

from __future__ import annotations

import json
import sys

from pytest_symbench.tasks import get
from tests.tasks.test_contracts import DIGESTS, IMPLEMENTED, digests


def main(chosen: list[str]) -> None:
    DIGESTS.mkdir(exist_ok=True)
    for name in chosen or IMPLEMENTED:
        text = json.dumps(digests(get(name)), indent=1, sort_keys=True)
        (DIGESTS / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
