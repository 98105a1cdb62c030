"""A referral and its two doctors."""

from dataclasses import dataclass
from typing import NewType

from domain.meeting import PersonId

ReferralId = NewType("ReferralId", str)


@dataclass(frozen=True, slots=True)
class Referral:
    """``specialist`` is None when not chosen yet; it may be the same person as ``requester``."""

    id: ReferralId
    requester: PersonId
    specialist: PersonId | None = None

    @property
    def doctors(self) -> tuple[PersonId, ...]:
        """The requester, then the specialist if that is another person."""
        if self.specialist is None or self.specialist == self.requester:
            return (self.requester,)
        return (self.requester, self.specialist)
