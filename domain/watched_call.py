"""A meeting as an operator watches it: what we show of each person beside what the provider said
and what the attendance service was told, and since when they disagree."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.erasure import is_erased
from domain.facts import StoredFact
from domain.meeting import MeetingId, PersonId
from domain.operator_view import SeatHistory
from domain.presence import fold_presence
from domain.provider_says import ProviderSays, Source
from domain.referral import ReferralId
from domain.turns import Turn, turns
from domain.who_is_there import MeetingStatus, StoredMeeting, UserShown, shown


class With(StrEnum):
    """Whom what we show disagrees with."""

    PROVIDER = "provider"
    ATTENDANCE = "attendance"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """``since`` is when the later of the two changed; None when that is not known."""

    between: With
    since: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the attendance service was told last, and when."""

    in_meeting: bool
    at: float


@dataclass(frozen=True, slots=True)
class WatchedUser:
    """``because`` explains ``in_meeting``; ``waiting`` and ``refused`` say why the attendance
    service was not told the newest."""

    user: PersonId
    in_meeting: bool
    since: float | None
    because: str
    connections: int
    told: Told | None
    waiting: str | None
    refused: str | None
    disagrees: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class WatchedCall:
    """``facts`` are the newest, in their order; ``turns`` what each of them changed."""

    referral: ReferralId
    meeting: MeetingId
    opened: float
    status: MeetingStatus
    provider: ProviderSays
    users: tuple[WatchedUser, ...]
    facts: tuple[StoredFact, ...] = ()
    turns: Mapping[int, Sequence[Turn]] = field(default_factory=dict)

    @property
    def is_on(self) -> bool:
        """Whether anybody is in it by what we show or by what the provider said."""
        return self.status is MeetingStatus.LIVE or bool(self.provider.inside)

    @property
    def disagrees_since(self) -> float | None:
        """When the oldest disagreement began; None when all agree."""
        return min(
            (one.since or self.opened for user in self.users for one in user.disagrees),
            default=None,
        )


@dataclass(frozen=True, slots=True)
class Ours:
    """What we have of a meeting. ``facts`` are to be shown; ``doctors`` are the referral's, if they
    are known: they are shown also before anything is stored of them."""

    meeting: StoredMeeting
    seats: Sequence[SeatHistory]
    facts: Sequence[StoredFact] = ()
    doctors: Collection[PersonId] = ()


def watched_call(referral: ReferralId, ours: Ours, provider: ProviderSays) -> WatchedCall:
    """Whoever was erased is shown no more."""
    meeting = ours.meeting
    (as_shown,) = shown([meeting])
    seats = {seat.seat.person: seat for seat in ours.seats}
    unheard = sorted({*ours.doctors} - {user.user for user in as_shown.users})
    nothing = (UserShown(doctor, in_meeting=False, since=None) for doctor in unheard)
    users = tuple(_user(user, meeting, seats, provider) for user in (*as_shown.users, *nothing))
    inside = tuple(peer for peer in provider.inside if not is_erased(peer.person))
    said = replace(provider, inside=inside)
    about = (referral, meeting.meeting, meeting.opened, as_shown.status)
    changed = turns(ours.facts, {user.user for user in users})
    return WatchedCall(*about, said, users, tuple(ours.facts), changed)


def _user(
    user: UserShown,
    meeting: StoredMeeting,
    seats: Mapping[PersonId, SeatHistory],
    provider: ProviderSays,
) -> WatchedUser:
    found, seat = fold_presence(user.user, meeting.facts), seats.get(user.user)
    told = None
    if seat is not None and seat.told is not None:
        told = Told(bool(seat.shown), seat.told)
    return WatchedUser(
        user=user.user,
        in_meeting=user.in_meeting,
        since=user.since,
        because=found.because,
        connections=len(found.open_connections),
        told=told,
        waiting=seat.waiting if seat else None,
        refused=seat.refused if seat else None,
        disagrees=tuple(_disagreements(user, told, provider)),
    )


def _disagreements(
    user: UserShown, told: Told | None, provider: ProviderSays
) -> Sequence[Disagreement]:
    found = []
    inside, spoke = provider.has_inside(user.user), provider.source is not Source.NOTHING
    if spoke and inside is not user.in_meeting:
        said = provider.changed.get(user.user, None if provider.changed else provider.at)
        found.append(Disagreement(With.PROVIDER, _later(user.since, said)))
    if user.in_meeting is not (told is not None and told.in_meeting):
        found.append(Disagreement(With.ATTENDANCE, user.since))
    return found


def _later(one: float | None, other: float | None) -> float | None:
    return max((at for at in (one, other) if at is not None), default=None)
