"""What the contract tests know of each task: one module a task, named as the task.

A module has

``ACCEPTED``  a function (data, gold) -> answer texts that must be accepted: the gold answer in
              every form that the specification's normaliser names;
``REJECTED``  a function (data, gold) -> answer texts that must not be accepted: near misses,
              broken constraints, and what the published judge wrongly took;
``SMALL``     parameters of small instances, over whose whole answer space
``ORACLE``    a function data -> iterable of (answer text, is it right) enumerates, by a route
              that shares no code with the task.
"""

from __future__ import annotations
