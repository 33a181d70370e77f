"""The ``symbench`` command with the models of `by_example`: training data of small real models.

    python -m benchmarks.local_models.command synthesize --recipe benchmarks/local_models/small.toml \\
        --model base:FILE.gguf --tasks web_of_lies,gsm_hard --max-tokens 48 --out data/real
"""

from __future__ import annotations

import sys

from benchmarks.local_models.by_example import pytest_symbench_models
from codesteer.models import register_provider
from pytest_symbench.cli import main

if __name__ == "__main__":
    for name, factory in pytest_symbench_models().items():
        register_provider(name, factory)
    sys.exit(main())
