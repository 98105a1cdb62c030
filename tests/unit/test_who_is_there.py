"""What is shown of a meeting: who is in, since when, and whether anybody can still join."""

import pytest

from domain.facts import MeetingOpened, PeerJoined, Reported, Roster, StoredFact, What
from domain.meeting import MeetingId, PersonId
from domain.who_is_there import (
    MeetingStatus,
    StoredMeeting,
    StoredSeat,
    UserShown,
    shown,
)

ANA, BRUNO, GUEST = PersonId("dra-ana"), PersonId("dr-bruno"), PersonId("estudante")
ERASED = PersonId("erased-00000000-0000-4000-8000-000000000000")
IN, OUT = Reported(ANA, in_meeting=True), Reported(ANA, in_meeting=False)


def a_meeting(
    *whats: What, seats: tuple[StoredSeat, ...] = (), closing: float | None = None
) -> StoredMeeting:
    """Its facts were learned of at ten times their number."""
    facts = [StoredFact(seq, what, seq * 10.0) for seq, what in enumerate(whats, start=1)]
    return StoredMeeting(MeetingId("m-1"), 5.0, closing, seats, facts)


def untold(person: PersonId) -> StoredSeat:
    return StoredSeat(person, 0, None)


def users(meeting: StoredMeeting) -> tuple[UserShown, ...]:
    (found,) = shown([meeting])
    return found.users


def status(meeting: StoredMeeting) -> MeetingStatus:
    (found,) = shown([meeting])
    return found.status


def test_a_meeting_that_was_just_opened_is_there_with_nobody() -> None:
    (found,) = shown([a_meeting(MeetingOpened())])

    assert (found.meeting, found.opened, found.users) == ("m-1", 5.0, ())
    assert found.status is MeetingStatus.OPEN


def test_everybody_whose_flag_is_kept_is_shown_in_one_order() -> None:
    meeting = a_meeting(IN, PeerJoined(BRUNO, "p-1", "s-1"), seats=(untold(ANA), untold(BRUNO)))

    assert users(meeting) == (UserShown(BRUNO, True, 20.0), UserShown(ANA, True, 10.0))


@pytest.mark.parametrize(
    ("seat", "since"),
    [(StoredSeat(ANA, 0, None), 20.0), (StoredSeat(ANA, 2, 15.0), 15.0)],
    ids=["is about to be told", "was told"],
)
def test_since_is_when_the_state_began_told_or_not(seat: StoredSeat, since: float) -> None:
    assert users(a_meeting(IN, OUT, OUT, seats=(seat,))) == (UserShown(ANA, False, since),)


def test_who_never_was_in_is_out_since_nobody_knows_when() -> None:
    assert users(a_meeting(OUT, seats=(untold(ANA),))) == (UserShown(ANA, False, None),)


def test_whoever_was_erased_is_shown_no_more_and_the_meeting_is_still_live() -> None:
    meeting = a_meeting(PeerJoined(ERASED, "p-1", "s-1"), seats=(untold(ERASED),))

    assert (users(meeting), status(meeting)) == ((), MeetingStatus.LIVE)


@pytest.mark.parametrize(
    ("whats", "expected"),
    [
        ((IN,), MeetingStatus.LIVE),
        ((IN, OUT), MeetingStatus.OPEN),
        ((PeerJoined(GUEST, "p-1", "s-1"),), MeetingStatus.LIVE),
        ((PeerJoined(ANA, "p-1", "s-1"), OUT), MeetingStatus.LIVE),
        ((Roster("s-1", frozenset({("p-1", GUEST)}), 9, 9),), MeetingStatus.LIVE),
    ],
    ids=["one is in", "all left", "a guest without a seat", "left and still connected", "listed"],
)
def test_a_meeting_is_live_while_anybody_is_inside(
    whats: tuple[What, ...], expected: MeetingStatus
) -> None:
    assert status(a_meeting(*whats)) is expected


def test_a_meeting_is_closed_from_when_that_was_asked_for_and_presence_follows_the_call() -> None:
    meeting = a_meeting(IN, seats=(untold(ANA),), closing=30.0)

    assert status(meeting) is MeetingStatus.CLOSED
    assert users(meeting) == (UserShown(ANA, True, 10.0),)
