"""Reading what visits are counted from."""

from typing import Protocol

from domain.visit import MeetingPage


class VisitFacts(Protocol):
    """All facts of meetings that were opened or first heard of since an instant."""

    async def page(self, *, since: float, after: int, limit: int) -> MeetingPage:
        """The ``limit`` meetings after that number, in the order in which they became known.

        A meeting known by two referrals comes twice, once with the facts about each. Forgotten
        facts and refused reports are left out, and so are meetings of which nothing else is known.
        """
        ...
