"""The list of live sessions in storage: one process reads it, and meetings are left to it."""

from adapters.storage.live_lists import A_PART
from domain.claims import Settled, SweepAnswer
from domain.facts import Fact, Roster
from domain.meeting import MeetingId
from domain.ports.meetings import MeetingRepository
from domain.ports.sweeps import LiveLists, Sweeps
from domain.referral import ReferralId
from tests.builders import a_report, a_seat
from tests.contract.conftest import PresenceStore
from tests.live_calls import watched_by

LEASE = 60.0
MEETING = MeetingId("meeting-1")
ABOUT = (ReferralId("enc-1"), MEETING)
EMPTY = Roster(None, frozenset(), upto=1, reports_upto=1)


async def test_the_list_is_read_by_one_process_at_a_time_and_only_for_watched_meetings(
    meetings: MeetingRepository, live_lists: LiveLists
) -> None:
    nothing = await live_lists.claim_list(now=0, lease=LEASE)
    await meetings.add(MEETING, "enc-1", now=0)
    first = await live_lists.claim_list(now=0, lease=LEASE)
    second = await live_lists.claim_list(now=LEASE - 1, lease=LEASE)

    assert nothing is None
    assert first is not None
    assert second is None
    assert await live_lists.claim_list(now=LEASE, lease=LEASE) is not None


async def test_a_claim_is_kept_until_another_process_has_it(
    meetings: MeetingRepository, live_lists: LiveLists
) -> None:
    await meetings.add(MEETING, "enc-1", now=0)
    first = await live_lists.claim_list(now=0, lease=LEASE)
    assert first is not None

    assert await live_lists.keep_list(first, until=100)
    assert await live_lists.claim_list(now=99, lease=LEASE) is None
    assert await live_lists.claim_list(now=100, lease=LEASE) is not None
    assert not await live_lists.keep_list(first, until=200)
    await live_lists.settle_list(first, due=101, serves_until=0)
    assert await live_lists.claim_list(now=101, lease=LEASE) is None


async def test_while_the_list_serves_only_hastened_meetings_are_asked_about(
    meetings: MeetingRepository, live_lists: LiveLists, sweeps: Sweeps
) -> None:
    for number in (1, 2):
        await meetings.add(MeetingId(f"meeting-{number}"), "enc-1", now=0)
    claim = await live_lists.claim_list(now=0, lease=LEASE)
    assert claim is not None
    await live_lists.settle_list(claim, due=20, serves_until=50)

    left = await sweeps.claim_sweep(now=49, lease=LEASE)
    await sweeps.hasten(ReferralId("enc-1"), MeetingId("meeting-2"), due=40)
    early = await sweeps.claim_sweep(now=39, lease=LEASE)
    hastened = await sweeps.claim_sweep(now=40, lease=LEASE)
    others = await sweeps.claim_sweep(now=50, lease=LEASE)

    assert (left, early) == (None, None)
    assert hastened is not None
    assert hastened.meeting == "meeting-2"
    assert others is not None
    assert others.meeting == "meeting-1"


async def test_a_question_that_failed_is_asked_again_while_the_list_serves(
    meetings: MeetingRepository, live_lists: LiveLists, sweeps: Sweeps
) -> None:
    await meetings.add(MEETING, "enc-1", now=0)
    claim = await live_lists.claim_list(now=0, lease=LEASE)
    assert claim is not None
    await live_lists.settle_list(claim, due=20, serves_until=500)
    await sweeps.hasten(*ABOUT, due=1)
    failed = await sweeps.claim_sweep(now=1, lease=LEASE)
    assert failed is not None

    await sweeps.postpone_sweep(failed, due=30)

    assert await sweeps.claim_sweep(now=29, lease=LEASE) is None
    assert await sweeps.claim_sweep(now=30, lease=LEASE) is not None


async def test_watched_meetings_are_told_with_their_newest_fact(
    seats: PresenceStore, sweeps: Sweeps, live_lists: LiveLists
) -> None:
    await seats.append(a_report("f-1"), a_seat(), now=5, due=5)
    sweep = await sweeps.claim_sweep(now=5, lease=LEASE)
    assert sweep is not None
    (reported,) = await seats.of_meeting(*ABOUT)
    roster = Fact("roster:1", *ABOUT, EMPTY, 9)
    await sweeps.note_answer(sweep, SweepAnswer(None, reported.seq, roster), now=9, due=60)

    (watched,) = await watched_by(live_lists)
    claim = await live_lists.claim_list(now=9, lease=LEASE)

    assert (watched.sweep.meeting, watched.sweep.seen, watched.due) == (MEETING, frozenset(), 60)
    assert claim is not None
    assert watched.latest == claim.upto > reported.seq


async def test_many_watched_meetings_come_in_parts_each_once_though_they_are_due_at_one_time(
    meetings: MeetingRepository, live_lists: LiveLists
) -> None:
    names = {f"meeting-{number}" for number in range(2 * A_PART)}
    for name in sorted(names):
        await meetings.add(MeetingId(name), "enc-1", now=len(name))

    parts = [[one.sweep.meeting for one in some] async for some in live_lists.watched()]

    assert sorted(meeting for part in parts for meeting in part) == sorted(names)
    assert max(len(part) for part in parts) <= A_PART


async def test_those_that_are_put_off_while_all_are_read_hide_no_other(
    meetings: MeetingRepository, sweeps: Sweeps, live_lists: LiveLists
) -> None:
    names = {f"meeting-{number}" for number in range(A_PART + 1)}
    for name in names:
        await meetings.add(MeetingId(name), "enc-1", now=0)

    read = set()
    async for some in live_lists.watched():
        read |= {one.sweep.meeting for one in some}
        for one in some:
            await sweeps.note_answer(one.sweep, SweepAnswer(None, 0), now=1, due=30)

    assert read == names


async def test_a_meeting_with_two_seats_is_told_once_with_both(
    seats: PresenceStore, live_lists: LiveLists
) -> None:
    for person in ("dra-ana", "dr-bruno"):
        seat = a_seat(person=person)
        await seats.append(a_report(f"f-{person}", seat), seat, now=5, due=5)

    (watched,) = await watched_by(live_lists)

    assert watched.sweep.seated == {"dra-ana", "dr-bruno"}


async def test_a_meeting_that_is_no_longer_watched_is_not_told(
    meetings: MeetingRepository, sweeps: Sweeps, live_lists: LiveLists
) -> None:
    await meetings.add(MEETING, "enc-1", now=0)
    (watched,) = await watched_by(live_lists)

    await sweeps.note_answer(watched.sweep, SweepAnswer(None, watched.latest), now=9, due=None)

    assert await watched_by(live_lists) == []


async def test_of_two_answers_to_one_claim_the_first_counts(
    meetings: MeetingRepository, sweeps: Sweeps, live_lists: LiveLists
) -> None:
    await meetings.add(MEETING, "enc-1", now=0)
    asking = await sweeps.claim_sweep(now=0, lease=LEASE)
    (listed,) = await watched_by(live_lists)
    assert asking is not None

    await sweeps.note_answer(listed.sweep, SweepAnswer(None, 0), now=7, due=30)
    await sweeps.note_answer(asking, SweepAnswer(None, 0), now=8, due=99)

    (watched,) = await watched_by(live_lists)
    assert (watched.sweep.seen_at, watched.due) == (7, 30)


async def test_a_meeting_is_shown_while_a_flag_is_up_or_is_to_be_told(
    seats: PresenceStore, meetings: MeetingRepository, live_lists: LiveLists
) -> None:
    async def shown() -> bool:
        (watched,) = await watched_by(live_lists)
        return watched.shown

    await meetings.add(MEETING, "enc-1", now=0)
    opened = await shown()
    came = await seats.append(a_report("f-1"), a_seat(), now=0, due=LEASE)
    assert came is not None
    coming = await shown()
    await seats.settle(Settled(came, seq=came.seq, in_meeting=True, now=1))
    inside = await shown()
    left = await seats.append(a_report("f-2", in_meeting=False), a_seat(), now=2, due=LEASE)
    assert left is not None
    await seats.settle(Settled(left, seq=left.seq, in_meeting=False, now=3))

    assert (opened, coming, inside, await shown()) == (False, True, True, False)
    (watched,) = await watched_by(live_lists)
    assert watched.sweep.seated == {"dra-ana"}
