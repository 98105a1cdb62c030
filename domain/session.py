"""What the video provider tells about a session of a meeting."""

from dataclasses import dataclass

from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class Movement:
    """A connection of a person joined a session, or left it."""

    person: PersonId
    peer: str
    joined: bool


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """One webhook of the provider, reduced to what a decision is taken on.

    ``referral`` is the meeting's title (contract: ``meeting.title`` is the referral id). It is
    None only for events that do not empty a room, such as a transcript being ready.
    ``recognisable`` says that the body names a session, a peer or a time, so that the same bytes
    again are a repeat.
    """

    name: str
    reason: str | None = None
    referral: ReferralId | None = None
    meeting: MeetingId | None = None
    session: str | None = None
    organization: str | None = None
    participant: Movement | None = None
    recognisable: bool = False
