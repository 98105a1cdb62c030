"""What the provider tells about a session of a meeting."""

from dataclasses import dataclass

from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class Movement:
    """A connection joined a session, or left it.

    ``person`` is whose it is, as far as the event says; a leave is known by its connection alone.
    Instants are as in ``domain.facts``.
    """

    peer: str
    joined: bool
    person: PersonId | None = None
    joined_at: float | None = None
    left_at: float | None = None


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """One webhook of the provider, reduced to what decides.

    ``referral`` is the meeting's title (contract: ``meeting.title`` is the referral id); None when
    the event has no title that could be one. ``recognisable`` says that the body names a session, a
    connection or a time, so that the same bytes again are a repeat.
    """

    name: str
    reason: str | None = None
    referral: ReferralId | None = None
    meeting: MeetingId | None = None
    session: str | None = None
    organization: str | None = None
    participant: Movement | None = None
    ended_at: float | None = None
    recognisable: bool = False
