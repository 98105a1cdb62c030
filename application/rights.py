"""What a caller may do: a doctor acts for himself or herself, about his or her own referrals; a
service acts for anyone. A refusal comes before any partner is called, save to read the referral."""

from dataclasses import dataclass
from enum import StrEnum

from domain.caller import Anyone, Caller, Doctor, Service, TicketHolder
from domain.errors import (
    ForbiddenError,
    HostNotAllowedError,
    PartnerUnavailableError,
    UnknownMeetingError,
    UnknownReferralError,
)
from domain.meeting import Guest, KnownMeeting, MeetingId, PersonId, Preset
from domain.ports.attendance import ReferralLookup
from domain.ports.meetings import MeetingRepository
from domain.presence import Seat
from domain.referral import Referral, ReferralId


class Hosts(StrEnum):
    """Which of a referral's doctors may be the host of its meeting."""

    REQUESTER = "requester"
    SPECIALIST = "specialist"
    BOTH = "both"
    NONE = "none"

    def name_them(self, person: PersonId, referral: Referral) -> bool:
        as_requester = self in {Hosts.REQUESTER, Hosts.BOTH} and person == referral.requester
        as_specialist = self in {Hosts.SPECIALIST, Hosts.BOTH} and person == referral.specialist
        return as_requester or as_specialist


class FreeMeetings(StrEnum):
    """Who may open and enter meetings that are about no referral, or that are unknown here."""

    NOBODY = "nobody"
    SERVICES = "services"
    EVERYONE = "everyone"

    def open_to(self, caller: Caller) -> bool:
        return self is FreeMeetings.EVERYONE or (
            self is FreeMeetings.SERVICES and isinstance(caller, Service)
        )


@dataclass(frozen=True, slots=True)
class Rights:
    """Each method returns when the caller may, else raises ForbiddenError with one word for the
    audit log.

    Each may also raise StorageUnavailableError, and PartnerUnavailableError when the referral
    cannot be read.
    """

    referrals: ReferralLookup
    meetings: MeetingRepository
    hosts: Hosts
    free: FreeMeetings

    async def to_start(self, caller: Caller, title: str) -> None:
        """Open a meeting under a title, which is the referral's id (contract)."""
        if not self._trusted(caller):
            await self._own_referral(caller, title)

    async def to_join(
        self, caller: Caller, guest: Guest, meeting: MeetingId
    ) -> KnownMeeting | None:
        """Enter a meeting as a guest; the meeting, if it is known. Raises HostNotAllowedError."""
        as_host = guest.preset is Preset.HOST and not isinstance(caller, Anyone)
        _speaks_for(caller, guest.id)
        known = await self.meetings.find(meeting)
        if self._trusted(caller) and not as_host:
            return known
        referral = await self._own_referral(caller, known.title if known else None)
        if as_host and not self._may_host(caller, guest.id, referral):
            raise HostNotAllowedError("host")
        return known

    async def to_end(self, caller: Caller, meeting: MeetingId) -> KnownMeeting:
        """Close a meeting for everybody: whoever may be its host. Raises UnknownMeetingError to
        those who may know which meetings there are."""
        known = await self.meetings.find(meeting)
        if known is None and not isinstance(caller, Doctor):
            raise UnknownMeetingError("not in the repository")
        if known is None:
            raise ForbiddenError("unknown-meeting")
        if not (self._trusted(caller) or _is_operator(caller)):
            referral = await self._own_referral(caller, known.title)
            if isinstance(caller, Doctor) and not self._may_host(caller, caller.person, referral):
                raise ForbiddenError("host")
        return known

    async def to_report(
        self, caller: Caller | TicketHolder, seat: Seat, *, in_meeting: bool
    ) -> None:
        """Say that somebody is in a meeting or out of it.

        Whoever is not trusted may say so only under the referral that the meeting is known by: the
        first report about an unknown meeting would make it known.
        """
        if isinstance(caller, TicketHolder):
            _is_the_leave_of(caller, seat, in_meeting=in_meeting)
            await self._is_known_by_that_referral(seat)
        elif not self._trusted(caller):
            _speaks_for(caller, seat.person)
            await self._is_known_by_that_referral(seat)
            await self._own_referral(caller, seat.referral)

    async def to_see(self, caller: Caller, title: ReferralId) -> bool:
        """See who is in the meetings of a title; whether there is such a referral.

        Whoever is no doctor needs no referral to be trusted: while it cannot be read the answer is
        False, as for a title that is no referral. Raises UnknownReferralError when there is neither
        a referral nor a meeting that the caller may have without one.
        """
        try:
            referral = await self.referrals(title)
        except PartnerUnavailableError:
            if isinstance(caller, Doctor):
                raise
            return False
        if referral is not None:
            _is_on(caller, referral)
            return True
        free = isinstance(caller, Anyone) or self.free.open_to(caller)
        if not free and isinstance(caller, Doctor):
            raise ForbiddenError("no-referral")
        if not free or await self.meetings.find_newest(title) is None:
            raise UnknownReferralError("neither a referral nor a meeting of this title")
        return False

    def _trusted(self, caller: Caller) -> bool:
        """A service may speak for anyone, unless nobody may enter unknown meetings."""
        if isinstance(caller, Service):
            return self.free is not FreeMeetings.NOBODY
        return isinstance(caller, Anyone)

    async def _is_known_by_that_referral(self, seat: Seat) -> None:
        known = await self.meetings.find(seat.meeting)
        if known is None or known.title != seat.referral:
            raise ForbiddenError("unknown-meeting" if known is None else "another-referral")

    async def _own_referral(self, caller: Caller, title: str | None) -> Referral | None:
        """The referral that a meeting of that title is about, if it is the caller's; None when it
        is about none and the caller may have such meetings."""
        referral = None if title is None else await self.referrals(ReferralId(title))
        if referral is None:
            if not self.free.open_to(caller):
                raise ForbiddenError("unknown-meeting" if title is None else "no-referral")
        else:
            _is_on(caller, referral)
        return referral

    def _may_host(self, caller: Caller, person: PersonId, referral: Referral | None) -> bool:
        """Without a referral a service says who is host, unless the policy allows no host."""
        if referral is None:
            return isinstance(caller, Service) and self.hosts is not Hosts.NONE
        return self.hosts.name_them(person, referral)


def _is_operator(caller: Caller) -> bool:
    return isinstance(caller, Service | Anyone) and caller.operator


def _speaks_for(caller: Caller, person: PersonId) -> None:
    if isinstance(caller, Doctor) and caller.person != person:
        raise ForbiddenError("another-person")


def _is_on(caller: Caller, referral: Referral) -> None:
    if isinstance(caller, Doctor) and caller.person not in referral.doctors:
        raise ForbiddenError("not-on-referral")


def _is_the_leave_of(holder: TicketHolder, seat: Seat, *, in_meeting: bool) -> None:
    about = (seat.person, seat.meeting, in_meeting)
    if about != (holder.person, holder.meeting, False):
        raise ForbiddenError("another-leaving")
