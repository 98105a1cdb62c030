"""From the figures to a country: what its calls need, and what would break first."""

from dataclasses import dataclass

from tests.bench.figures import Figures, table

A_DAY = 1_000_000
"""Consultations of two doctors on a working day: an assumption."""
HOURS = 10
BUSY = 2.0
"""How much more there is in the busiest hour than in the mean of these."""
MINUTES = 20
"""That a consultation takes."""
SHARE = 0.5
"""Of a core, that is to be busy at most in the busiest hour."""
DYTE, REALTIMEKIT = 2000 / 60, 3500 / 300
"""Calls a second: Dyte's for one address, RealtimeKit's for the whole account (published)."""
PROVIDER_CALLS = 3
"""Of a consultation: open, and admit two."""


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


def country(figures: Figures) -> str:
    """The page of arithmetic, in Markdown."""
    a_second = A_DAY * BUSY / HOURS / 3600
    at_once = a_second * MINUTES * 60
    rows: list[tuple[object, ...]] = []
    service = database = commits = 0.0
    for part in PARTS:
        mine = _value(figures, part.costs_as, "one", "processor")
        theirs = _value(figures, part.costs_as, "database", "none")
        wrote = _value(figures, part.costs_as, "commits", "none")
        service += part.times * mine
        database += part.times * theirs
        commits += part.times * wrote
        rows.append((part.what, part.times, f"{mine:,.0f}", f"{theirs:,.0f}", f"{wrote:.1f}"))
    rows.append(("a consultation", "", f"{service:,.0f}", f"{database:,.0f}", f"{commits:.1f}"))
    events = a_second * sum(part.times for part in PARTS)
    needs = (
        ("consultations that begin in a second", f"{a_second:,.0f}"),
        ("calls at once", f"{at_once:,.0f}"),
        ("requests and webhooks a second", f"{events:,.0f}"),
        (f"instances, each a core that is {SHARE:.0%} busy", _cores(a_second * service)),
        (f"cores of the database, {SHARE:.0%} busy", _cores(a_second * database)),
        ("transactions a second that write", f"{a_second * commits:,.0f}"),
        ("calls to the provider a second", f"{a_second * PROVIDER_CALLS:,.0f}"),
        ("Dyte: addresses needed for them", f"{a_second * PROVIDER_CALLS / DYTE:.1f}"),
        ("RealtimeKit: accounts needed", f"{a_second * PROVIDER_CALLS / REALTIMEKIT:.1f}"),
        ("seconds to read all live calls (5 calls a second)", f"{at_once / 100 / 5:,.0f}"),
    )
    head = ("of one consultation", "times", "CPU µs", "database CPU µs", "commits")
    return f"{table(head, rows)}\n\n{table(('in the busiest hour', ''), needs)}"


def _cores(microseconds: float) -> str:
    return f"{microseconds / 1e6 / SHARE:.1f}"


def _value(figures: Figures, kind: str, name: str, otherwise: str) -> float:
    """What was measured with PostgreSQL; else with SQLite, or nothing."""
    figure = figures.get(f"{kind}.{name}") or figures.get(f"{kind}.{otherwise}")
    return figure.value if figure else 0.0
