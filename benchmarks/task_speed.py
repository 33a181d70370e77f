"""How long each task takes: ``python -m benchmarks.task_speed [--json FILE]``.

Median milliseconds of CPU per instance for generate + render + verify of the solver's answer,
and of the solver itself, at levels 1, 3 and 5 and at the paper's largest setting.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

from pytest_symbench.tasks import Task, judge, make, registry
from pytest_symbench.tasks.instance import Level, level_params

SEEDS = 25


def measure(task: Task, level: Level) -> dict[str, float]:
    """Median and largest milliseconds of making and judging, and the median of solving."""
    made, solved = [], []
    for seed in range(SEEDS):
        start = time.process_time()
        instance = make(task, level, seed)
        between = time.process_time()
        answer = task.solve(instance.data)
        before = time.process_time()
        verdict = judge(task, instance.data, f"<<<{answer}>>>")
        end = time.process_time()
        assert verdict.correct, (task.name, level, seed, verdict)
        made.append(1000 * (between - start + end - before))
        solved.append(1000 * (before - between))
    return {
        "median": statistics.median(made),
        "most": max(made),
        "solve": statistics.median(solved),
    }


def largest(task: Task) -> str:
    """The paper's largest setting by the task's own measure."""
    return max(task.paper_settings, key=lambda name: task.size(level_params(task, name)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results: dict[str, dict[str, dict[str, float]]] = {}
    print(
        "| task | L1 ms | L3 ms | L5 ms | paper's largest ms (setting) | most ms | solve ms at L3 |"
    )
    print("|---|---|---|---|---|---|---|")
    for name in registry.MODULES:
        task = registry.get(name)
        make(task, 1, 0)  # imports and caches are not the instance's cost
        top = largest(task)
        levels: tuple[Level, ...] = (1, 3, 5, top)
        found = results[name] = {str(level): measure(task, level) for level in levels}
        medians = " | ".join(f"{found[str(level)]['median']:.2f}" for level in (1, 3, 5))
        print(
            f"| {name} | {medians} | {found[top]['median']:.2f} ({top}) | "
            f"{max(entry['most'] for entry in found.values()):.1f} | {found['3']['solve']:.2f} |"
        )
        sys.stdout.flush()
    fast = sum(found["3"]["median"] < 5 for found in results.values())
    print(f"\n{fast} of {len(results)} tasks are under 5 ms at level 3.")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
