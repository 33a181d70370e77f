"""A run divided among machines, on one machine: ``python -m benchmarks.scaling [--episodes N]``.

The same episodes are asked of the mock server by 1, 2 and 4 shards at once, each a process with its
own connections, as on as many machines. The server waits as a model would, so that the time is the
waiting's as long as the processes have cores enough. Then the shards are merged. Prints wall time,
what perfect division would take, CPU of all shards, and size and time of the merged ledger.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.mock_server import running

COMMAND = [
    sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=no", "--show-capture=no", "-rN",
    "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:hypothesispytest",
    "--symbench", "--model", "openai:mock", "--tasks", "unseen", "--levels", "1",
]  # fmt: skip
TASKS = 9
"""Of the selection above."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=495)
    parser.add_argument("--latency", type=float, default=1.0, help="seconds of one call")
    parser.add_argument("--connections", type=int, default=16, help="of each shard")
    parser.add_argument("--shards", default="1,2,4")
    options = parser.parse_args()
    samples = max(1, options.episodes // TASKS)
    print("| shards | episodes | wall s | ideal s | CPU ms an episode | merge s | ledger MB |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for shards in map(int, options.shards.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            print(measure(Path(folder), shards, samples, options.latency, options.connections))


def measure(folder: Path, shards: int, samples: int, latency: float, connections: int) -> str:
    with running(latency=f"fixed:{latency}", max_seconds=1800) as server:
        own = ["--model-url", server.base_url, "--samples", str(samples)]
        own += ["--symbench-connections", str(connections)]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        processes = [
            subprocess.Popen(
                [
                    *COMMAND,
                    *own,
                    f"--symbench-shard={number}/{shards}",
                    f"--symbench-ledger={number}.sqlite",
                ],
                cwd=folder,
                env={**os.environ, "OPENAI_API_KEY": "mock"},
                stdout=subprocess.DEVNULL,
            )
            for number in range(1, shards + 1)
        ]
        for process in processes:
            process.wait()
        wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    episodes = samples * TASKS
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    start = time.monotonic()
    merge = "import sys; from pytest_symbench.cli import main; sys.exit(main())"
    ledgers = [f"{number}.sqlite" for number in range(1, shards + 1)]
    subprocess.run(
        [sys.executable, "-c", merge, "merge", *ledgers, "--out", "all.sqlite"],
        cwd=folder, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    merged, size = time.monotonic() - start, (folder / "all.sqlite").stat().st_size
    ideal = episodes * latency / connections / shards
    return (
        f"| {shards} | {episodes} | {wall:.1f} | {ideal:.1f} | {1000 * cpu / episodes:.1f} | "
        f"{merged:.2f} | {size / 1e6:.2f} |"
    )


if __name__ == "__main__":
    main()
