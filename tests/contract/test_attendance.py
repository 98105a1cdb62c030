import pytest

from adapters.sandbox.world import SandboxWorld
from domain.errors import UnknownReferralError
from domain.ports.attendance import Attendance
from domain.referral import ReferralId
from tests.builders import a_referral, a_seat


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

    await attendance.set_in_meeting(a_seat(), in_meeting=True)
    await attendance.set_in_meeting(a_seat(), in_meeting=False)
    await attendance.set_in_meeting(a_seat(), in_meeting=False)

    assert world.attendance.shown(ReferralId("enc-1")) == {a_seat(): False}


async def test_an_unknown_referral_is_its_own_error(attendance: Attendance) -> None:
    with pytest.raises(UnknownReferralError):
        await attendance.referral(ReferralId("enc-9"))
    with pytest.raises(UnknownReferralError):
        await attendance.set_in_meeting(a_seat("enc-9"), in_meeting=True)
