"""The four requests, each server in turns: the first table, and the goals that are about it."""

from collections.abc import Iterable, Mapping

from tests.bench.contenders import CONTENDERS, FASTAPI, FASTIFY, LIMIT, OURS, contending
from tests.bench.figures import Figure, table
from tests.bench.kinds import KINDS, Kind
from tests.bench.partners import Partners
from tests.bench.turns import Numbers, Turns, in_turns

HEAD = (
    "request, server", "a second", "p50 ms", "p99 ms", "CPU µs", "least µs", "MB",
    "limit's CPU / its", "ours / its rate",
)  # fmt: skip
MANY_TURNS = 5
"""The goals are about these."""


async def compared(partners: Partners, numbers: Numbers) -> tuple[str, dict[str, Figure]]:
    """The table in Markdown, and what goals are about."""
    rows: list[tuple[str, ...]] = []
    figures: dict[str, Figure] = {}
    for kind in KINDS.values():
        found = await beside(CONTENDERS, partners, kind, numbers, MANY_TURNS)
        rows += rows_of(kind.name, found)
        figures |= _figures(kind.name, found)
    return table(HEAD, rows), figures


async def beside(
    names: Iterable[str], partners: Partners, kind: Kind, numbers: Numbers, turns: int
) -> dict[str, Turns]:
    """Of one kind of request, by servers that were just started: our sweep would go on to ask about
    the meetings of another kind."""
    async with contending(names, partners) as servers:
        return await in_turns(servers, partners, kind, numbers, turns)


def ratio(found: Mapping[str, Turns], name: str = OURS) -> float:
    """The processor time that the limit takes for a request, divided by another's."""
    return found[LIMIT].least / found[name].least


def rows_of(kind: str, found: Mapping[str, Turns]) -> list[tuple[str, ...]]:
    """Under ``HEAD``."""
    return [_row(kind, name, found) for name in found]


def _row(kind: str, name: str, found: Mapping[str, Turns]) -> tuple[str, ...]:
    turns = found[name]
    return (
        f"{kind}, {name}",
        f"{turns.rate:,.0f}",
        f"{turns.p50:.1f}",
        f"{turns.p99:.1f}",
        f"{turns.processor:,.0f}",
        f"{turns.least:,.0f}",
        f"{turns.memory:.0f}",
        f"{ratio(found, name):.2f}",
        f"{found[OURS].rate / turns.rate:.2f}",
    )


def _figures(kind: str, found: Mapping[str, Turns]) -> dict[str, Figure]:
    mine = found[OURS]
    figures = {
        "ratio": Figure(f"{kind}: the limit's CPU a request / ours", ratio(found)),
        "processor": Figure(f"{kind}: CPU a request", mine.least, "µs"),
        "p99": Figure(f"{kind}: p99 at 32 connections", mine.p99, "ms"),
    }
    for other in (FASTAPI, FASTIFY):
        times = mine.rate / found[other].rate
        figures[other] = Figure(f"{kind}: our requests a second / {other}'s", times)
    return {f"{kind}.{name}": figure for name, figure in figures.items()}
