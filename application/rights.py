"""What a caller may do: doctors speak for themselves, about their own referrals; services for
anyone. Whatever is refused is refused before a partner is asked for anything else."""

from dataclasses import dataclass
from enum import StrEnum

from domain.book import KnownMeetings
from domain.caller import Caller, Doctor, Service, TicketHolder
from domain.errors import ForbiddenError, HostNotAllowedError
from domain.meeting import Guest, MeetingId, PersonId, Preset
from domain.ports import Roster
from domain.referral import Presence, Referral, ReferralId


class Hosts(StrEnum):
    """Which of a referral's doctors may ask to be the host of its meeting."""

    REQUESTER = "requester"
    SPECIALIST = "specialist"
    BOTH = "both"
    NONE = "none"

    def allow(self, person: PersonId, referral: Referral | None) -> bool:
        """Whether the policy names that person; of a meeting without a referral it names nobody."""
        if referral is None:
            return False
        as_requester = self in {Hosts.REQUESTER, Hosts.BOTH} and person == referral.requester
        as_specialist = self in {Hosts.SPECIALIST, Hosts.BOTH} and person == referral.specialist
        return as_requester or as_specialist


class FreeMeetings(StrEnum):
    """Who may open and enter meetings that are about no referral, or that we do not know."""

    NOBODY = "nobody"
    SERVICES = "services"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Rights:
    """Each method raises ForbiddenError, with one word for the audit log, or lets the caller be.

    Any may raise BookUnavailableError, or PartnerUnavailableError when a roster is not to be had.
    """

    roster: Roster
    meetings: KnownMeetings
    hosts: Hosts
    free: FreeMeetings

    async def to_start(self, caller: Caller, title: str) -> None:
        """Open a meeting under a title, which is the referral's id (contract)."""
        if not self._trusted(caller):
            await self._referral(caller, title)

    async def to_join(self, caller: Caller, guest: Guest, meeting: MeetingId) -> ReferralId | None:
        """Enter a meeting. Answers the referral it is about, None where that was not asked.

        Raises HostNotAllowedError.
        """
        if self._trusted(caller):
            return None
        _speaks_for(caller, guest.id)
        title = await self.meetings.title(meeting)
        referral = await self._referral(caller, title)
        as_host = guest.preset is Preset.HOST and isinstance(caller, Doctor)
        if as_host and not self.hosts.allow(guest.id, referral):
            raise HostNotAllowedError("host")
        return None if referral is None else referral.id

    async def to_report(self, caller: Caller, presence: Presence) -> None:
        """Say that somebody is in a meeting or out of it."""
        if isinstance(caller, TicketHolder):
            _holds_ticket_for(caller, presence)
        elif not self._trusted(caller):
            _speaks_for(caller, presence.person)
            title = await self.meetings.title(presence.meeting)
            if title not in {None, presence.referral}:
                raise ForbiddenError("another-referral")
            known = title is not None or self.free is FreeMeetings.EVERYONE
            await self._referral(caller, presence.referral if known else None)

    def _trusted(self, caller: Caller) -> bool:
        """A service may speak for anyone; only where free meetings are nobody's is more asked."""
        return isinstance(caller, Service) and self.free is not FreeMeetings.NOBODY

    async def _referral(self, caller: Caller, title: str | None) -> Referral | None:
        """The caller's own referral that a meeting of that title is about; None when it is about
        none and the caller may have such meetings."""
        if isinstance(caller, TicketHolder):
            raise ForbiddenError("ticket")
        referral = None if title is None else await self.roster(ReferralId(title))
        if referral is None:
            if self.free is not FreeMeetings.EVERYONE:
                raise ForbiddenError("no-referral")
        elif isinstance(caller, Doctor) and caller.person not in referral.doctors:
            raise ForbiddenError("not-on-referral")
        return referral


def _speaks_for(caller: Caller, person: PersonId) -> None:
    if isinstance(caller, Doctor) and caller.person != person:
        raise ForbiddenError("another-person")


def _holds_ticket_for(holder: TicketHolder, presence: Presence) -> None:
    about = (presence.person, presence.meeting, presence.in_meeting)
    if about != (holder.person, holder.meeting, False):
        raise ForbiddenError("another-leaving")
    if holder.referral not in {None, presence.referral}:
        raise ForbiddenError("another-referral")
