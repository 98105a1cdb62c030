"""From the figures to a country: what its calls need, and what would break first."""

import math
from dataclasses import dataclass

from adapters.provider.profile import DYTE, REALTIMEKIT
from adapters.provider.rooms import MOST_LIVE_PAGES, PAGE
from entrypoints.settings import Settings
from tests.bench.figures import Figures, table

A_DAY = 1_000_000
"""Consultations of two doctors on a working day: an assumption."""
HOURS = 10
BUSY = 2.0
"""How much more begin in the busiest hour than in the mean of these."""
MINUTES = 20
"""That a consultation takes."""
SHARE = 0.5
"""Of a core, that is to be busy at most in the busiest hour."""
AN_ADDRESS, AN_ACCOUNT = (profile.calls_per_minute / 60 for profile in (DYTE, REALTIMEKIT))
"""Calls a second that Dyte allows one address, and RealtimeKit an account."""
CALLS = 3
"""To the provider for a consultation: open, and admit two."""
SWEEP: float = Settings.model_fields["sweep_calls_per_second"].default
"""Calls a second that the sweep of one process makes at most, for the list and for questions."""
LISTED = PAGE * MOST_LIVE_PAGES
"""Live calls that the sweep's list reads at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """Of one consultation; ``costs_as`` names the request that was measured."""

    what: str
    times: int
    costs_as: str


PARTS = (
    Part("open", 1, "open"),
    Part("join", 2, "join"),
    Part("leave", 2, "leave"),
    Part("webhook of somebody joining or leaving", 4, "joined"),
    Part("webhook of the session's start or end", 2, "webhook"),
)
COSTS = ("processor", "postgres", "database", "commits")
"""With SQLite; with PostgreSQL; of PostgreSQL itself; transactions there that write."""


def country(figures: Figures) -> str:
    """The page of arithmetic, in Markdown."""
    sqlite, postgres, database, commits = (_consultation(figures, cost) for cost in COSTS)
    rows = [
        (part.what, part.times, *(f"{_of(figures, part, cost):,.1f}" for cost in COSTS))
        for part in PARTS
    ]
    whole = ("one consultation", "", *(f"{_consultation(figures, cost):,.1f}" for cost in COSTS))
    head = ("", "times", "CPU µs, SQLite", "CPU µs, PostgreSQL", "database CPU µs", "commits")
    begin = A_DAY * BUSY / HOURS / 3600
    processes = begin * postgres / 1e6 / SHARE
    asked = begin * CALLS + math.ceil(processes) * SWEEP
    needs = (
        ("consultations that begin in a second", f"{begin:,.0f}"),
        ("calls at once", f"{begin * MINUTES * 60:,.0f}"),
        ("requests and webhooks a second", f"{begin * sum(part.times for part in PARTS):,.0f}"),
        ("instances, each of a core", f"{processes:.1f}"),
        ("cores of PostgreSQL", f"{begin * database / 1e6 / SHARE:.1f}"),
        ("transactions a second that write", f"{begin * commits:,.0f}"),
        ("calls to the provider a second", f"{asked:,.0f}"),
        ("addresses that Dyte would need to see", f"{asked / AN_ADDRESS:.1f}"),
        ("accounts of RealtimeKit", f"{asked / AN_ACCOUNT:.1f}"),
    )
    ends = {
        "one account of RealtimeKit": (AN_ACCOUNT - SWEEP) / CALLS,
        "one address at Dyte": (AN_ADDRESS - SWEEP) / CALLS,
        "the list of live calls, which the sweep reads": LISTED / MINUTES / 60,
        "one process with SQLite": SHARE * 1e6 / sqlite,
        "one process with PostgreSQL": SHARE * 1e6 / postgres,
        "one core of PostgreSQL": SHARE * 1e6 / database,
    }
    breaks = [
        (what, f"{most * 3600 * HOURS / BUSY:,.0f}")
        for what, most in sorted(ends.items(), key=lambda end: end[1])
    ]
    return "\n\n".join(
        (
            table(head, [*rows, whole]),
            table((f"{A_DAY:,} a day, in the busiest hour", ""), needs),
            table(("what is used up", "at consultations a day"), breaks),
        )
    )


def _of(figures: Figures, part: Part, cost: str) -> float:
    return figures[f"{part.costs_as}.{cost}"].value


def _consultation(figures: Figures, cost: str) -> float:
    return sum(part.times * _of(figures, part, cost) for part in PARTS)
