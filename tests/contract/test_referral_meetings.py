"""What is stored of a referral's meetings, and how one sees that it changed."""

from itertools import pairwise

import pytest

from adapters.storage.transaction import Store, Transaction
from domain.claims import Settled
from domain.facts import MeetingOpened, Reported
from domain.meeting import MeetingId, PersonId
from domain.ports.meetings import MeetingRepository
from domain.ports.retention import Erasure, Retention
from domain.ports.who_is_there import ReferralMeetings, Version
from domain.presence import Seat
from domain.referral import ReferralId
from domain.who_is_there import StoredSeat
from tests.builders import a_report, a_seat
from tests.contract.conftest import PresenceStore

REFERRAL, OTHER = ReferralId("enc-1"), ReferralId("enc-2")
SEAT = a_seat(meeting="m-1")


def closed(meeting: str) -> Transaction[None]:
    """As asking to close it does."""
    yield "UPDATE meetings SET closing = $2, version = version + 1 WHERE meeting = $1", (meeting, 7)


async def reported(seats: PresenceStore, key: str, seat: Seat, *, at: float = 1) -> None:
    await seats.append(a_report(key, seat), seat, now=at, due=at)


async def version(meetings: ReferralMeetings, referral: ReferralId = REFERRAL) -> Version | None:
    return (await meetings.versions([referral])).get(referral)


async def test_the_newest_meetings_come_first_and_no_more_than_are_asked_for(
    meetings: MeetingRepository, referral_meetings: ReferralMeetings
) -> None:
    for number in range(4):
        await meetings.add(MeetingId(f"m-{number}"), REFERRAL, now=9 - number)
    await meetings.add(MeetingId("other"), OTHER, now=0)

    found = await referral_meetings.newest(REFERRAL, 3)

    assert [one.meeting for one in found] == ["m-3", "m-2", "m-1"]
    assert [one.opened for one in found] == [6, 7, 8]
    assert await referral_meetings.newest(ReferralId("enc-3"), 3) == []


async def test_each_meeting_has_its_own_seats_and_facts(
    meetings: MeetingRepository, seats: PresenceStore, referral_meetings: ReferralMeetings
) -> None:
    await meetings.add(SEAT.meeting, REFERRAL, now=0)
    await reported(seats, "f-1", a_seat(meeting="m-2", person="dr-bruno"), at=4)
    await reported(seats, "f-2", SEAT)

    second, first = await referral_meetings.newest(REFERRAL, 9)

    assert (second.meeting, second.opened, second.closing) == ("m-2", 4, None)
    assert [seat.person for seat in second.seats] == ["dr-bruno"]
    assert [fact.what for fact in second.facts] == [Reported(PersonId("dr-bruno"), True)]
    assert first.seats == [StoredSeat(SEAT.person, 0, None)]
    assert [type(fact.what) for fact in first.facts] == [MeetingOpened, Reported]


async def test_a_seat_says_what_was_told_and_since_when(
    seats: PresenceStore, referral_meetings: ReferralMeetings
) -> None:
    claimed = await seats.append(a_report("f-1", SEAT), SEAT, now=1, due=9)
    assert claimed is not None
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=2, since=1.5))

    (found,) = await referral_meetings.newest(REFERRAL, 9)

    assert found.seats == [StoredSeat(SEAT.person, claimed.seq, 1.5)]


async def test_a_refused_report_is_not_among_the_facts(
    seats: PresenceStore, referral_meetings: ReferralMeetings
) -> None:
    claimed = await seats.append(a_report("f-1", SEAT), SEAT, now=1, due=9)
    assert claimed is not None
    await seats.refuse(claimed, "unknown-referral", seq=claimed.seq, now=2)

    (found,) = await referral_meetings.newest(REFERRAL, 9)

    assert found.facts == []


async def test_a_meeting_says_when_it_was_asked_to_close(
    meetings: MeetingRepository, referral_meetings: ReferralMeetings, store: Store
) -> None:
    await meetings.add(SEAT.meeting, REFERRAL, now=0)
    await store.run(closed("m-1"))

    (found,) = await referral_meetings.newest(REFERRAL, 9)

    assert found.closing == 7


@pytest.mark.parametrize("count", [1, 2, 3, 5, 9])
async def test_versions_are_of_all_that_are_asked_for_and_have_meetings(
    meetings: MeetingRepository, referral_meetings: ReferralMeetings, count: int
) -> None:
    titles = [ReferralId(f"title-{number}") for number in range(count)]
    for title in titles:
        await meetings.add(MeetingId(f"of-{title}"), title, now=0)

    versions = await referral_meetings.versions([*titles, ReferralId("nothing")])

    assert set(versions) == set(titles)
    assert await referral_meetings.versions([]) == {}


async def test_a_version_changes_with_whatever_changes_a_meeting(
    meetings: MeetingRepository,
    seats: PresenceStore,
    erasure: Erasure,
    retention: Retention,
    referral_meetings: ReferralMeetings,
    store: Store,
) -> None:
    seen = [await version(referral_meetings)]

    async def note() -> None:
        seen.append(await version(referral_meetings))

    await meetings.add(SEAT.meeting, REFERRAL, now=0)
    await note()
    await meetings.add(MeetingId("m-2"), REFERRAL, now=0)
    await note()
    claimed = await seats.append(a_report("f-1", SEAT), SEAT, now=1, due=9)
    assert claimed is not None
    await note()
    await seats.refuse(claimed, "unknown-referral", seq=claimed.seq, now=2)
    await note()
    for place in await erasure.places(SEAT.person):
        await erasure.rename(place, SEAT.person, PersonId("erased"))
    await note()
    await store.run(closed("m-1"))
    await note()
    assert await retention.expire(before=99, limit=99)
    await note()

    assert all(before != after for before, after in pairwise(seen)), seen


async def test_a_version_stays_while_nothing_changes_or_only_others_do(
    meetings: MeetingRepository, seats: PresenceStore, referral_meetings: ReferralMeetings
) -> None:
    await meetings.add(SEAT.meeting, REFERRAL, now=0)
    before = await version(referral_meetings)

    await meetings.add(MeetingId("other"), OTHER, now=0)
    await reported(seats, "f-1", a_seat("enc-2", "other"))

    assert await version(referral_meetings) == before
