"""What a caller may do: each rule, on a real database and a referral of two doctors."""

import pytest

from adapters.attendance.cached_referrals import CachedReferrals
from application.rights import FreeMeetings, Hosts, Rights
from domain.caller import Anyone, Caller, Doctor, Service, TicketHolder
from domain.errors import (
    ForbiddenError,
    HostNotAllowedError,
    Partner,
    PartnerTimeoutError,
    PartnerUnavailableError,
    UnknownMeetingError,
)
from domain.meeting import MeetingId, PersonId, Preset
from domain.policies.breaker import Breaker
from domain.presence import Seat
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.builders import PORTAL, a_doctor, a_guest, a_seat

MEETING = MeetingId("meeting-1")
FREE = MeetingId("free-1")
UNKNOWN = MeetingId("unknown-1")
ANA, BRUNO, CAIO = a_doctor("dra-ana"), a_doctor("dr-bruno"), a_doctor("dr-caio")
TICKET = TicketHolder(PersonId("dra-ana"), MEETING)
NOBODY_ASKED = Anyone()


@pytest.fixture
async def rights(wired: Container, attendance: FaultyAttendance, clock: Clock) -> Rights:
    """``meeting-1`` is about the referral, ``free-1`` about none."""
    await wired.meetings().add(MEETING, "enc-1", now=0)
    await wired.meetings().add(FREE, "Discussão de caso", now=0)
    referrals = CachedReferrals(attendance, Breaker(clock), clock)
    return Rights(referrals, wired.meetings(), Hosts.BOTH, FreeMeetings.SERVICES)


def changed(rights: Rights, hosts: Hosts | None = None, free: FreeMeetings | None = None) -> Rights:
    return Rights(rights.referrals, rights.meetings, hosts or rights.hosts, free or rights.free)


@pytest.mark.parametrize("caller", [ANA, BRUNO, PORTAL])
async def test_who_is_on_the_referral_starts_joins_and_reports(
    rights: Rights, caller: Caller
) -> None:
    person = caller.person if isinstance(caller, Doctor) else "dr-caio"
    preset = Preset.HOST if isinstance(caller, Doctor) else Preset.PARTICIPANT

    await rights.to_start(caller, "enc-1")
    await rights.to_join(caller, a_guest(person, preset=preset), MEETING)
    await rights.to_report(caller, a_seat(person=person), in_meeting=True)


@pytest.mark.parametrize("preset", Preset)
async def test_a_doctor_acts_only_for_themselves(rights: Rights, preset: Preset) -> None:
    with pytest.raises(ForbiddenError, match="another-person"):
        await rights.to_join(ANA, a_guest("dr-bruno", preset=preset), MEETING)
    for inside in (True, False):
        with pytest.raises(ForbiddenError, match="another-person"):
            await rights.to_report(ANA, a_seat(person="dr-bruno"), in_meeting=inside)


async def test_a_doctor_of_another_referral_gets_nowhere(rights: Rights) -> None:
    for refused in (
        rights.to_start(CAIO, "enc-1"),
        rights.to_join(CAIO, a_guest("dr-caio"), MEETING),
        rights.to_report(CAIO, a_seat(person="dr-caio"), in_meeting=True),
        rights.to_report(CAIO, a_seat(person="dr-caio"), in_meeting=False),
    ):
        with pytest.raises(ForbiddenError, match="not-on-referral"):
            await refused


async def test_a_meeting_is_reported_under_its_own_referral_only(
    rights: Rights, attendance: FaultyAttendance
) -> None:
    with pytest.raises(ForbiddenError, match="another-referral"):
        await rights.to_report(ANA, a_seat("enc-1001"), in_meeting=True)
    assert attendance.read == 0


@pytest.mark.parametrize("meeting", [FREE, UNKNOWN])
async def test_free_and_unknown_meetings_are_the_services(
    rights: Rights, attendance: FaultyAttendance, meeting: MeetingId
) -> None:
    await rights.to_start(PORTAL, "Discussão de caso")
    await rights.to_join(PORTAL, a_guest(preset=Preset.PARTICIPANT), meeting)
    await rights.to_report(PORTAL, a_seat(meeting=meeting), in_meeting=True)
    assert attendance.read == 0
    await rights.to_join(PORTAL, a_guest(), meeting)

    with pytest.raises(ForbiddenError, match="no-referral"):
        await rights.to_start(ANA, "Discussão de caso")
    with pytest.raises(ForbiddenError, match=r"no-referral|unknown-meeting"):
        await rights.to_join(ANA, a_guest(), meeting)
    with pytest.raises(ForbiddenError, match=r"another-referral|unknown-meeting"):
        await rights.to_report(ANA, a_seat(meeting=meeting), in_meeting=True)


async def test_free_meetings_may_be_forbidden(rights: Rights) -> None:
    strict = changed(rights, free=FreeMeetings.NOBODY)

    await strict.to_start(PORTAL, "enc-1")
    await strict.to_join(PORTAL, a_guest("dr-caio", preset=Preset.PARTICIPANT), MEETING)
    await strict.to_report(PORTAL, a_seat(person="dr-caio"), in_meeting=True)
    for refused in (
        strict.to_start(PORTAL, "Discussão de caso"),
        strict.to_join(PORTAL, a_guest(), FREE),
        strict.to_join(PORTAL, a_guest(), UNKNOWN),
        strict.to_report(PORTAL, a_seat(meeting=UNKNOWN), in_meeting=True),
        strict.to_report(PORTAL, a_seat("enc-1001"), in_meeting=True),
    ):
        with pytest.raises(ForbiddenError):
            await refused


async def test_free_meetings_may_be_everyones(rights: Rights) -> None:
    loose = changed(rights, free=FreeMeetings.EVERYONE)
    guest = a_guest(preset=Preset.PARTICIPANT)

    await loose.to_start(ANA, "Discussão de caso")
    await loose.to_join(ANA, guest, FREE)
    await loose.to_join(ANA, guest, UNKNOWN)
    with pytest.raises(ForbiddenError, match="unknown-meeting"):  # it would make it known
        await loose.to_report(ANA, a_seat(meeting=UNKNOWN), in_meeting=True)
    with pytest.raises(HostNotAllowedError):
        await loose.to_join(ANA, a_guest(), FREE)


@pytest.mark.parametrize("asking", ["themselves", "a service"])
@pytest.mark.parametrize(
    ("hosts", "allowed"),
    [
        (Hosts.REQUESTER, {"dra-ana"}),
        (Hosts.SPECIALIST, {"dr-bruno"}),
        (Hosts.BOTH, {"dra-ana", "dr-bruno"}),
        (Hosts.NONE, set()),
    ],
)
async def test_only_the_doctors_of_the_policy_become_host_for_any_caller(
    rights: Rights, hosts: Hosts, allowed: set[str], asking: str
) -> None:
    policy = changed(rights, hosts=hosts)
    as_host = set()
    for doctor in (ANA, BRUNO):
        caller = PORTAL if asking == "a service" else doctor
        await policy.to_join(caller, a_guest(doctor.person, preset=Preset.PARTICIPANT), MEETING)
        try:
            await policy.to_join(caller, a_guest(doctor.person), MEETING)
            as_host.add(doctor.person)
        except HostNotAllowedError:
            continue

    assert as_host == allowed
    with pytest.raises(HostNotAllowedError):
        await policy.to_join(PORTAL, a_guest("dr-caio"), MEETING)


async def test_without_a_referral_a_service_names_the_host_unless_no_one_may_be(
    rights: Rights,
) -> None:
    await rights.to_join(PORTAL, a_guest(), FREE)
    with pytest.raises(HostNotAllowedError):
        await changed(rights, hosts=Hosts.NONE).to_join(PORTAL, a_guest(), FREE)


async def test_without_authentication_nothing_is_refused(
    rights: Rights, attendance: FaultyAttendance
) -> None:
    strict = changed(rights, hosts=Hosts.NONE, free=FreeMeetings.NOBODY)

    await strict.to_start(NOBODY_ASKED, "livre")
    await strict.to_join(NOBODY_ASKED, a_guest("dr-caio"), MEETING)
    await strict.to_report(NOBODY_ASKED, a_seat("enc-1001", person="dr-caio"), in_meeting=True)
    assert attendance.read == 0


async def test_a_referral_without_a_specialist_has_no_specialist_as_host(
    rights: Rights, attendance: FaultyAttendance, wired: Container
) -> None:
    await wired.meetings().add(MeetingId("meeting-3"), "enc-1003", now=0)
    policy = changed(rights, hosts=Hosts.SPECIALIST)

    with pytest.raises(HostNotAllowedError):
        await policy.to_join(a_doctor("dra-eva"), a_guest("dra-eva"), MeetingId("meeting-3"))


async def test_a_ticket_is_good_for_its_own_leaving(rights: Rights) -> None:
    await rights.to_report(TICKET, a_seat(), in_meeting=False)


@pytest.mark.parametrize(
    ("seat", "in_meeting"),
    [
        (a_seat(), True),
        (a_seat(person="dr-bruno"), False),
        (a_seat(meeting="meeting-2"), False),
        (a_seat("enc-1001"), False),
    ],
)
async def test_a_ticket_is_good_for_nothing_else(
    rights: Rights, seat: Seat, in_meeting: bool
) -> None:
    with pytest.raises(ForbiddenError):
        await rights.to_report(TICKET, seat, in_meeting=in_meeting)


async def test_a_ticket_for_an_unknown_meeting_is_refused(
    rights: Rights,
) -> None:
    holder = TicketHolder(TICKET.person, UNKNOWN)

    with pytest.raises(ForbiddenError, match="unknown-meeting"):
        await rights.to_report(holder, a_seat(meeting=UNKNOWN), in_meeting=False)


async def test_a_ticket_needs_no_referral_lookup(
    rights: Rights, attendance: FaultyAttendance
) -> None:
    attendance.failing = PartnerTimeoutError(Partner.ATTENDANCE, "down")

    await rights.to_report(TICKET, a_seat(), in_meeting=False)


async def test_a_doctor_has_to_wait_while_the_referral_cannot_be_read(
    rights: Rights, attendance: FaultyAttendance
) -> None:
    attendance.failing = PartnerTimeoutError(Partner.ATTENDANCE, "down")

    with pytest.raises(PartnerUnavailableError):
        await rights.to_start(ANA, "enc-1")
    attendance.failing = None
    await rights.to_start(ANA, "enc-1")
    attendance.failing = PartnerTimeoutError(Partner.ATTENDANCE, "down again")
    await rights.to_join(ANA, a_guest(), MEETING)


@pytest.mark.parametrize("caller", [ANA, BRUNO, PORTAL, NOBODY_ASKED])
async def test_a_host_and_a_service_may_end_a_meeting(rights: Rights, caller: Caller) -> None:
    assert (await rights.to_end(caller, MEETING)).title == "enc-1"


@pytest.mark.parametrize(
    ("hosts", "may"),
    [
        (Hosts.BOTH, {ANA, BRUNO}),
        (Hosts.REQUESTER, {ANA}),
        (Hosts.SPECIALIST, {BRUNO}),
        (Hosts.NONE, set()),
    ],
)
async def test_of_the_doctors_only_those_who_may_be_host_end_a_meeting(
    rights: Rights, hosts: Hosts, may: set[Doctor]
) -> None:
    theirs = changed(rights, hosts=hosts)
    for doctor in {ANA, BRUNO} - may:
        with pytest.raises(ForbiddenError, match="host"):
            await theirs.to_end(doctor, MEETING)
    for doctor in may:
        await theirs.to_end(doctor, MEETING)


async def test_nobody_ends_somebody_elses_meeting(rights: Rights) -> None:
    with pytest.raises(ForbiddenError, match="not-on-referral"):
        await rights.to_end(CAIO, MEETING)
    for free in FreeMeetings:
        with pytest.raises(ForbiddenError):
            await changed(rights, free=free).to_end(ANA, FREE)


async def test_an_unknown_meeting_is_forbidden_to_doctors_and_not_found_by_services(
    rights: Rights, attendance: FaultyAttendance
) -> None:
    with pytest.raises(ForbiddenError, match="unknown-meeting"):
        await rights.to_end(ANA, UNKNOWN)
    for caller in (PORTAL, NOBODY_ASKED):
        with pytest.raises(UnknownMeetingError):
            await rights.to_end(caller, UNKNOWN)
    assert attendance.read == 0


async def test_a_service_that_may_have_no_free_meetings_ends_none_and_an_operator_does(
    rights: Rights,
) -> None:
    strict = changed(rights, free=FreeMeetings.NOBODY)

    await strict.to_end(PORTAL, MEETING)
    with pytest.raises(ForbiddenError, match="no-referral"):
        await strict.to_end(PORTAL, FREE)
    await strict.to_end(Service("plantao", operator=True), FREE)
