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

    Without a ``reason`` and a ``participant`` it changes nothing; with a referral and a meeting it
    says that something goes on there. ``referral`` is the meeting's title (contract:
    ``meeting.title`` is the referral id); None when the event has no title that could be one.
    ``recognisable`` says that the body names a session, a connection or a time, so that the same
    bytes again are a repeat.
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

    @property
    def only_heard_of(self) -> bool:
        """Whether it says no more than that something goes on in a referral's meeting."""
        named = self.referral is not None and self.meeting is not None
        return named and self.reason is None and self.participant is None
