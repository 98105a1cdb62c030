"""Closings in storage: asked for once, tried by one process at a time, and final in one step."""

import asyncio

import pytest

from adapters.storage.transaction import Rows, Store, Transaction
from domain.claims import ClaimedClosing, ClosingProgress, Settled
from domain.errors import MeetingClosedError, UnknownMeetingError
from domain.facts import Fact, MeetingClosed, PeerJoined
from domain.meeting import MeetingId, PersonId
from domain.ports.closings import Closings
from domain.ports.meetings import MeetingRepository
from domain.ports.operators import OperatorInbox
from domain.ports.retention import Retention
from domain.ports.sweeps import Sweeps
from domain.presence import Seat, is_in
from domain.referral import ReferralId
from tests.builders import a_report, a_seat
from tests.contract.conftest import PresenceStore

LEASE = 15.0
M1 = MeetingId("meeting-1")
UNDER_WAY, WAITING = ClosingProgress.UNDER_WAY, ClosingProgress.WAITING
ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")


@pytest.fixture(autouse=True)
async def meeting(meetings: MeetingRepository) -> None:
    await meetings.add(M1, "enc-1", now=0)


async def asked(closings: Closings, *, now: float = 1) -> ClaimedClosing:
    claimed = await closings.ask(M1, now=now, due=now + LEASE)
    assert claimed is not None
    return claimed


async def reported_in(seats: PresenceStore, key: str, seat: Seat | None = None) -> Seat:
    about = seat or a_seat()
    claimed = await seats.append(a_report(key, about), about, now=0, due=LEASE)
    assert claimed is not None
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=0))
    return about


def a_joining(seat: Seat) -> Fact:
    what = PeerJoined(seat.person, "p-late", "s-late")
    return Fact("late", seat.referral, seat.meeting, what, at=9)


async def test_who_asks_first_has_the_claim_and_who_asks_then_has_none(
    closings: Closings, meetings: MeetingRepository
) -> None:
    claims = await asyncio.gather(*(closings.ask(M1, now=1, due=1 + LEASE) for _ in range(9)))

    known = await meetings.find(M1)
    assert known is not None
    assert known.closing == 1
    assert len([claim for claim in claims if claim]) == 1
    assert await closings.claim_closings(9, now=2, lease=LEASE) == []


async def test_a_meeting_that_nobody_knows_cannot_be_closed(closings: Closings) -> None:
    with pytest.raises(UnknownMeetingError):
        await closings.ask(MeetingId("other"), now=1, due=2)


async def test_from_then_on_nobody_is_reported_in_and_all_else_is_stored(
    closings: Closings, seats: PresenceStore
) -> None:
    await reported_in(seats, "f-1")
    await asked(closings)

    for about in (a_seat(), a_seat("enc-2"), a_seat(person="dr-bruno")):
        with pytest.raises(MeetingClosedError):
            await seats.append(a_report("in", about), about, now=2, due=9)
    await seats.append(a_report("out", in_meeting=False), a_seat(), now=2, due=9)

    assert len(await seats.of_seat(a_seat())) == 3
    assert await seats.of_seat(a_seat("enc-2")) == []


async def test_until_the_provider_has_closed_it_presence_follows_the_call(
    closings: Closings, seats: PresenceStore
) -> None:
    await asked(closings)
    await seats.append(a_joining(a_seat()), a_seat(), now=2, due=2)

    assert is_in(ANA, await seats.of_seat(a_seat()))
    assert await closings.progress(M1, now=4) is not ClosingProgress.DONE


async def test_the_end_is_one_fact_that_concerns_both_doctors_and_everybody_with_a_seat(
    closings: Closings, seats: PresenceStore
) -> None:
    guest = await reported_in(seats, "f-1", a_seat(person="guest"))
    claimed = await asked(closings)

    told = await closings.conclude_closing(claimed, [ANA, BRUNO], now=3, due=3 + LEASE)

    assert {seat.seat.person for seat in told} == {ANA, BRUNO, guest.person}
    for seat in told:
        *_, last = await seats.of_seat(seat.seat)
        assert (last.what, last.at) == (MeetingClosed(), 3)
        assert await closings.progress(M1, now=4) is ClosingProgress.UNDER_WAY
        await seats.settle(Settled(seat, seq=seat.seq, in_meeting=False, now=4))
    assert await closings.progress(M1, now=4) is ClosingProgress.DONE
    assert await closings.ask(M1, now=5, due=9) is None
    assert await closings.claim_closings(9, now=999, lease=LEASE) == []


async def test_nobody_is_in_under_any_referral_whatever_arrives_later(
    closings: Closings, seats: PresenceStore
) -> None:
    before = await reported_in(seats, "f-1", a_seat("enc-2"))
    claimed = await asked(closings)
    await closings.conclude_closing(claimed, [ANA], now=3, due=3)

    late = a_seat("enc-3", person="dr-bruno")
    await seats.append(a_joining(late), late, now=9, due=9)

    assert not is_in(before.person, await seats.of_seat(before))
    assert not is_in(late.person, await seats.of_seat(late))


async def test_a_closed_meeting_is_watched_no_more_whatever_arrives_later(
    closings: Closings, seats: PresenceStore, sweeps: Sweeps
) -> None:
    sweep = await sweeps.claim_sweep(now=1, lease=LEASE)
    assert sweep is not None
    claimed = await asked(closings)
    await closings.conclude_closing(claimed, [ANA], now=3, due=3)

    await sweeps.postpone_sweep(sweep, due=4)
    await seats.append(a_joining(a_seat()), a_seat(), now=4, due=4)
    await sweeps.hasten(ReferralId("enc-1"), M1, due=4)
    await sweeps.watch(ReferralId("enc-2"), M1, now=4)

    assert await sweeps.claim_sweep(now=999, lease=LEASE) is None


async def test_a_meeting_that_is_being_closed_is_still_watched(
    closings: Closings, sweeps: Sweeps
) -> None:
    await asked(closings)

    assert await sweeps.claim_sweep(now=2, lease=LEASE) is not None


async def test_a_late_claim_changes_nothing(
    closings: Closings, meetings: MeetingRepository, inbox: OperatorInbox
) -> None:
    late = await asked(closings, now=0)
    (newer,) = await closings.claim_closings(9, now=LEASE, lease=LEASE)

    assert await closings.conclude_closing(late, [ANA], now=LEASE, due=99) == []
    await closings.postpone_closing(late, "late", due=0)
    await closings.release_closing(late, now=0)

    assert newer.attempts == late.attempts + 1
    assert await closings.claim_closings(9, now=LEASE, lease=LEASE) == []
    (waiting,) = await inbox.closings(referral=None, limit=9)
    assert (waiting.due, waiting.failures, waiting.why) == (2 * LEASE, 0, None)
    assert await closings.progress(M1, now=4) is not ClosingProgress.DONE


async def test_a_failure_is_counted_and_shown_and_whoever_asks_again_need_not_wait(
    closings: Closings, meetings: MeetingRepository, inbox: OperatorInbox
) -> None:
    await closings.postpone_closing(await asked(closings, now=1), "partner-timeout", due=1000)

    (waiting,) = await inbox.closings(referral="enc-1", limit=9)
    assert (waiting.meeting, waiting.due, waiting.why) == (M1, 1000, "partner-timeout")
    assert await inbox.closings(referral="enc-2", limit=9) == []
    assert await closings.claim_closings(9, now=999, lease=LEASE) == []
    assert (await asked(closings, now=2)).failures == 1
    known = await meetings.find(M1)
    assert known is not None
    assert known.closing == 1


async def test_a_claim_that_is_given_back_is_due_at_once_and_no_failure(closings: Closings) -> None:
    await closings.release_closing(await asked(closings), now=2)

    (again,) = await closings.claim_closings(9, now=2, lease=LEASE)
    assert again.failures == 0


async def test_what_was_lost_several_times_is_claimed_apart_and_never_given_up(
    closings: Closings, inbox: OperatorInbox
) -> None:
    await asked(closings, now=0)
    now = LEASE
    while await closings.claim_closings(9, now=now, lease=LEASE):
        now += LEASE

    assert await closings.ask(M1, now=now, due=now + LEASE) is None
    (suspect,) = await closings.claim_closings(9, now=now + 10, lease=LEASE, suspects=True)
    (waiting,) = await inbox.closings(referral=None, limit=9)
    assert (suspect.attempts, waiting.why) == (5, "claims-lost")


async def test_no_two_processes_have_one_closing(
    closings: Closings, meetings: MeetingRepository
) -> None:
    for number in range(20):
        meeting = MeetingId(f"m-{number}")
        await meetings.add(meeting, "enc-1", now=0)
        await closings.ask(meeting, now=0, due=0)

    claims = await asyncio.gather(
        *(closings.claim_closings(4, now=1, lease=LEASE) for _ in range(10))
    )

    claimed = [one.meeting for some in claims for one in some]
    assert len(claimed) == len(set(claimed))
    rest = await closings.claim_closings(99, now=1, lease=LEASE)
    assert {*claimed, *(one.meeting for one in rest)} == {f"m-{number}" for number in range(20)}


async def test_a_meeting_whose_closing_waits_is_not_forgotten(
    closings: Closings, meetings: MeetingRepository, retention: Retention
) -> None:
    claimed = await asked(closings)

    await retention.expire(before=999, limit=9)
    kept = await meetings.find(M1)
    await closings.conclude_closing(claimed, [], now=2, due=2)
    await retention.expire(before=999, limit=9)

    assert kept is not None
    assert await meetings.find(M1) is None


async def test_what_is_in_hand_or_due_is_under_way_and_what_failed_waits(
    closings: Closings, seats: PresenceStore
) -> None:
    claimed = await asked(closings, now=1)
    in_hand = await closings.progress(M1, now=2)
    await closings.postpone_closing(claimed, "partner-timeout", due=5)
    failed, due = await closings.progress(M1, now=2), await closings.progress(M1, now=5)
    (seat,) = await closings.conclude_closing(await asked(closings, now=6), [ANA], now=6, due=9)
    told = await closings.progress(M1, now=7)
    await seats.postpone_seat(seat, "partner-timeout", due=20)
    refused = await closings.progress(M1, now=8), await closings.progress(M1, now=20)

    assert (in_hand, failed, due) == (UNDER_WAY, WAITING, UNDER_WAY)
    assert told is UNDER_WAY
    assert refused == (WAITING, UNDER_WAY)


async def test_what_arrives_under_a_new_referral_is_forgotten_with_time_like_all_else(
    store: Store, closings: Closings, seats: PresenceStore, retention: Retention
) -> None:
    await closings.conclude_closing(await asked(closings), [], now=2, due=2)
    seat = a_seat("enc-2")
    await seats.append(a_joining(seat), seat, now=9, due=9)
    (claimed,) = await seats.claim_seats(9, now=9, lease=LEASE)
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=False, now=9))

    await retention.expire(before=99, limit=9)
    while await retention.clear(limit=9):
        pass

    assert await store.run(all_facts()) == []


def all_facts() -> Transaction[Rows]:
    return (yield "SELECT seq FROM facts", ())
