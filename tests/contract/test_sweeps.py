"""Sweeps in storage: one process asks about a meeting, and no fact is missed."""

from domain.claims import SweepAnswer
from domain.meeting import Inside, MeetingId, PersonId
from domain.ports.meetings import MeetingRepository
from domain.ports.sweeps import Sweeps
from domain.referral import ReferralId
from tests.builders import a_report, a_seat
from tests.contract.conftest import PresenceStore

LEASE = 15.0
ANSWER = SweepAnswer(Inside("s-1", frozenset({("p-1", PersonId("dra-ana"))})), upto=1)


async def test_a_meeting_is_watched_from_its_opening_by_one_process_at_a_time(
    meetings: MeetingRepository, sweeps: Sweeps
) -> None:
    await meetings.add(MeetingId("meeting-1"), "enc-1", now=5)

    sweep = await sweeps.claim_sweep(now=5, lease=LEASE)

    assert sweep is not None
    assert (sweep.meeting, sweep.watched, sweep.seen) == ("meeting-1", 5, None)
    assert await sweeps.claim_sweep(now=5, lease=LEASE) is None


async def test_an_answer_is_kept_until_the_next_one(seats: PresenceStore, sweeps: Sweeps) -> None:
    await seats.append(a_report("f-1"), a_seat(), now=0, due=0)
    sweep = await sweeps.claim_sweep(now=1, lease=LEASE)
    assert sweep is not None

    await sweeps.note_answer(sweep, ANSWER, now=2, due=3)
    again = await sweeps.claim_sweep(now=3, lease=LEASE)
    assert again is not None
    await sweeps.postpone_sweep(again, due=4)
    kept = await sweeps.claim_sweep(now=4, lease=LEASE)

    assert kept is not None
    assert (kept.seen, kept.seen_at, kept.upto) == (ANSWER.inside and ANSWER.inside.peers, 2, 1)
    assert kept.seated == {"dra-ana"}


async def test_a_fact_that_came_while_the_provider_was_asked_keeps_the_meeting_watched(
    seats: PresenceStore, sweeps: Sweeps
) -> None:
    await seats.append(a_report("f-1"), a_seat(), now=0, due=0)
    facts = await seats.of_seat(a_seat())
    for last in (False, True):
        sweep = await sweeps.claim_sweep(now=9, lease=LEASE)
        assert sweep is not None
        if not last:
            await seats.append(a_report("f-2"), a_seat(), now=9, due=9)
        upto = facts[-1].seq
        await sweeps.note_answer(sweep, SweepAnswer(None, upto), now=9, due=None)
        facts = await seats.of_seat(a_seat())

    assert await sweeps.claim_sweep(now=999, lease=LEASE) is None


async def test_a_late_claim_changes_nothing(seats: PresenceStore, sweeps: Sweeps) -> None:
    await seats.append(a_report("f-1"), a_seat(), now=0, due=0)
    late = await sweeps.claim_sweep(now=1, lease=LEASE)
    newer = await sweeps.claim_sweep(now=1 + LEASE, lease=LEASE)
    assert late is not None
    assert newer is not None

    await sweeps.note_answer(late, ANSWER, now=2 + LEASE, due=None)
    await sweeps.postpone_sweep(late, due=2 + LEASE)

    assert await sweeps.claim_sweep(now=3 + LEASE, lease=LEASE) is None
    again = await sweeps.claim_sweep(now=1 + 2 * LEASE, lease=LEASE)
    assert again is not None
    assert again.seen is None


async def test_a_meeting_is_asked_about_earlier_and_never_later(
    seats: PresenceStore, sweeps: Sweeps
) -> None:
    await seats.append(a_report("f-1"), a_seat(), now=0, due=0)
    sweep = await sweeps.claim_sweep(now=0, lease=LEASE)
    assert sweep is not None
    await sweeps.note_answer(sweep, ANSWER, now=0, due=100)
    about = (ReferralId("enc-1"), MeetingId("meeting-1"))

    await sweeps.hasten(*about, due=50)
    await sweeps.hasten(*about, due=70)

    assert await sweeps.claim_sweep(now=49, lease=LEASE) is None
    assert await sweeps.claim_sweep(now=50, lease=LEASE) is not None


async def test_a_meeting_is_watched_from_now_on_and_keeps_its_time_while_it_is_watched(
    sweeps: Sweeps, meetings: MeetingRepository
) -> None:
    about = (ReferralId("enc-1"), MeetingId("meeting-1"))
    await sweeps.watch(*about, now=5)
    sweep = await sweeps.claim_sweep(now=5, lease=LEASE)
    assert sweep is not None
    await sweeps.note_answer(sweep, ANSWER, now=6, due=50)
    await sweeps.watch(*about, now=7)
    early = await sweeps.claim_sweep(now=49, lease=LEASE)
    again = await sweeps.claim_sweep(now=50, lease=LEASE)
    assert again is not None
    await sweeps.note_answer(again, ANSWER, now=51, due=None)
    await sweeps.watch(*about, now=60)

    assert sweep.watched == 5
    assert early is None
    assert await sweeps.claim_sweep(now=60, lease=LEASE) is not None
    known = await meetings.find(MeetingId("meeting-1"))
    assert known is not None
    assert (known.title, known.opened) == ("enc-1", None)
