"""Visits are counted from all facts of a meeting that are not forgotten, page by page."""

import pytest

from adapters.storage.presence import REFUSE_REPORTS
from adapters.storage.transaction import Store, Transaction
from adapters.storage.visits import StoredVisitFacts
from domain.facts import Fact, PeerJoined, PeerLeft, Reported, What
from domain.meeting import MeetingId
from domain.ports.meetings import MeetingRepository
from domain.ports.retention import Retention
from domain.ports.sweeps import Sweeps
from domain.ports.visits import VisitFacts
from domain.presence import Seat
from domain.visit import MeetingFacts
from tests.builders import a_report, a_seat
from tests.contract.conftest import PresenceStore
from tests.histories import read_facts

SEAT = a_seat()


@pytest.fixture
def visits(store: Store) -> VisitFacts:
    return StoredVisitFacts(store)


async def read(visits: VisitFacts, since: float = 0.0) -> list[MeetingFacts]:
    """All, in pages of two meetings."""
    found: list[MeetingFacts] = []
    last: int | None = 0
    while last is not None:
        page = await visits.page(since=since, after=last, limit=2)
        found += page.meetings
        last = page.last
    return found


async def told(seats: PresenceStore, key: str, what: What, at: float, seat: Seat = SEAT) -> None:
    fact = Fact(key, seat.referral, seat.meeting, what, at)
    await seats.append(fact, seat, now=at, due=at)


async def test_meetings_come_page_by_page_in_the_order_in_which_they_became_known(
    visits: VisitFacts, meetings: MeetingRepository
) -> None:
    for number in range(5):
        await meetings.add(MeetingId(f"m-{number}"), f"enc-{number % 2}", now=float(number))

    assert [one.meeting for one in await read(visits)] == [f"m-{number}" for number in range(5)]
    assert [one.meeting for one in await read(visits, since=2)] == ["m-2", "m-3", "m-4"]
    assert await read(visits, since=5) == []
    page = await visits.page(since=0, after=0, limit=9)
    assert (len(page.meetings), page.last) == (5, None)


async def test_a_meeting_comes_with_its_opening_its_facts_and_the_people_who_have_a_seat(
    visits: VisitFacts, meetings: MeetingRepository, seats: PresenceStore, sweeps: Sweeps
) -> None:
    await meetings.add(SEAT.meeting, SEAT.referral, now=10)
    await told(seats, "j", PeerJoined(SEAT.person, "p1", "s1", 20.0), 21)
    await told(seats, "l", PeerLeft("p1", "s1", 20.0, 30.0), 31)
    elsewhere = a_seat(meeting="m-heard", referral="enc-2")
    await sweeps.watch(elsewhere.referral, elsewhere.meeting, now=40)

    opened, heard = await read(visits)

    assert (opened.referral, opened.meeting, opened.opened) == (SEAT.referral, SEAT.meeting, 10)
    assert [fact.kind for fact in opened.facts] == ["MeetingOpened", "PeerJoined", "PeerLeft"]
    assert [fact.at for fact in opened.facts] == [10, 21, 31]
    assert opened.seated == {SEAT.person}
    assert heard == MeetingFacts(elsewhere.referral, elsewhere.meeting, None, [], frozenset())


async def test_a_meeting_that_is_known_by_two_referrals_is_two_visits(
    visits: VisitFacts, seats: PresenceStore
) -> None:
    for referral in ("enc-2", "enc-1"):
        seat = a_seat(referral=referral)
        await seats.append(a_report(referral, seat), seat, now=1, due=1)

    found = await read(visits)

    assert [(one.referral, len(one.facts)) for one in found] == [("enc-1", 1), ("enc-2", 1)]


async def test_no_fact_is_missing_that_a_read_of_presence_leaves_out(
    store: Store, visits: VisitFacts, seats: PresenceStore
) -> None:
    seat = a_seat("enc-1", "m-1")
    for number in range(9):
        joined = PeerJoined(seat.person, f"p{number}", "s1", float(number))
        await told(seats, f"j{number}", joined, number, seat)
        await told(seats, f"l{number}", PeerLeft(f"p{number}", "s1", None, 20.0), number, seat)
    needed = await store.run(read_facts(1, 4))

    (meeting,) = await read(visits)

    assert len(needed) < len(meeting.facts) == 18
    assert not any(fact.over for fact in meeting.facts)


async def test_reports_that_were_refused_are_left_out(
    store: Store, visits: VisitFacts, seats: PresenceStore
) -> None:
    def refuse() -> Transaction[None]:
        about = (SEAT.referral, SEAT.meeting, SEAT.person)
        yield REFUSE_REPORTS, (*about, "no", 0, 2**31)

    await told(seats, "r1", Reported(SEAT.person, in_meeting=True), 1)
    await store.run(refuse())

    assert [one.facts for one in await read(visits)] == [[]]


async def test_facts_that_are_forgotten_are_left_out_before_they_are_deleted(
    store: Store, visits: VisitFacts, seats: PresenceStore, retention: Retention
) -> None:
    def settle() -> Transaction[None]:
        yield "UPDATE seats SET due = NULL", ()

    other = a_seat("enc-2", SEAT.meeting)
    await told(seats, "r1", Reported(SEAT.person, in_meeting=True), 9)
    await told(seats, "r2", Reported(SEAT.person, in_meeting=True), 1, other)
    await store.run(settle())
    await retention.expire(before=5, limit=9)
    assert [one.referral for one in await read(visits)] == ["enc-1"]

    await told(seats, "r3", Reported(SEAT.person, in_meeting=False), 10, other)
    found = {one.referral: [fact.at for fact in one.facts] for one in await read(visits)}
    assert found == {"enc-1": [9], "enc-2": [10]}
