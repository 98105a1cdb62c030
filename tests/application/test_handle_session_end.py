"""What an event comes to, by the contract's rule."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from dependency_injector import providers

from adapters.sandbox.rooms import SandboxRooms
from adapters.system import new_id, utc_now
from domain.decision import Decision
from domain.delivery import Outcome, Why
from domain.errors import Partner, PartnerTimeoutError, UnknownReferralError
from domain.facts import Fact, PeerJoined, SessionActive, SessionEnded, What
from domain.meeting import MeetingId
from domain.presence import Seat
from entrypoints.container import Container
from tests.builders import a_report, a_seat, a_session_end

ANA, BRUNO = a_seat(person="dra-ana"), a_seat(person="dr-bruno")


@dataclass
class AskedRooms(SandboxRooms):
    """The rooms' twin: says which session is on, or fails, and remembers who was asked about."""

    on: str | None = None
    failing: Exception | None = None
    asked: list[MeetingId] = field(default_factory=list)

    async def active_session(self, meeting: MeetingId) -> str | None:
        self.asked.append(meeting)
        if self.failing:
            raise self.failing
        return self.on


@pytest.fixture
def rooms(wired: Container) -> AskedRooms:
    twin = AskedRooms(utc_now, new_id)
    wired.rooms.override(providers.Object(twin))
    return twin


async def concluded(wired: Container, **event: str | None) -> Decision:
    return await wired.decide_event()(a_session_end(**event), "key", 0.0)  # type: ignore[arg-type]


async def test_everyone_left_concerns_both_doctors(wired: Container) -> None:
    decision = await concluded(wired)

    assert decision.outcome is Outcome.APPLIED
    assert set(decision.seats) == {a_seat(person="dra-ana"), a_seat(person="dr-bruno")}
    assert ["meeting-1" in fact.key for fact in decision.facts] == [True]


async def test_another_reason_changes_nothing(wired: Container) -> None:
    decision = await concluded(wired, reason="HOST_ENDED_MEETING")

    assert decision == Decision(Outcome.IGNORED)


async def test_an_event_without_meeting_id_means_the_newest_meeting_of_that_title(
    wired: Container,
) -> None:
    for meeting in ("older", "newer"):
        await wired.meetings().add(MeetingId(meeting), "enc-1", now=0)

    decision = await concluded(wired, meeting=None)

    assert {seat.meeting for seat in decision.seats} == {"newer"}


async def test_an_event_about_no_known_meeting_changes_nothing(wired: Container) -> None:
    assert await concluded(wired, meeting=None) == Decision(Outcome.IGNORED, Why.UNKNOWN_MEETING)


async def test_an_unknown_referral_is_an_error(wired: Container) -> None:
    with pytest.raises(UnknownReferralError):
        await concluded(wired, referral="enc-9")


@pytest.mark.parametrize(
    ("organizer", "outcome"),
    [("ours", Outcome.APPLIED), ("theirs", Outcome.IGNORED), (None, Outcome.APPLIED)],
)
async def test_events_of_another_organization_change_nothing(
    wired: Container, organizer: str | None, outcome: Outcome
) -> None:
    wired.settings.override(wired.settings().model_copy(update={"provider_org_id": "ours"}))

    assert (await concluded(wired, organization=organizer)).outcome is outcome


def reported(seat: Seat, *, in_meeting: bool = True) -> Fact:
    return a_report(f"report:{seat.person}:{in_meeting}", seat, in_meeting=in_meeting)


def joined(seat: Seat) -> Fact:
    what = PeerJoined(seat.person, f"peer of {seat.person}", "session-1")
    return Fact(f"joined:{seat.person}", seat.referral, seat.meeting, what, at=0.0)


async def ended(wired: Container, *known: Fact, session: str | None = "session-1") -> Decision:
    """What the end of that session comes to when so much is known of the meeting."""
    for fact in known:
        assert fact.person is not None
        seat = a_seat(person=fact.person)
        await wired.presence().append(fact, seat, now=0, due=0)
    event = replace(a_session_end(), session=session)
    return await wired.decide_event()(event, "key", 0.0)


def whats(decision: Decision) -> Sequence[What]:
    return [fact.what for fact in decision.facts]


END = SessionEnded("session-1", "ALL_PARTICIPANTS_LEFT", empties=True)


@pytest.mark.parametrize(
    "known",
    [
        [],
        [reported(ANA), joined(ANA)],
        [reported(ANA), reported(ANA, in_meeting=False)],
        [joined(ANA), joined(BRUNO)],
    ],
    ids=["nothing known", "confirmed by a connection", "reported out again", "never reported"],
)
async def test_the_provider_is_not_asked_when_nobody_is_inside_by_a_report_alone(
    wired: Container, rooms: AskedRooms, known: list[Fact]
) -> None:
    rooms.on = "session-2"

    decision = await ended(wired, *known)

    assert rooms.asked == []
    assert (decision.outcome, whats(decision)) == (Outcome.APPLIED, [END])


@pytest.mark.parametrize(
    "known",
    [[reported(ANA)], [reported(BRUNO)], [reported(ANA), joined(ANA), reported(BRUNO)]],
    ids=["the first doctor", "the second doctor", "one of two"],
)
async def test_who_is_inside_by_a_report_alone_may_be_in_another_session_that_is_on(
    wired: Container, rooms: AskedRooms, known: list[Fact]
) -> None:
    rooms.on = "session-2"

    decision = await ended(wired, *known)

    assert rooms.asked == ["meeting-1"]
    assert (decision.outcome, decision.why) == (Outcome.STALE, Why.NEWER_SESSION)
    assert whats(decision) == [SessionActive("session-2"), END]
    assert set(decision.seats) == {ANA, BRUNO}


@pytest.mark.parametrize(
    ("on", "failing"),
    [
        ("session-1", None),
        (None, None),
        ("session-2", PartnerTimeoutError(Partner.VIDEO, "no answer")),
    ],
    ids=["that very session", "none", "no answer"],
)
async def test_without_evidence_of_another_session_the_end_holds(
    wired: Container, rooms: AskedRooms, on: str | None, failing: Exception | None
) -> None:
    rooms.on, rooms.failing = on, failing

    decision = await ended(wired, reported(ANA))

    assert rooms.asked == ["meeting-1"]
    assert (decision.outcome, whats(decision)) == (Outcome.APPLIED, [END])


async def test_an_end_that_names_no_session_holds_without_asking(
    wired: Container, rooms: AskedRooms
) -> None:
    rooms.on = "session-2"

    decision = await ended(wired, reported(ANA), session=None)

    assert (rooms.asked, decision.outcome) == ([], Outcome.APPLIED)
