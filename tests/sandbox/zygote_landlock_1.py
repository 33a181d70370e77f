"""Script: a zygote for which the kernel has the first version of Landlock only."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from codesteer.sandbox.inside import landlock, serving

if __name__ == "__main__":
    landlock.interface_version = lambda: 1
    del sys.path[0]
    serving.serve(int(sys.argv[1]))
