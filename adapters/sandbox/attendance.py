"""Attendance in memory: referrals, and who is shown in which meeting."""

from dataclasses import dataclass, field

from domain.errors import UnknownReferralError
from domain.meeting import PersonId
from domain.presence import Seat
from domain.referral import Referral, ReferralId

SAMPLES = (
    Referral(ReferralId("enc-1001"), PersonId("dra-ana"), PersonId("dr-bruno")),
    Referral(ReferralId("enc-1002"), PersonId("dr-caio"), PersonId("dra-dulce")),
    Referral(ReferralId("enc-1003"), PersonId("dra-eva")),
)


@dataclass(slots=True)
class SandboxAttendance:
    """Starts with sample referrals; ``put`` adds or replaces one."""

    referrals: dict[ReferralId, Referral] = field(
        default_factory=lambda: {sample.id: sample for sample in SAMPLES}
    )
    flags: dict[Seat, bool] = field(default_factory=dict)

    def put(self, referral: Referral) -> None:
        self.referrals[referral.id] = referral

    def reset(self) -> None:
        """Back to the sample referrals, without any flag."""
        self.referrals = {sample.id: sample for sample in SAMPLES}
        self.flags.clear()

    async def referral(self, referral: ReferralId) -> Referral:
        if referral not in self.referrals:
            raise UnknownReferralError("the sandbox has no such referral")
        return self.referrals[referral]

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        await self.referral(seat.referral)
        self.flags[seat] = in_meeting

    def shown(self, referral: ReferralId) -> dict[Seat, bool]:
        """The flag of each person in each meeting about a referral."""
        return {seat: shown for seat, shown in self.flags.items() if seat.referral == referral}
