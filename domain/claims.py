"""Work that is ours until a lease ends. ``attempts`` only rises: it is the fence that every change
checks, so a claim that is no longer the newest changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from domain.facts import Fact, StoredFact
from domain.meeting import Inside, MeetingId, PersonId
from domain.policies.refusal import NO_REFUSALS, Refusals
from domain.presence import Seat
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class ClaimedSeat:
    """A seat to bring to the attendance service.

    ``seq`` numbers the newest fact about it when it was claimed, ``told_seq`` the newest fact that
    the attendance service was told; ``shown`` is what it was told then, None when nothing yet.
    ``failures`` counts since the last success. ``until`` is the end of the lease. ``known``
    when the referral was read, or updated, before. ``again`` is when it has to be told once more,
    because an update's outcome is not known (``domain/policies/doubt.py``). ``facts`` are what was
    needed to fold it when it was claimed; None when they were not read with it.
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
    again: float | None = None
    facts: Sequence[StoredFact] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a claim ends with: the attendance service shows the facts up to ``seq``.

    ``updated`` when it was told just now, and so knows the referral. ``since`` is when that state
    began, None when it did before; ``connected`` when the person has a live connection by these
    facts.
    """

    claimed: ClaimedSeat
    seq: int
    in_meeting: bool
    now: float
    updated: bool = True
    since: float | None = None
    connected: bool = False


@dataclass(frozen=True, slots=True)
class Concluded:
    """What came of a delivery's decision.

    ``claimed`` are the seats that are now ours. ``news`` is false when all its facts were known
    already. ``waiting`` says whether somebody else still has to tell one of their seats.
    """

    claimed: Sequence[ClaimedSeat] = ()
    news: bool = False
    waiting: bool = False


class ClosingProgress(Enum):
    """How far a closing is. ``UNDER_WAY``: what is left is in hand, or will be in a moment;
    ``WAITING``: a partner failed, and something waits for its next try."""

    DONE = "done"
    UNDER_WAY = "under way"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class ClaimedClosing:
    """A meeting to close at the provider. ``failures`` counts since it was asked for."""

    referral: ReferralId
    meeting: MeetingId
    attempts: int
    failures: int = 0


@dataclass(frozen=True, slots=True)
class ClaimedSweep:
    """A meeting to ask the provider about, watched since ``watched``.

    ``seen`` is the answer before (peer and person each), given at ``seen_at`` when facts up to
    ``upto`` were known; None before there is one. ``seated`` are the people who have a seat.
    """

    referral: ReferralId
    meeting: MeetingId
    attempts: int
    watched: float
    seen: frozenset[tuple[str, PersonId]] | None = None
    seen_at: float = 0.0
    upto: int = 0
    seated: frozenset[PersonId] = frozenset()


@dataclass(frozen=True, slots=True)
class ClaimedList:
    """The list of live sessions, ours to read; ``upto`` is the newest fact of all by then."""

    attempts: int
    upto: int


@dataclass(frozen=True, slots=True)
class WatchedMeeting:
    """A watched meeting as it stands, with the answer before. It is due at ``due``.

    ``latest`` is its newest fact, 0 when there is none. ``shown`` is whether the attendance service
    shows somebody in, or is to be told something.
    """

    sweep: ClaimedSweep
    due: float
    latest: int = 0
    shown: bool = False


@dataclass(frozen=True, slots=True)
class SweepAnswer:
    """What the provider answered when facts up to ``upto`` were known, and what follows from this
    answer and the one before: a fact to append, and seats to mark due."""

    inside: Inside | None
    upto: int
    fact: Fact | None = None
    seats: Sequence[Seat] = ()
