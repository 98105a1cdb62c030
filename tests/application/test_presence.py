"""Presence through the whole engine: provider events, late ends, and the sweep that heals."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson
import pytest

from adapters.provider import wire
from adapters.sandbox.rooms import Peer
from adapters.sandbox.world import SandboxWorld
from application.sync_presence import SyncOutcome
from domain.caller import Caller, Doctor, TicketHolder
from domain.delivery import Outcome, Verdict
from domain.errors import BadSignatureError, MalformedEventError, Partner, PartnerBrokenError
from domain.meeting import Inside, MeetingId, PersonId
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.test_engine import soon, worked_off
from tests.builders import PORTAL, a_doctor, a_guest, a_seat, a_webhook_body

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
    verb: str,
    peer: str,
    person: str | None,
    session: str | None = "s-1",
    meeting: str = "meeting-1",
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
    sweep, step = wired.sweep_meeting(), 1 if seconds < 1000 else 10
    for _ in range(int(seconds / step)):
        clock.pass_by(step)
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


class OddRows:
    """The provider's answers about the twin, with "not left yet" in each of its spellings."""

    def __init__(self, world: SandboxWorld, chance: random.Random) -> None:
        self.world, self.chance = world, chance

    async def active_session(self, meeting: MeetingId) -> str | None:
        return await self.world.rooms.active_session(meeting)

    async def inside(self, meeting: MeetingId) -> Inside | None:
        session = self.world.rooms.room(meeting).active_session
        rows = [self._row(peer) for peer in session.peers] if session else []
        return Inside(session.id, wire.open_peers(rows)) if session else None

    def _row(self, peer: Peer) -> wire.Json:
        never = self.chance.choice(
            [None, "", "null", "0001-01-01T00:00:00Z", "2000-01-01T00:00:00Z"]
        )
        row: wire.Json = {
            "id": peer.id,
            "custom_participant_id": peer.participant.guest.id,
            "joined_at": peer.joined_at,
            "left_at": peer.left_at or never,
        }
        return {key: value for key, value in row.items() if value or self.chance.random() < 0.5}


@dataclass
class Story:
    """One doctor's call, told by webhooks of which some are lost, late, doubled or incomplete."""

    wired: Container
    world: SandboxWorld
    meeting: MeetingId
    chance: random.Random
    late: list[bytes] = field(default_factory=list)

    async def go_on(self) -> None:
        inside = is_inside(self.world, self.meeting)
        deeds = ["join", "join", "beacon", "beacon twice"]
        deeds += ["drop", "report"] if inside else []
        deeds += ["end"] if self.world.rooms.room(self.meeting).active_session else []
        match self.chance.choice(deeds):
            case "join":
                await self.join()
            case "drop":
                await self.drop()
            case "end":
                await self.end()
            case "report":
                await reported(self.wired, "dra-ana", self.meeting)
            case beacon:
                for _ in beacon.split():
                    await reported(self.wired, "dra-ana", self.meeting, in_meeting=False)

    async def join(self) -> None:
        """A connection that comes back may have the id of one that is gone."""
        peer = self.world.calls.join(self.meeting, ANA)
        session = self.world.rooms.room(self.meeting).active_session
        assert session
        gone = [one.id for one in session.peers if one.left_at and one.id != peer.id]
        if gone and self.chance.random() < 0.5:
            peer.id = self.chance.choice(gone)
        await self._tell("Joined", peer, session.id)

    async def drop(self) -> None:
        session = self.world.rooms.room(self.meeting).active_session
        leaving = session.open_peers if session else []
        self.world.calls.drop(self.meeting, ANA)
        for peer in leaving:
            await self._tell("Left", peer, session.id if session else "")

    async def end(self) -> None:
        session = self.world.rooms.room(self.meeting).active_session
        self.world.calls.everyone_leaves(self.meeting)
        told = self.chance.choice([session.id if session else None, None])
        await self._send(an_ending(told, self.meeting))

    async def _tell(self, verb: str, peer: Peer, session: str) -> None:
        who = self.chance.choice(["dra-ana", "dra-ana", None]) if verb == "Left" else "dra-ana"
        told = self.chance.choice([session, None])
        event = orjson.loads(a_movement(verb, peer.id, who, told, self.meeting))
        event["participant"]["joinedAt"] = peer.joined_at
        if verb == "Left" and self.chance.random() < 0.7:
            event["participant"]["leftAt"] = peer.left_at
        await self._send(orjson.dumps(event))

    async def _send(self, body: bytes) -> None:
        match self.chance.randrange(5):
            case 0:
                return
            case 1:
                self.late.append(body)
            case copies:
                for _ in range(1 + (copies == 2)):
                    await received(self.wired, body)
        while self.late and self.chance.random() < 0.5:
            await received(self.wired, self.late.pop())


async def test_leaves_rejoins_and_late_beacons_in_any_mixture_end_right_after_a_sweep(
    wired: Container,
    attendance: FaultyAttendance,
    clock: Clock,
    world: SandboxWorld,
    meeting: MeetingId,
    seed: int,
) -> None:
    dice = random.Random(seed)
    world.rooms.now = lambda: datetime.fromtimestamp(clock(), UTC)
    sweep = wired.sweep_meeting()
    object.__setattr__(sweep, "calls", OddRows(world, dice))
    story = Story(wired, world, meeting, dice)
    for _ in range(20):
        await story.go_on()
        clock.pass_by(dice.choice([0, 1, 30]))
    for body in story.late:
        await received(wired, body)
    if is_inside(world, meeting):
        await reported(wired, "dra-ana", meeting)

    await swept(wired, clock, 200)

    assert attendance.flags_of().get("dra-ana", False) is is_inside(world, meeting)


def is_inside(world: SandboxWorld, meeting: MeetingId) -> bool:
    session = world.rooms.room(meeting).active_session
    return bool(session and session.open_peers)


ENDS_WITHOUT_ANOTHER_SESSION = [("s-4", None), (None, "s-4"), (None, None), ("s-4", "s-4")]


@pytest.mark.parametrize(("joined", "ended"), ENDS_WITHOUT_ANOTHER_SESSION)
async def test_everyone_left_puts_out_at_once_whoever_is_in_no_other_known_session(
    wired: Container, attendance: FaultyAttendance, joined: str | None, ended: str | None
) -> None:
    await received(wired, a_movement("Joined", "p1", "dra-ana", session=joined))

    verdict = await received(wired, an_ending(ended))

    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}
    assert verdict == Verdict(Outcome.APPLIED)


async def test_an_end_that_leaves_a_doctor_in_is_not_said_to_be_applied(
    wired: Container, attendance: FaultyAttendance
) -> None:
    await received(wired, a_movement("Joined", "p1", "dra-ana", session="s-5"))

    verdict = await received(wired, an_ending("s-4"))

    assert verdict == Verdict(Outcome.STALE, "newer-session")
    assert attendance.flags_of() == {"dra-ana": True, "dr-bruno": False}


def a_movement_at(verb: str, peer: str, joined: str, left: str | None = None) -> bytes:
    event = orjson.loads(a_movement(verb, peer, "dra-ana"))
    times = {"joinedAt": joined} | ({} if left is None else {"leftAt": left})
    return orjson.dumps({**event, "participant": {**event["participant"], **times}})


async def test_a_connection_that_comes_back_is_in_again(
    wired: Container, attendance: FaultyAttendance
) -> None:
    for event in (
        a_movement_at("Joined", "pA", "2026-01-01T12:00:00Z"),
        a_movement_at("Left", "pA", "2026-01-01T12:00:00.000Z", "2026-01-01T12:05:00Z"),
        a_movement_at("Joined", "pA", "2026-01-01T12:05:01Z"),
    ):
        await received(wired, event)

    assert attendance.flags_of() == {"dra-ana": True}


@pytest.mark.parametrize("person", [None, "dr-bruno", "nobody"])
async def test_a_leave_is_of_whoever_joined_by_that_connection_whatever_it_says(
    wired: Container, attendance: FaultyAttendance, person: str | None
) -> None:
    await received(wired, a_movement("Joined", "p1", "dra-ana"))

    await received(wired, a_movement("Left", "p1", person))

    assert attendance.flags_of() == {"dra-ana": False}


async def test_a_leave_of_whom_somebody_else_is_telling_something_is_pending(
    wired: Container, attendance: FaultyAttendance
) -> None:
    verdicts = []

    async def leave() -> None:
        verdicts.append(await received(wired, a_movement("Left", "p1", None)))

    await received(wired, a_movement("Joined", "p1", "dra-ana"))
    attendance.meanwhile = leave
    await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)

    assert verdicts == [Verdict(Outcome.PENDING)]
    assert attendance.flags_of() == {"dra-ana": True}


async def test_the_same_fact_in_other_bytes_is_a_duplicate(wired: Container) -> None:
    first = a_movement_at("Joined", "pA", "2026-01-01T12:00:00Z")
    again = a_movement_at("Joined", "pA", "2026-01-01T12:00:00.000Z")
    ended = an_ending("s-1", endedAt="2026-01-01T13:00:00Z")
    ended_again = an_ending("s-1", endedAt="2026-01-01T13:00:00.000Z")

    verdicts = [await received(wired, body) for body in (first, again, ended, ended_again)]

    assert [verdict.outcome for verdict in verdicts] == [
        Outcome.APPLIED,
        Outcome.DUPLICATE,
        Outcome.APPLIED,
        Outcome.DUPLICATE,
    ]


@pytest.mark.parametrize("session", [None, "s-1"])
async def test_an_end_told_again_in_other_bytes_leaves_the_next_call_alone(
    wired: Container, attendance: FaultyAttendance, session: str | None
) -> None:
    await received(wired, an_ending(session, endedAt="2026-01-01T11:00:00Z"))
    await reported(wired, "dra-ana")

    again = await received(wired, an_ending(session, endedAt="2026-01-01T11:00:00.000Z"))

    assert again.outcome is Outcome.DUPLICATE
    assert attendance.flags_of()["dra-ana"] is True


async def test_a_session_ends_once_also_when_nobody_says_when(
    wired: Container, attendance: FaultyAttendance
) -> None:
    await received(wired, an_ending("s-1"))
    await reported(wired, "dra-ana")

    assert (await received(wired, an_ending("s-1", status="ENDED"))).outcome is Outcome.DUPLICATE
    assert attendance.flags_of()["dra-ana"] is True


@pytest.mark.parametrize(
    "title", ["Consulta de retorno", " ", "x" * 300, "enc-9", None, 1001, ["x"]]
)
async def test_a_meeting_opened_here_is_about_its_referral_however_its_title_was_edited(
    wired: Container, attendance: FaultyAttendance, title: object
) -> None:
    await wired.meetings().add(MeetingId("meeting-1"), "enc-1", now=0)
    edited = orjson.dumps({**a_webhook_body(), "meeting": {"id": "meeting-1", "title": title}})

    assert await received(wired, edited) == Verdict(Outcome.APPLIED)
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_a_title_edited_into_another_known_referral_is_about_that_one(
    wired: Container, attendance: FaultyAttendance
) -> None:
    await wired.meetings().add(MeetingId("meeting-1"), "enc-1", now=0)

    await received(wired, orjson.dumps(a_webhook_body(title="enc-1001")))

    assert attendance.flags_of() == {}
    assert attendance.flags_of("enc-1001") == {"dra-ana": False, "dr-bruno": False}


async def test_a_title_that_is_no_referral_of_a_meeting_not_opened_here_is_a_dead_letter(
    wired: Container, world: SandboxWorld
) -> None:
    body = orjson.dumps(a_webhook_body(title=" "))

    verdict = await wired.receive_webhook()(signed(world, body), body, soon())

    assert verdict == Verdict(Outcome.DEAD, "malformed-event")


async def test_unsigned_it_is_its_senders_mistake(wired: Container) -> None:
    with pytest.raises(MalformedEventError) as caught:
        await received(wired, orjson.dumps(a_webhook_body(title=" ")))
    assert [fault.path for fault in caught.value.faults] == [("meeting", "title")]


def signed(world: SandboxWorld, body: bytes) -> dict[str, list[str]]:
    return {"dyte-signature": [world.key.sign(body)]}


async def test_what_a_page_may_have_sent_needs_a_signature(
    wired: Container, attendance: FaultyAttendance, world: SandboxWorld
) -> None:
    body = an_ending("s-1")
    receive = wired.receive_webhook()

    with pytest.raises(BadSignatureError):
        await receive({}, body, soon(), from_page=True)
    assert attendance.flags_of() == {}
    assert (await receive(signed(world, body), body, soon(), from_page=True)) == Verdict(
        Outcome.APPLIED
    )


async def test_the_end_of_a_meeting_about_no_referral_is_ignored_with_its_reason(
    wired: Container,
) -> None:
    await wired.meetings().add(MeetingId("meeting-1"), "Discussão de caso", now=0)

    verdict = await received(wired, orjson.dumps(a_webhook_body(title="Discussão de caso")))

    assert verdict == Verdict(Outcome.IGNORED, "no-referral")


ANAS_TICKET = TicketHolder(PersonId("dra-ana"), MeetingId("meeting-1"))


async def left(
    wired: Container, caller: Caller | TicketHolder, *, one_tab: bool = False
) -> SyncOutcome:
    return await wired.leave_meeting()(caller, a_seat(), soon(), one_tab=one_tab)


@pytest.mark.parametrize("caller", [ANAS_TICKET, a_doctor()], ids=["by ticket", "by cookie"])
async def test_one_of_two_tabs_that_closes_changes_nothing_and_the_provider_is_asked_soon(
    wired: Container, attendance: FaultyAttendance, clock: Clock, caller: Doctor | TicketHolder
) -> None:
    await wired.meetings().add(MeetingId("meeting-1"), "enc-1", now=0)
    for peer in ("p1", "p2"):
        await received(wired, a_movement("Joined", peer, "dra-ana"))
    while await wired.sweep_meeting()():
        pass

    assert await left(wired, caller, one_tab=isinstance(caller, Doctor)) is SyncOutcome.LATER
    assert attendance.flags_of() == {"dra-ana": True}
    assert await wired.sweep_meeting()() is False
    clock.pass_by(5)
    assert await wired.sweep_meeting()() is True


@pytest.mark.parametrize("tabs", [0, 1])
async def test_the_last_tab_that_closes_puts_the_doctor_out_at_once(
    wired: Container, attendance: FaultyAttendance, tabs: int
) -> None:
    await wired.meetings().add(MeetingId("meeting-1"), "enc-1", now=0)
    await reported(wired, "dra-ana")
    for tab in range(tabs):
        await received(wired, a_movement("Joined", f"p{tab}", "dra-ana"))

    assert await left(wired, ANAS_TICKET) is SyncOutcome.DONE
    assert attendance.flags_of() == {"dra-ana": False}


async def test_a_leave_by_key_or_token_always_puts_out(
    wired: Container, attendance: FaultyAttendance
) -> None:
    await wired.meetings().add(MeetingId("meeting-1"), "enc-1", now=0)
    for caller in (PORTAL, a_doctor()):
        for peer in ("p1", "p2"):
            joined = a_movement("Joined", f"{peer}-{caller.key}", "dra-ana")
            await received(wired, joined)
        assert attendance.flags_of() == {"dra-ana": True}

        assert await left(wired, caller) is SyncOutcome.DONE
        assert attendance.flags_of() == {"dra-ana": False}
