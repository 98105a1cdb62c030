"""Repeat the erasures that the audit log names: a restored database holds these people again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from application.erase_person import BATCH, ErasePerson
from domain.audit import AuditEvent
from domain.erasure import Erased, texts
from domain.meeting import PersonId
from domain.ports.callers import Pseudonyms
from domain.ports.retention import Erasure

NAMED = re.compile(r"\bperson/([0-9a-f]{16})\b")
FACTS = 500


class NamelessLineError(ValueError):
    """A line of an erasure without a person's pseudonym. An older version wrote it."""


def erased_names(lines: Sequence[str]) -> set[str]:
    """The audit log's names of the erased, whatever form its lines have. Other lines are passed
    over. Raises NamelessLineError."""
    erasures = [line for line in lines if AuditEvent.PERSON_ERASED in line]
    found = [NAMED.search(line) for line in erasures]
    named = {match[1] for match in found if match is not None}
    if nameless := found.count(None):
        raise NamelessLineError(f"{nameless} of {len(erasures)} lines")
    return named


@dataclass(frozen=True, slots=True)
class EraseAgain:
    """A name does not lead to the id, so every id that is stored is asked for its name."""

    erasure: Erasure
    pseudonyms: Pseudonyms
    erase: ErasePerson

    async def __call__(self, who: str, names: set[str]) -> Sequence[Erased]:
        """What was erased of each who was there."""
        found = {one for one in await self._stored() if self.pseudonyms.lasting(one) in names}
        return [(await self.erase(who, PersonId(one)))[1] for one in sorted(found)]

    async def _stored(self) -> set[str]:
        stored, last = await self.erasure.named_elsewhere(), 0
        while facts := await self.erasure.named_in_facts(after=last, limit=FACTS):
            last = facts[-1][0]
            stored.update(*(ids for _, ids in facts))
        last = 0
        while bodies := await self.erasure.bodies(after=last, limit=BATCH):
            last = bodies[-1][0]
            stored.update(*(texts(body) for _, body in bodies))
        return stored
