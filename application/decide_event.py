"""What a provider's event comes to: by what kind of event it is, and whether it is ours at all."""

from dataclasses import dataclass

from application.handle_participant import HandleParticipant
from application.handle_session_end import HandleSessionEnd
from domain.decision import Decision
from domain.delivery import Outcome, Why
from domain.session import SessionEvent


@dataclass(frozen=True, slots=True)
class DecideEvent:
    """``organization`` is whose events are ours: the provider signs those of all its customers with
    one key. None leaves that unchecked.
    """

    participant: HandleParticipant
    session_end: HandleSessionEnd
    organization: str | None

    def acts_on(self, event: SessionEvent) -> bool:
        """Whether it could make us call a partner."""
        mattering = event.participant is not None or event.reason in self.session_end.reasons
        return mattering and not self._foreign(event)

    async def __call__(self, event: SessionEvent, key: str, at: float) -> Decision:
        """The facts and seats it comes to; nothing is told to anyone yet.

        Raises UnknownReferralError, or the PartnerError of reading the referral.
        """
        if self._foreign(event):
            return Decision(Outcome.IGNORED, Why.FOREIGN)
        if event.participant is not None:
            return await self.participant(event, event.participant, at)
        if event.reason is not None:
            return await self.session_end(event, key, at)
        return Decision(Outcome.IGNORED)

    def _foreign(self, event: SessionEvent) -> bool:
        return bool(self.organization) and event.organization not in {None, self.organization}
