"""Decide what a provider's event means: is it ours, about which referral, of what kind."""

from dataclasses import dataclass, replace

from application.handle_participant import HandleParticipant
from application.handle_session_end import HandleSessionEnd
from domain.decision import Decision
from domain.delivery import Outcome, Why
from domain.errors import FieldFault, MalformedEventError, UnknownReferralError
from domain.meeting import KnownMeeting
from domain.ports.attendance import Attendance
from domain.ports.meetings import MeetingRepository
from domain.ports.sweeps import Sweeps
from domain.referral import ReferralId
from domain.session import SessionEvent


@dataclass(frozen=True, slots=True)
class DecideEvent:
    """``organization`` is whose events are ours: the provider signs those of all its customers with
    one key. None accepts every organization's.
    """

    attendance: Attendance
    meetings: MeetingRepository
    participant: HandleParticipant
    session_end: HandleSessionEnd
    sweeps: Sweeps
    organization: str | None

    def acts_on(self, event: SessionEvent) -> bool:
        """Whether it could make us call a partner."""
        mattering = event.participant is not None or event.reason in self.session_end.reasons
        return (mattering or event.only_heard_of) and not self._foreign(event)

    async def __call__(self, event: SessionEvent, key: str, at: float) -> Decision:
        """The facts to append and the seats to mark due; nothing is told yet.

        Raises UnknownReferralError, or the PartnerError of reading the referral.
        """
        if self._foreign(event):
            return Decision(Outcome.IGNORED, Why.FOREIGN)
        if event.participant is None and event.reason is None:
            return await self._heard_of(event, at)
        if event.participant is not None:
            return await self.participant(event, event.participant, at)
        return await self.session_end(event, key, at)

    async def known(self, event: SessionEvent) -> KnownMeeting | None:
        """What is known of the meeting that it names."""
        return await self.meetings.find(event.meeting) if event.meeting else None

    async def about_its_referral(
        self, event: SessionEvent, known: KnownMeeting | None
    ) -> SessionEvent:
        """The event with the referral that it is about. A meeting that this service opened is about
        the referral it was opened for, however its title was edited, unless the title is another
        known referral's id. ``known`` is what is known of the meeting that it names.

        Raises MalformedEventError when nothing says which referral it is about, or the PartnerError
        of reading the referral.
        """
        says_nothing = event.participant is None and event.reason is None
        if self._foreign(event) or (says_nothing and not event.only_heard_of):
            return event
        if known is None or known.opened is None or known.title == event.referral:
            if event.referral is None and event.reason in self.session_end.reasons:
                missing = [FieldFault(("meeting", "title"), "missing", {})]
                raise MalformedEventError("no referral's title, of no meeting of ours", missing)
            return event
        if event.referral is not None and await self._exists(event.referral):
            return event
        return replace(event, referral=ReferralId(known.title))

    async def is_about_none(self, event: SessionEvent) -> bool:
        """Whether this service opened the meeting about no referral: its title is none's id."""
        meeting = event.meeting
        if meeting is None and event.referral is not None:
            meeting = await self.meetings.find_newest(event.referral)
        known = await self.meetings.find(meeting) if meeting else None
        return known is not None and known.opened is not None

    async def _heard_of(self, event: SessionEvent, at: float) -> Decision:
        """Nothing changes, but a referral's meeting is watched from its first word on."""
        referral, meeting = event.referral, event.meeting
        if referral and meeting and event.only_heard_of and await self._exists(referral):
            await self.sweeps.watch(referral, meeting, now=at)
        return Decision(Outcome.IGNORED)

    async def _exists(self, referral: ReferralId) -> bool:
        try:
            await self.attendance.referral(referral)
        except UnknownReferralError:
            return False
        return True

    def _foreign(self, event: SessionEvent) -> bool:
        return bool(self.organization) and event.organization not in {None, self.organization}
