"""What the video provider tells about a session of a meeting, and what it means to us."""

from dataclasses import dataclass
from enum import StrEnum

from domain.meeting import MeetingId
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """One webhook of the provider, reduced to what a decision is taken on.

    ``referral`` is the meeting's title (contract: ``meeting.title`` is the referral id). It is
    None only for events that do not empty a room, such as a transcript being ready.
    """

    name: str
    reason: str | None = None
    referral: ReferralId | None = None
    meeting: MeetingId | None = None


class Outcome(StrEnum):
    """What became of a webhook; the HTTP answer carries it as ``Webhook-Outcome``."""

    APPLIED = "applied"
    IGNORED = "ignored"
    UNKNOWN_MEETING = "unknown-meeting"
    UNKNOWN_REFERRAL = "unknown-referral"
