"""Which cores the measured server has, and which all that loads it."""

import os
import sys

CORES = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
SERVER = frozenset(CORES[:1])
"""One core, so that requests a second are those of one core."""
ALL = frozenset(CORES)
OTHERS = frozenset(CORES[1:]) or SERVER


def pin(cores: frozenset[int]) -> None:
    """This process, and those that it starts from now on. Where a core cannot be chosen it stays
    where it is."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, cores)
