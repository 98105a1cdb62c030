"""From the figures to a country: what its calls need, and what would break first."""

from dataclasses import dataclass

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
DYTE, REALTIMEKIT = 2000 / 60, 3500 / 300
"""Calls a second that are published: Dyte's for one address, RealtimeKit's for an account."""
PROVIDER_CALLS = 3
"""Of a consultation: open, and admit two."""
LISTED = 200 * 100
"""Live calls that the sweep reads at most: pages, and rows of each."""


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
COSTS = ("processor", "one", "database", "commits")
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
    needs = (
        ("consultations that begin in a second", f"{begin:,.0f}"),
        ("calls at once", f"{begin * MINUTES * 60:,.0f}"),
        ("requests and webhooks a second", f"{begin * sum(part.times for part in PARTS):,.0f}"),
        ("instances, each of a core", f"{begin * postgres / 1e6 / SHARE:.1f}"),
        ("cores of PostgreSQL", f"{begin * database / 1e6 / SHARE:.1f}"),
        ("transactions a second that write", f"{begin * commits:,.0f}"),
        ("calls to the provider a second", f"{begin * PROVIDER_CALLS:,.0f}"),
        ("addresses that Dyte would need to see", f"{begin * PROVIDER_CALLS / DYTE:.1f}"),
        ("accounts of RealtimeKit", f"{begin * PROVIDER_CALLS / REALTIMEKIT:.1f}"),
    )
    ends = {
        "one account of RealtimeKit": REALTIMEKIT / PROVIDER_CALLS,
        "one address at Dyte": DYTE / PROVIDER_CALLS,
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
