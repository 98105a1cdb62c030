"""How much waits in storage, as one look at it finds."""

from dataclasses import dataclass

MOST = 10_000
"""Counting stops here, so that a look costs the same however long an outage lasts."""


@dataclass(frozen=True, slots=True)
class Queue:
    """How many there are, ``MOST`` at most, and the age of the oldest in seconds: 0 without any."""

    count: int
    oldest: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Deliveries, updates and closings wait for a partner. ``unconnected`` are the people who are
    shown in a meeting in which they have no live connection; their age is that of being shown so.
    ``dead`` deliveries and ``refused`` updates wait for an operator."""

    deliveries: Queue
    updates: Queue
    closings: Queue
    unconnected: Queue
    dead: int
    refused: int
