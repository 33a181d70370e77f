"""The gate: a recording of a run, another to compare with, a policy, and a verdict with numbers."""
