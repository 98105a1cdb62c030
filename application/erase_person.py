"""Erase one person: a random pseudonym instead of the id, and no body that names it."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.erased import pseudonym
from domain.meeting import PersonId
from domain.privacy import Erased, Erasure, names

BATCH = 50
"""Bodies in memory at once; each is as long as a webhook may be."""


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Right while the service runs. Whoever a partner names afterwards is known anew.

    Deliveries come first: one that waits would bring the id back. If it fails half way, erasing
    again finishes, with a second pseudonym for the meetings that were left.
    """

    erasure: Erasure
    now: Callable[[], float]
    new_id: Callable[[], str]

    async def __call__(self, person: PersonId) -> tuple[PersonId, Erased]:
        """The pseudonym and what it stands in for; nothing when nobody of that id is known."""
        instead = pseudonym(self.new_id())
        erased = await self._drop_bodies(person)
        erased += await self.erasure.rewrite_reasons(person, instead)
        for place in await self.erasure.places(person):
            erased += await self.erasure.rename(place, person, instead)
        return instead, erased

    async def _drop_bodies(self, person: PersonId) -> Erased:
        dropped, last = Erased(), 0
        while some := await self.erasure.bodies(after=last, limit=BATCH):
            last = some[-1][0]
            naming = [number for number, body in some if names(body, person)]
            if naming:
                dropped += await self.erasure.drop_bodies(naming, now=self.now())
        return dropped
