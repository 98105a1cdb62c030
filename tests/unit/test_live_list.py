"""When a list of live sessions is complete, and when a listed meeting may differ from our view."""

import pytest

from domain.facts import PeerJoined, PeerLeft, Reported, Roster, StoredFact, What
from domain.live_list import LiveList, LivePage, LiveSession, may_differ
from domain.meeting import MeetingId, PersonId

ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")
MEETING = MeetingId("meeting-1")


def a_page(total: int | None, *ids: int) -> LivePage:
    return LivePage([LiveSession(f"s-{one}", MeetingId(f"m-{one}"), 1) for one in ids], total)


@pytest.mark.parametrize(
    ("pages", "complete"),
    [
        ([], False),
        ([a_page(0)], True),
        ([a_page(None, 1)], False),
        ([a_page(2, 1)], False),
        ([a_page(2, 1), a_page(2, 1)], False),
        ([a_page(2, 1), a_page(2, 1), a_page(2, 2)], True),
        ([a_page(2, 1), a_page(3, 2, 3)], False),
        ([a_page(3, 1, 2), a_page(2)], False),
    ],
)
def test_a_list_is_complete_when_its_sessions_reach_one_and_the_same_total(
    pages: list[LivePage], complete: bool
) -> None:
    live = LiveList()
    for page in pages:
        live.take(page)

    assert live.complete is complete


def test_how_many_pages_are_left_follows_from_the_total_and_is_one_at_least() -> None:
    live = LiveList()
    live.take(a_page(5, 1, 2))
    some = live.pages_left
    live.take(a_page(4, 3, 4))

    assert (some, live.pages_left) == (2, 1)


JOINED = PeerJoined(ANA, "p1", "s-1")
LISTED = Roster("s-1", frozenset({("p1", ANA)}), upto=0, reports_upto=0)


@pytest.mark.parametrize(
    ("facts", "inside", "differs"),
    [
        ([], 0, False),
        ([], 1, True),
        ([JOINED], 1, False),
        ([JOINED], 2, True),
        ([JOINED], None, True),
        ([LISTED], 1, False),
        ([JOINED, PeerLeft("p1", "s-1")], 0, False),
        ([JOINED, PeerLeft("p1", "s-1")], 1, True),
        ([Reported(ANA, in_meeting=True)], 1, True),
        ([JOINED, Reported(ANA, in_meeting=False)], 1, True),
        ([JOINED, Reported(BRUNO, in_meeting=True)], 1, True),
        ([JOINED, PeerJoined(ANA, "p2", "s-1")], 2, True),
        ([JOINED, PeerJoined(BRUNO, "p2", "s-1")], 2, False),
        ([JOINED, PeerJoined(BRUNO, "p2", "s-0")], 2, True),
        ([PeerJoined(ANA, "p1", None)], 1, False),
    ],
)
def test_a_meeting_agrees_when_each_person_inside_has_one_connection_and_all_are_counted(
    facts: list[What], inside: int | None, differs: bool
) -> None:
    stored = [StoredFact(seq, what) for seq, what in enumerate(facts, 1)]

    assert may_differ(LiveSession("s-1", MEETING, inside), stored) is differs
