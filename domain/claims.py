"""Work that is ours until a lease ends. ``attempts`` only rises: it is the fence that every change
checks, so a claim that is no longer the newest changes nothing."""

from dataclasses import dataclass

from domain.meeting import MeetingId, PersonId
from domain.policies.refusal import NO_REFUSALS, Refusals
from domain.presence import Seat
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class ClaimedSeat:
    """A seat to bring to the attendance service.

    ``seq`` numbers the newest fact about it when it was claimed, ``told_seq`` the newest fact that
    the attendance service was told; ``shown`` is what it was told then, None when nothing yet.
    ``failures`` counts since the last success. ``until`` is the end of the lease. ``known``
    when the referral was read, or updated, before.
    """

    seat: Seat
    attempts: int
    failures: int
    seq: int
    until: float
    told_seq: int = 0
    shown: bool | None = None
    known: bool = False
    refusals: Refusals = NO_REFUSALS


@dataclass(frozen=True, slots=True)
class ClaimedSweep:
    """A meeting to ask the provider about.

    ``seen`` is the provider's first answer (peer and person each), given at ``seen_at`` in session
    ``session`` when facts up to ``upto`` were known; None before there is one.
    """

    referral: ReferralId
    meeting: MeetingId
    attempts: int
    seen: frozenset[tuple[str, PersonId]] | None = None
    session: str | None = None
    seen_at: float = 0.0
    upto: int = 0
