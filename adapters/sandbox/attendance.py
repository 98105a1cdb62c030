"""Attendance in memory: a book of referrals, and who is shown in which meeting."""

from dataclasses import dataclass, field

from domain.errors import UnknownReferralError
from domain.meeting import MeetingId, PersonId
from domain.referral import Presence, Referral, ReferralId

SAMPLES = (
    Referral(ReferralId("enc-1001"), PersonId("dra-ana"), PersonId("dr-bruno")),
    Referral(ReferralId("enc-1002"), PersonId("dr-caio"), PersonId("dra-dulce")),
    Referral(ReferralId("enc-1003"), PersonId("dra-eva")),
)


@dataclass(slots=True)
class SandboxAttendance:
    """Starts with a few made-up referrals; ``put`` adds another or replaces one."""

    referrals: dict[ReferralId, Referral] = field(
        default_factory=lambda: {sample.id: sample for sample in SAMPLES}
    )
    marks: dict[tuple[ReferralId, MeetingId, PersonId], bool] = field(default_factory=dict)

    def put(self, referral: Referral) -> None:
        self.referrals[referral.id] = referral

    def reset(self) -> None:
        """Only the made-up referrals, and nobody anywhere."""
        self.referrals = {sample.id: sample for sample in SAMPLES}
        self.marks.clear()

    async def referral(self, referral: ReferralId) -> Referral:
        if referral not in self.referrals:
            raise UnknownReferralError("the sandbox has no such referral")
        return self.referrals[referral]

    async def mark(self, presence: Presence) -> None:
        await self.referral(presence.referral)
        key = (presence.referral, presence.meeting, presence.person)
        self.marks[key] = presence.in_meeting

    def marked(self, referral: ReferralId) -> list[Presence]:
        """What was last said of each person in each meeting about a referral."""
        return [
            Presence(referral, meeting, person, in_meeting)
            for (marked, meeting, person), in_meeting in self.marks.items()
            if marked == referral
        ]
