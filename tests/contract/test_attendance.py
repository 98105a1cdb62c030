import pytest

from adapters.sandbox.world import SandboxWorld
from domain.errors import UnknownReferralError
from domain.ports import Attendance
from domain.referral import ReferralId
from tests.builders import a_presence, a_referral


@pytest.mark.parametrize("specialist", ["dr-bruno", None])
async def test_a_referral_is_read_with_its_doctors(
    attendance: Attendance, world: SandboxWorld, specialist: str | None
) -> None:
    world.attendance.put(a_referral("enc/ç 1", specialist=specialist))

    assert await attendance.referral(ReferralId("enc/ç 1")) == a_referral(
        "enc/ç 1", specialist=specialist
    )


async def test_what_was_said_last_of_a_person_holds(
    attendance: Attendance, world: SandboxWorld
) -> None:
    world.attendance.put(a_referral())

    await attendance.mark(a_presence(in_meeting=True))
    await attendance.mark(a_presence(in_meeting=False))
    await attendance.mark(a_presence(in_meeting=False))

    assert world.attendance.marked(ReferralId("enc-1")) == [a_presence(in_meeting=False)]


async def test_an_unknown_referral_is_its_own_error(attendance: Attendance) -> None:
    with pytest.raises(UnknownReferralError):
        await attendance.referral(ReferralId("enc-9"))
    with pytest.raises(UnknownReferralError):
        await attendance.mark(a_presence("enc-9"))
