"""How xdist gives out items, so that every worker knows from the start which ones are its own.

xdist's own schedulers hand out items in small chunks or move them between workers; an engine
that runs ahead then starves, or pays for items that another worker reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScheduling


def stripe(items: int, index: int, workers: int) -> Sequence[int]:
    """The items of one worker of several: every n-th, so that all get equally hard ones."""
    return range(index, items, workers)


class StripeScheduling(LoadScheduling):  # type: ignore[misc]
    """Worker k of n gets items k, k + n, k + 2n, ...; a replacement gets what a crash left."""

    def schedule(self) -> None:
        """Gives everything out at once, or to a replacement what is left."""
        if self.collection is not None:
            super().schedule()
            return
        if not self._check_nodes_have_same_collection():
            return
        self.collection: list[str] = next(iter(self.node2collection.values()))
        for node in self.nodes:
            mine = list(stripe(len(self.collection), index_of(node), self.numnodes))
            self.node2pending[node].extend(mine)
            node.send_runtest_some(mine)
            node.shutdown()  # an end mark behind the items, not a kill

    def check_schedule(self, node: Any, duration: float = 0) -> None:
        """Gives a replacement all that is left."""
        if not node.shutting_down:
            self._send_tests(node, len(self.pending))
            node.shutdown()


def index_of(node: Any) -> int:
    """The number of a worker: 0 for gw0. A replacement has a number beyond the others."""
    digits = str(node.gateway.id).removeprefix("gw")
    return int(digits) if digits.isdecimal() else 0


def workers(config: pytest.Config) -> int:
    """How many workers the options ask for, as in ``--tx 3*popen``, which ``-n 3`` becomes."""
    counts = [spec.partition("*")[0] for spec in config.getoption("tx")]
    return sum(int(count) if count.isdecimal() else 1 for count in counts)
