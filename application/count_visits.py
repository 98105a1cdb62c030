"""Visits in figures: read meetings with their facts, and count."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.ports.visits import VisitFacts
from domain.visit import MeetingPage, Visit, visit_of


@dataclass(frozen=True, slots=True)
class CountVisits:
    """Reads only."""

    facts: VisitFacts
    now: Callable[[], float]

    async def __call__(
        self, *, since: float, after: int, limit: int
    ) -> tuple[Sequence[Visit], int | None]:
        """The visits of the ``limit`` meetings after that number, of those that became known since
        then, and the number to go on after; None at the end."""
        page = await self.facts.page(since=since, after=after, limit=limit)
        # Long histories take their time, in which others go on.
        return await asyncio.to_thread(_count, page, self.now()), page.last


def _count(page: MeetingPage, now: float) -> list[Visit]:
    return [visit_of(known, now) for known in page.meetings]
