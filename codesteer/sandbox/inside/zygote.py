"""Script: starts a zygote. The number of the socket to its caller is the argument.

The environment is clean, and so is the import path: see `codesteer.sandbox.zygotes`.
"""

from __future__ import annotations

import os
import sys
import types


def _stand_in_packages() -> None:
    """Let our own modules be imported without running the packages above them, and without
    their folder on the path: whatever those import has no place in here.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    path = here
    for name in ("codesteer.sandbox.inside", "codesteer.sandbox", "codesteer"):
        package = types.ModuleType(name)
        package.__path__ = [path]
        sys.modules[name] = package
        path = os.path.dirname(path)
    if sys.path and os.path.abspath(sys.path[0]) == here:  # Python 3.10 has no -P
        del sys.path[0]


if __name__ == "__main__":
    _stand_in_packages()
    from codesteer.sandbox.inside import serving

    serving.serve(int(sys.argv[1]))
