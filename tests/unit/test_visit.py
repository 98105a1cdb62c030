"""A visit in figures, case by case: what is counted, from when to when, and how it ended."""

from collections.abc import Sequence

import pytest

from domain.facts import (
    MeetingClosed,
    MeetingOpened,
    PeerJoined,
    PeerLeft,
    Reported,
    Roster,
    SessionEnded,
    StoredFact,
    What,
)
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId
from domain.span import Ended
from domain.visit import MeetingFacts, Visit, visit_of

ANA, BRUNO, GUEST = (PersonId(name) for name in ("dra-ana", "dr-bruno", "guest"))
SLOW = 5.0
"""Seconds after which a message reaches us."""
NOW = 1000.0


def visit(*told: tuple[float, What], seated: Sequence[PersonId] = (ANA, BRUNO)) -> Visit:
    """Each fact with the time by our clock at which it was learned of, in that order."""
    facts = [StoredFact(seq, what, at) for seq, (at, what) in enumerate(told, start=1)]
    about = (ReferralId("enc-1"), MeetingId("m-1"), 0.0)
    return visit_of(MeetingFacts(*about, facts, frozenset(seated)), NOW)


def joined(person: PersonId, at: float, peer: str = "") -> tuple[float, What]:
    return at + SLOW, PeerJoined(person, peer or f"p-{person}", "s1", at)


def left(person: PersonId, since: float, at: float, peer: str = "") -> tuple[float, What]:
    return at + SLOW, PeerLeft(peer or f"p-{person}", "s1", since, at)


def reported(person: PersonId, at: float, *, in_meeting: bool) -> tuple[float, What]:
    return at, Reported(person, in_meeting)


def ended(at: float, reason: str = "ALL_PARTICIPANTS_LEFT") -> tuple[float, What]:
    return at + SLOW, SessionEnded("s1", reason, reason != "HOST_ENDED_MEETING", at)


def listed(at: float, upto: int, *inside: tuple[str, PersonId]) -> tuple[float, What]:
    return at, Roster("s1", frozenset(inside), upto, upto)


BOTH_CAME = (joined(ANA, 10), joined(BRUNO, 20))


def test_both_doctors_inside_by_the_providers_times() -> None:
    found = visit((0.0, MeetingOpened()), *BOTH_CAME, left(ANA, 10, 80), left(BRUNO, 20, 90))

    assert found == Visit(
        ReferralId("enc-1"),
        MeetingId("m-1"),
        opened=0.0,
        first_in=10,
        last_out=90,
        both_inside=60,
        connections=2,
        ended=Ended.EMPTIED,
        corrected=False,
        estimated=False,
    )


def test_a_meeting_to_which_nobody_came() -> None:
    found = visit((0.0, MeetingOpened()))

    assert (found.opened, found.first_in, found.last_out, found.ended) == (0.0, None, None, None)
    assert (found.both_inside, found.connections, found.estimated) == (0, 0, False)


def test_a_second_tab_and_a_reconnect_are_connections_and_no_more_time() -> None:
    found = visit(
        *BOTH_CAME,
        joined(ANA, 30, "tab"),
        left(ANA, 10, 40),
        joined(ANA, 45),
        left(ANA, 30, 60, "tab"),
        left(ANA, 45, 80),
        left(BRUNO, 20, 80),
    )

    assert (found.both_inside, found.connections) == (60, 4)


def test_while_nobody_of_a_doctor_is_connected_both_are_not_inside() -> None:
    found = visit(*BOTH_CAME, left(ANA, 10, 40), joined(ANA, 50), left(ANA, 50, 80), ended(80))

    assert (found.both_inside, found.connections) == (20 + 30, 3)


def test_a_joining_that_is_told_twice_is_one_connection() -> None:
    assert visit(*BOTH_CAME, *BOTH_CAME).connections == 2


def test_a_guest_counts_for_the_meeting_and_not_as_a_doctor() -> None:
    found = visit(joined(GUEST, 5), joined(ANA, 10), left(ANA, 10, 80), left(GUEST, 5, 99))

    assert (found.first_in, found.last_out, found.both_inside) == (5, 99, 0)
    assert found.connections == 2


def test_without_messages_of_the_provider_reports_say_when_and_the_times_are_estimated() -> None:
    found = visit(
        reported(ANA, 10, in_meeting=True),
        reported(BRUNO, 20, in_meeting=True),
        reported(ANA, 50, in_meeting=False),
        reported(BRUNO, 60, in_meeting=False),
    )

    assert (found.first_in, found.last_out, found.both_inside) == (10, 60, 30)
    assert (found.ended, found.connections, found.estimated) == (Ended.REPORTED_OUT, 0, True)


def test_a_report_that_a_connection_confirms_moves_no_time_of_the_provider() -> None:
    found = visit(
        reported(ANA, 8, in_meeting=True),
        joined(ANA, 10),
        reported(ANA, 79, in_meeting=False),
        left(ANA, 10, 80),
    )

    assert (found.first_in, found.last_out, found.estimated) == (10, 80, False)


def test_a_report_in_again_goes_on_with_the_one_before() -> None:
    found = visit(
        *(reported(ANA, at, in_meeting=True) for at in (10, 20, 30)),
        reported(ANA, 50, in_meeting=False),
    )

    assert (found.first_in, found.last_out, found.ended) == (10, 50, Ended.REPORTED_OUT)


def test_a_report_out_ends_a_connection_whose_leave_never_came() -> None:
    found = visit(*BOTH_CAME, reported(ANA, 50, in_meeting=False), ended(90))

    assert (found.both_inside, found.last_out, found.estimated) == (30, 90, True)


def test_a_report_in_takes_a_report_out_back_while_the_connection_is_open() -> None:
    found = visit(
        *BOTH_CAME,
        reported(ANA, 50, in_meeting=False),
        reported(ANA, 52, in_meeting=True),
        ended(90),
    )

    assert found.both_inside == 70


def test_a_connection_that_a_roster_still_lists_was_open_all_the_time() -> None:
    found = visit(
        *BOTH_CAME,
        reported(ANA, 50, in_meeting=False),
        listed(60, 3, ("p-dra-ana", ANA), ("p-dr-bruno", BRUNO)),
        ended(90),
    )

    assert (found.both_inside, found.connections, found.corrected) == (70, 2, True)


def test_a_roster_without_a_person_ends_what_no_message_ended() -> None:
    found = visit(*BOTH_CAME, left(ANA, 10, 40), listed(70, 3))

    assert (found.both_inside, found.last_out, found.ended) == (20, 70, Ended.SWEPT)
    assert found.corrected
    assert found.estimated


def test_a_leave_that_comes_after_the_roster_says_when_it_really_was() -> None:
    found = visit(*BOTH_CAME, left(ANA, 10, 40), listed(70, 3), left(BRUNO, 20, 42))

    assert (found.last_out, found.ended) == (42, Ended.EMPTIED)
    assert found.corrected
    assert not found.estimated


def test_whom_only_a_roster_told_of_has_a_connection_from_then_on() -> None:
    found = visit(joined(ANA, 10), listed(30, 1, ("p-dra-ana", ANA), ("p9", BRUNO)), ended(90))

    assert (found.both_inside, found.connections, found.estimated) == (60, 2, True)


def test_an_absence_between_a_leave_and_a_roster_is_none_of_the_time_inside() -> None:
    found = visit(
        *BOTH_CAME,
        left(ANA, 10, 40),
        listed(60, 3, ("p-dra-ana", ANA), ("p-dr-bruno", BRUNO)),
        ended(90),
    )

    assert found.both_inside == 20 + 30


@pytest.mark.parametrize(
    ("last", "how"),
    [
        ([ended(90)], Ended.EMPTIED),
        ([ended(90, "HOST_ENDED_MEETING")], Ended.HOST_ENDED),
        (
            [left(ANA, 10, 90), left(BRUNO, 20, 90), ended(90, "HOST_ENDED_MEETING")],
            Ended.HOST_ENDED,
        ),
        ([(95.0, MeetingClosed())], Ended.CLOSED),
        ([left(ANA, 10, 90), left(BRUNO, 20, 90), (95.0, MeetingClosed())], Ended.CLOSED),
        ([left(ANA, 10, 90)], Ended.STILL_ON),
    ],
    ids=["emptied", "by the host", "by the host, leaves first", "by us", "by us, at last", "not"],
)
def test_how_it_ended(last: list[tuple[float, What]], how: Ended) -> None:
    found = visit(*BOTH_CAME, *last)

    assert found.ended is how
    assert (found.last_out is None) == (how is Ended.STILL_ON)


def test_while_it_is_on_the_time_inside_is_counted_until_now() -> None:
    found = visit(*BOTH_CAME)

    assert (found.both_inside, found.last_out, found.estimated) == (NOW - 20, None, True)


def test_a_clock_of_the_provider_that_is_years_off_makes_nothing_negative() -> None:
    years = 1e9
    found = visit(
        reported(ANA, 10, in_meeting=True),
        joined(BRUNO, years),
        reported(BRUNO, 30, in_meeting=False),
        (40.0, SessionEnded(None, "ALL_PARTICIPANTS_LEFT", empties=True, ended_at=-years)),
    )

    assert (found.first_in, found.last_out, found.both_inside) == (10, years, 0)


def test_a_clock_of_the_provider_that_is_ahead_leaves_a_listed_person_in() -> None:
    found = visit(joined(ANA, NOW + 60), listed(NOW, 1, ("p-dra-ana", ANA)))

    assert (found.first_in, found.ended, found.both_inside) == (NOW + 60, Ended.STILL_ON, 0)


def test_an_end_of_before_the_joining_does_not_cut_it_short() -> None:
    early = SessionEnded(None, "ALL_PARTICIPANTS_LEFT", empties=True, ended_at=20)
    found = visit(joined(ANA, 50), (60.0, early), left(ANA, 50, 90))

    assert (found.first_in, found.last_out) == (50, 90)


def test_a_report_that_an_end_of_years_ago_ended_stood_until_the_end_was_learned_of() -> None:
    wrong = SessionEnded(None, "ALL_PARTICIPANTS_LEFT", empties=True, ended_at=-1e9)
    found = visit(reported(ANA, 10, in_meeting=True), (40.0, wrong))

    assert (found.first_in, found.last_out, found.estimated) == (10, 40, True)
