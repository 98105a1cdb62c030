"""Whatever an attendance service does, its adapter tells it as what it is."""

from collections.abc import Awaitable, Callable

import pytest

from domain.errors import Partner
from domain.ports.attendance import Attendance
from tests.builders import a_seat
from tests.contract.partners.faults import FAULTS, Fault, FaultServer
from tests.contract.partners.promises import check, come_of

SEAT = a_seat(referral="enc/1", meeting="meeting/1", person="dra/ana")
Call = Callable[[Attendance], Awaitable[object]]
CALLS: dict[str, Call] = {
    "referral": lambda service: service.referral(SEAT.referral),
    "set_in_meeting": lambda service: service.set_in_meeting(SEAT, in_meeting=True),
}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("method", CALLS)
async def test_each_fault_of_the_partner_becomes_the_right_error(
    attendance_service: Attendance, partner: FaultServer, fault: Fault, method: str
) -> None:
    came = await come_of(lambda: CALLS[method](attendance_service))

    assert partner.seen, f"{method} must ask the partner, at the URL of an ADAPTER_ variable"
    check(Partner.ATTENDANCE, method, fault, came)


async def test_in_and_out_of_a_seat_are_two_things_on_the_wire_and_both_name_the_person(
    attendance_service: Attendance, partner: FaultServer
) -> None:
    await attendance_service.set_in_meeting(a_seat(person="pessoa7"), in_meeting=True)
    into, partner.seen = partner.seen, []
    await attendance_service.set_in_meeting(a_seat(person="pessoa7"), in_meeting=False)
    out = partner.seen

    assert into, "an update must be sent to the partner before it is a success"
    assert out, "an update must be sent to the partner before it is a success"
    assert into != out, "in and out of one seat must differ on the wire"
    for said in (into, out):
        assert any(one.names("pessoa7") for one in said), "an update must name the person"


@pytest.mark.parametrize("method", CALLS)
async def test_an_id_with_a_slash_stays_one_segment_of_a_path(
    attendance_service: Attendance, partner: FaultServer, method: str
) -> None:
    await come_of(lambda: CALLS[method](attendance_service))

    for one in partner.seen:
        for name in (SEAT.referral, SEAT.meeting, SEAT.person):
            assert name not in one.target, "an id in a path must be percent-encoded"
