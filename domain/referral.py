"""A referral and its two doctors."""

from dataclasses import dataclass
from typing import NewType

from domain.meeting import PersonId

ReferralId = NewType("ReferralId", str)


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral and its doctors. The specialist may not be chosen yet, or be the requester."""

    id: ReferralId
    requester: PersonId
    specialist: PersonId | None = None

    @property
    def doctors(self) -> tuple[PersonId, ...]:
        """The requester, then the specialist if there is another; nobody twice."""
        if self.specialist is None or self.specialist == self.requester:
            return (self.requester,)
        return (self.requester, self.specialist)
