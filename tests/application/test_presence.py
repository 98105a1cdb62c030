"""Presence through the whole engine: provider events, late ends, and the sweep that heals."""

import random

import orjson
import pytest

from adapters.sandbox.world import SandboxWorld
from domain.delivery import Outcome, Verdict
from domain.errors import Partner, PartnerBrokenError
from domain.meeting import Inside, MeetingId, PersonId
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.test_engine import soon, worked_off
from tests.builders import PORTAL, a_guest, a_seat, a_webhook_body

ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")


@pytest.fixture
def world(wired: Container) -> SandboxWorld:
    opened: SandboxWorld = wired.sandbox()
    opened.webhooks.registrations.clear()
    return opened


@pytest.fixture
async def meeting(world: SandboxWorld) -> MeetingId:
    opened = await world.rooms.open("enc-1")
    for doctor in (ANA, BRUNO):
        await world.rooms.admit(a_guest(doctor), opened.id)
    return opened.id


def a_movement(
    verb: str, peer: str, person: str, session: str = "s-1", meeting: str = "meeting-1"
) -> bytes:
    body = a_webhook_body(title="enc-1", reason=None, event=f"meeting.participant{verb}")
    where = {"id": meeting, "title": "enc-1", "sessionId": session}
    who = {"peerId": peer, "customParticipantId": person}
    return orjson.dumps({**body, "meeting": where, "participant": who})


def an_ending(session: str | None, meeting: str = "meeting-1", **more: object) -> bytes:
    where = {"id": meeting, "title": "enc-1", "sessionId": session, **more}
    return orjson.dumps({**a_webhook_body(title="enc-1"), "meeting": where})


async def received(wired: Container, body: bytes) -> Verdict:
    return await wired.receive_webhook()({}, body, soon())


async def reported(
    wired: Container, person: str, meeting: str = "meeting-1", *, in_meeting: bool = True
) -> None:
    seat = a_seat(meeting=meeting, person=person)
    await wired.report_presence()(PORTAL, seat, soon(), in_meeting=in_meeting)


async def test_a_doctors_arrival_and_departure_are_told(
    wired: Container, attendance: FaultyAttendance
) -> None:
    await received(wired, a_movement("Joined", "p1", "dra-ana"))
    inside = attendance.flags_of()
    await received(wired, a_movement("Left", "p1", "dra-ana"))

    assert inside == {"dra-ana": True}
    assert attendance.flags_of() == {"dra-ana": False}


async def test_a_second_tab_makes_no_flicker(
    wired: Container, attendance: FaultyAttendance
) -> None:
    for verb, peer in (("Joined", "p1"), ("Joined", "p2"), ("Left", "p1")):
        await received(wired, a_movement(verb, peer, "dra-ana"))

    assert [told.in_meeting for told in attendance.told] == [True]


async def test_a_guest_who_is_neither_doctor_is_never_told(
    wired: Container, attendance: FaultyAttendance
) -> None:
    await received(wired, a_movement("Joined", "p1", "a-nurse"))

    assert attendance.told == []


@pytest.mark.parametrize(
    "participant",
    [{}, {"peerId": "p1"}, {"customParticipantId": "dra-ana"}, "dra-ana", None],
)
async def test_a_join_without_a_person_changes_nothing(
    wired: Container, attendance: FaultyAttendance, participant: object
) -> None:
    body = orjson.loads(a_movement("Joined", "p1", "dra-ana"))
    body["participant"] = participant

    assert await received(wired, orjson.dumps(body)) == Verdict(Outcome.IGNORED)
    assert attendance.told == []


async def test_the_deprecated_name_of_the_persons_id_is_understood(
    wired: Container, attendance: FaultyAttendance
) -> None:
    body = orjson.loads(a_movement("Joined", "p1", "x"))
    body["participant"] = {"peerId": "p1", "clientSpecificId": "dra-ana"}

    await received(wired, orjson.dumps(body))

    assert attendance.flags_of() == {"dra-ana": True}


async def test_a_late_end_of_an_old_session_leaves_the_new_call_alone_known_by_its_peers(
    wired: Container, attendance: FaultyAttendance
) -> None:
    for doctor, peer in (("dra-ana", "p1"), ("dr-bruno", "p2")):
        await received(wired, a_movement("Joined", peer, doctor, "s-2"))

    await received(wired, an_ending("s-1"))

    assert attendance.flags_of() == {"dra-ana": True, "dr-bruno": True}


async def test_a_late_end_of_an_old_session_leaves_the_new_call_alone_known_by_the_provider(
    wired: Container, attendance: FaultyAttendance, world: SandboxWorld, meeting: MeetingId
) -> None:
    world.calls.join(meeting, ANA)
    for doctor in ("dra-ana", "dr-bruno"):
        await reported(wired, doctor, meeting)

    verdict = await received(wired, an_ending("an-old-session", meeting))

    assert verdict == Verdict(Outcome.STALE, "newer-session")
    assert attendance.flags_of() == {"dra-ana": True, "dr-bruno": True}


async def test_the_same_end_replayed_a_day_later_changes_nothing(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    await received(wired, an_ending("s-1"))
    clock.pass_by(86_400)
    for doctor in ("dra-ana", "dr-bruno"):
        await reported(wired, doctor)

    verdict = await received(wired, an_ending("s-1"))

    assert verdict.outcome is Outcome.DUPLICATE
    assert attendance.flags_of() == {"dra-ana": True, "dr-bruno": True}


async def test_years_old_times_put_both_out_when_nothing_speaks_against_it(
    wired: Container, attendance: FaultyAttendance
) -> None:
    for doctor in ("dra-ana", "dr-bruno"):
        await reported(wired, doctor)

    verdict = await received(wired, an_ending("s-1", endedAt="2019-01-01T00:00:00Z"))

    assert verdict.outcome is Outcome.APPLIED
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_when_the_host_ends_it_those_who_were_inside_are_out(
    wired: Container, attendance: FaultyAttendance
) -> None:
    await received(wired, a_movement("Joined", "p1", "dra-ana"))
    ended = orjson.loads(an_ending("s-1"))

    await received(wired, orjson.dumps({**ended, "reason": "HOST_ENDED_MEETING"}))

    assert attendance.flags_of() == {"dra-ana": False}


async def swept(wired: Container, clock: Clock, seconds: float = 120) -> None:
    """So much time passes, with the sweep and the worker going on."""
    sweep = wired.sweep_meeting()
    for _ in range(int(seconds)):
        clock.pass_by(1)
        await sweep()
    await worked_off(wired, clock, rounds=1)


async def test_a_lost_end_heals_within_two_minutes(
    wired: Container, attendance: FaultyAttendance, clock: Clock, meeting: MeetingId
) -> None:
    for doctor in ("dra-ana", "dr-bruno"):
        await reported(wired, doctor, meeting)
    before = attendance.flags_of()

    await swept(wired, clock)

    assert before == {"dra-ana": True, "dr-bruno": True}
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_a_person_who_is_inside_or_connecting_stays_in(
    wired: Container,
    attendance: FaultyAttendance,
    clock: Clock,
    world: SandboxWorld,
    meeting: MeetingId,
) -> None:
    world.calls.join(meeting, ANA)
    await reported(wired, "dra-ana", meeting)
    await swept(wired, clock, 200)
    await reported(wired, "dr-bruno", meeting)
    await swept(wired, clock, 50)

    assert attendance.flags_of() == {"dra-ana": True, "dr-bruno": True}


async def test_the_provider_is_asked_at_most_so_many_times_a_second(
    wired: Container, clock: Clock, world: SandboxWorld
) -> None:
    asked: list[float] = []

    class Counting:
        async def inside(self, meeting: MeetingId) -> Inside | None:
            asked.extend([clock(), clock()])
            return None

    for number in range(40):
        await reported(wired, "dra-ana", f"m-{number}")
    sweep = wired.sweep_meeting()
    object.__setattr__(sweep, "calls", Counting())
    while len(asked) < 80:
        assert await sweep()

    per_second = wired.settings().sweep_calls_per_second
    for first in asked:
        assert sum(first <= other < first + 1 for other in asked) <= per_second + 1


async def test_a_wrong_leave_is_restored_while_the_provider_lists_that_peer(
    wired: Container,
    attendance: FaultyAttendance,
    clock: Clock,
    world: SandboxWorld,
    meeting: MeetingId,
) -> None:
    peer = world.calls.join(meeting, ANA)
    session = await world.rooms.active_session(meeting)
    body = orjson.loads(a_movement("Joined", peer.id, "dra-ana", str(session)))
    body["meeting"]["id"] = meeting
    await received(wired, orjson.dumps(body))
    await reported(wired, "dra-ana", meeting, in_meeting=False)
    before = attendance.flags_of()

    await swept(wired, clock, 160)

    assert before == {"dra-ana": False}
    assert attendance.flags_of() == {"dra-ana": True}


async def test_an_error_of_the_provider_concludes_nothing(
    wired: Container, attendance: FaultyAttendance, clock: Clock, meeting: MeetingId
) -> None:
    class Failing:
        async def inside(self, meeting: MeetingId) -> Inside | None:
            raise PartnerBrokenError(Partner.VIDEO, "500")

    await reported(wired, "dra-ana", meeting)
    sweep = wired.sweep_meeting()
    object.__setattr__(sweep, "calls", Failing())

    await swept(wired, clock, 300)

    assert attendance.flags_of() == {"dra-ana": True}


async def test_leaves_rejoins_and_late_beacons_in_any_mixture_end_right_after_a_sweep(
    wired: Container,
    attendance: FaultyAttendance,
    clock: Clock,
    world: SandboxWorld,
    meeting: MeetingId,
    seed: int,
) -> None:
    dice = random.Random(seed)
    for _ in range(20):
        inside = is_inside(world, meeting)
        deed = dice.choice(["join", "drop", "beacon", "beacon twice", "report"])
        if deed == "join":
            told = world.calls.join(meeting, ANA).id
            if dice.random() < 0.7:
                session = str(await world.rooms.active_session(meeting))
                await received(wired, a_movement("Joined", told, "dra-ana", session, meeting))
        elif deed == "drop" and inside:
            world.calls.drop(meeting, ANA)
        elif deed == "report" and inside:
            await reported(wired, "dra-ana", meeting)
        for _ in range(deed.count("beacon") + deed.count("twice")):
            await reported(wired, "dra-ana", meeting, in_meeting=False)
        clock.pass_by(dice.choice([0, 1, 30]))
    if is_inside(world, meeting):
        await reported(wired, "dra-ana", meeting)

    await swept(wired, clock, 200)

    assert attendance.flags_of().get("dra-ana", False) is is_inside(world, meeting)


def is_inside(world: SandboxWorld, meeting: MeetingId) -> bool:
    session = world.rooms.room(meeting).active_session
    return bool(session and session.open_peers)
