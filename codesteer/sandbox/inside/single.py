"""Script: one snippet in a fresh interpreter, with limits that the process sets on itself.

Arguments: the status descriptor and the limits; the snippet comes on standard input.
"""

from __future__ import annotations

import json
import os
import resource
import sys

OWN_ADDRESS_SPACE = 256 << 20  # what a bare interpreter maps, generously


def encode(limits: dict[str, int]) -> str:
    return json.dumps(limits)


def main(status_fd: int, limits: dict[str, int]) -> None:
    import snippet  # type: ignore[import-not-found]  # lies beside this script

    source = sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.set_inheritable(status_fd, False)

    def say(text: str) -> None:
        os.write(status_fd, f"{text}\n".encode())

    try:
        for name, value in limits.items():
            kind = getattr(resource, f"RLIMIT_{name}")
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))
    except (OSError, ValueError) as error:
        say(f"rlimits: {error}")
        os._exit(125)
    import random

    random.seed(0)
    sys.path[0] = os.getcwd()
    snippet.open_streams()
    say("started")
    snippet.run_snippet(source, say)


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
