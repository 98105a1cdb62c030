"""Erase one person: a random pseudonym instead of the id, and no body that names it."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.audit import AuditEvent, AuditLine
from domain.erasure import Erased, names, pseudonym
from domain.errors import DomainError
from domain.meeting import PersonId
from domain.ports.callers import Pseudonyms
from domain.ports.operators import AuditLog
from domain.ports.retention import Erasure

BATCH = 50
"""Bodies in memory at once; each is as long as a webhook may be."""


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Safe while the service runs. A partner that names the person again makes a new record.

    Deliveries come first: one that waits would bring the id back. When it fails half way, erasing
    again finishes, with a second pseudonym for the meetings that were left.
    """

    erasure: Erasure
    audit: AuditLog
    pseudonyms: Pseudonyms
    now: Callable[[], float]
    new_id: Callable[[], str]

    async def __call__(self, who: str, person: PersonId) -> tuple[str, Erased]:
        """The audit log's name of the person, and how much was replaced: nothing when nobody of
        that id is known.

        The audit log gets that name and the counts, also when nothing is known now: a backup may
        hold more. It never gets the id, nor what stands in its place from now on.
        """
        what = f"person/{self.pseudonyms.lasting(person)}"
        try:
            erased = await self._erased(person, pseudonym(self.new_id()))
        except DomainError as error:
            await self._record(who, what, error.slug)
            raise
        await self._record(who, what, erased.counts if erased else "nothing was known")
        return what, erased

    async def _record(self, who: str, what: str, outcome: str) -> None:
        await self.audit.record(AuditLine(AuditEvent.PERSON_ERASED, who, what, outcome))

    async def _erased(self, person: PersonId, instead: PersonId) -> Erased:
        erased = await self._drop_bodies(person)
        erased += await self.erasure.rewrite_reasons(person, instead)
        for place in await self.erasure.places(person):
            erased += await self.erasure.rename(place, person, instead)
        return erased

    async def _drop_bodies(self, person: PersonId) -> Erased:
        dropped, last = Erased(), 0
        while some := await self.erasure.bodies(after=last, limit=BATCH):
            last = some[-1][0]
            naming = [number for number, body in some if names(body, person)]
            if naming:
                dropped += await self.erasure.drop_bodies(naming, now=self.now())
        return dropped
