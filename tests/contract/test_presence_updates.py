"""Facts once and in order; one update of a seat at a time, and none overtaken."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from adapters.storage.suspects import TRUSTED
from adapters.storage.transaction import Store
from domain.claims import ClaimedSeat, Settled
from domain.facts import Reported, StoredFact
from domain.meeting import PersonId
from domain.policies.doubt import AGAIN
from domain.policies.refusal import Refusals
from domain.ports.operators import OperatorInbox
from domain.presence import changed_at
from tests.builders import a_report, a_seat, an_end
from tests.contract.conftest import PresenceStore
from tests.histories import all_facts

LEASE = 15.0


async def appended(
    seats: PresenceStore, key: str = "f-1", *, now: float = 0, in_meeting: bool = True
) -> ClaimedSeat:
    report = a_report(key, in_meeting=in_meeting)
    claimed = await seats.append(report, a_seat(), now=now, due=now + LEASE)
    assert claimed is not None
    return claimed


async def test_a_report_is_a_fact_and_claims_its_seat(seats: PresenceStore) -> None:
    claimed = await appended(seats)

    assert claimed.seat == a_seat()
    assert await seats.of_seat(a_seat()) == [
        StoredFact(claimed.seq, Reported(PersonId("dra-ana"), in_meeting=True))
    ]


async def test_a_seat_in_hand_is_not_given_to_another(seats: PresenceStore) -> None:
    await appended(seats)

    assert await seats.append(a_report("f-2"), a_seat(), now=1, due=1 + LEASE) is None
    assert await seats.claim_seats(9, now=1, lease=LEASE) == []


async def test_a_fact_during_an_update_keeps_the_seat_due(seats: PresenceStore) -> None:
    claimed = await appended(seats)
    await seats.append(a_report("f-2", in_meeting=False), a_seat(), now=1, due=1 + LEASE)

    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=2))

    (again,) = await seats.claim_seats(9, now=2, lease=LEASE)
    assert again.seq > claimed.seq


async def test_a_settled_seat_is_not_due(seats: PresenceStore, inbox: OperatorInbox) -> None:
    claimed = await appended(seats)

    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=2))

    assert await seats.claim_seats(9, now=999, lease=LEASE) == []
    assert await inbox.updates(referral=None, limit=9) == []


async def test_a_seat_need_not_be_claimed_when_its_fact_is_stored(seats: PresenceStore) -> None:
    assert await seats.append(a_report("f-1"), a_seat(), now=5, due=5) is None

    (claimed,) = await seats.claim_seats(9, now=5, lease=LEASE)
    assert claimed.seat == a_seat()


async def test_a_new_fact_does_not_wait_for_an_old_back_off(seats: PresenceStore) -> None:
    claimed = await appended(seats)
    await seats.postpone_seat(claimed, "partner-timeout", due=1000)

    again = await appended(seats, "f-2", now=1)

    assert again.failures == 1


async def test_a_lost_claim_on_a_seat_changes_nothing(seats: PresenceStore) -> None:
    late = await appended(seats)
    (newer,) = await seats.claim_seats(9, now=LEASE, lease=LEASE)

    await seats.settle(Settled(late, seq=late.seq, in_meeting=True, now=LEASE))
    await seats.refuse(late, "late", seq=late.seq, now=LEASE)
    await seats.postpone_seat(late, "late", due=0)

    assert await seats.claim_seats(9, now=LEASE, lease=LEASE) == []
    assert await seats.of_seat(a_seat()) != []
    await seats.settle(Settled(newer, seq=newer.seq, in_meeting=True, now=LEASE))
    assert await seats.is_told(a_seat())


async def test_of_two_seats_that_are_settled_together_one_whose_claim_was_lost_holds_up_no_other(
    seats: PresenceStore,
) -> None:
    seat = a_seat(person="dr-bruno")
    await seats.append(a_report("f-2", seat), seat, now=0, due=0)
    (late,) = await seats.claim_seats(9, now=0, lease=LEASE)
    await seats.claim_seats(9, now=LEASE, lease=LEASE)
    claimed = await seats.append(a_report("f-1"), a_seat(), now=LEASE, due=2 * LEASE)
    assert claimed is not None

    await seats.settle(
        Settled(late, seq=late.seq, in_meeting=True, now=LEASE),
        Settled(claimed, seq=claimed.seq, in_meeting=True, now=LEASE),
    )

    assert await seats.is_told(a_seat())
    assert not await seats.is_told(seat)


async def test_seats_that_are_settled_together_in_any_order_never_wait_for_each_other(
    seats: PresenceStore,
) -> None:
    people = [a_seat(person=f"p-{number}") for number in range(4)]
    for round_ in range(20):
        for seat in people:
            await seats.append(a_report(f"f-{round_}-{seat.person}", seat), seat, now=0, due=0)
        claimed = await seats.claim_seats(9, now=0, lease=LEASE)
        settled = [Settled(one, seq=one.seq, in_meeting=True, now=1) for one in claimed]

        await asyncio.gather(seats.settle(*settled), seats.settle(*reversed(settled)))

    assert all([await seats.is_told(seat) for seat in people])


async def test_a_refused_report_does_not_count_and_a_newer_one_does(
    seats: PresenceStore, inbox: OperatorInbox
) -> None:
    claimed = await appended(seats)

    await seats.refuse(claimed, "unknown-referral", seq=claimed.seq, now=1)

    assert await seats.of_seat(a_seat()) == []
    assert await seats.claim_seats(9, now=99, lease=LEASE) == []
    (entry,) = await inbox.updates(referral="enc-1", limit=9)
    assert (entry.due, entry.why) == (None, "unknown-referral")
    await appended(seats, "f-2", now=100)
    assert len(await seats.of_seat(a_seat())) == 1


@pytest.mark.parametrize("in_meeting", [True, False])
async def test_a_state_that_is_reported_again_and_again_began_with_the_first_report(
    seats: PresenceStore, in_meeting: bool
) -> None:
    """Whoever reads it before it is told, and whoever tells it, say the same."""
    told = await appended(seats, "before", in_meeting=not in_meeting)
    await seats.settle(Settled(told, seq=told.seq, in_meeting=not in_meeting, now=1))
    for second in (10.0, 20.0, 30.0):
        fact = replace(a_report(f"at-{second}", in_meeting=in_meeting), at=second)
        await seats.append(fact, a_seat(), now=second, due=second)

    assert changed_at(a_seat().person, await seats.of_seat(a_seat()), told.seq) == 10


async def test_a_refusal_keeps_what_was_told_before(seats: PresenceStore) -> None:
    first = await appended(seats)
    await seats.settle(Settled(first, seq=first.seq, in_meeting=True, now=1))
    second = await appended(seats, "f-2", now=2)

    await seats.refuse(second, "partner-refused", seq=second.seq, now=3)

    assert [fact.seq for fact in await seats.of_seat(a_seat())] == [first.seq]


async def test_the_end_of_a_session_concerns_everyone_who_was_reported(
    seats: PresenceStore,
) -> None:
    guest = a_seat(person="guest")
    claimed = await seats.append(a_report("f-1", guest), guest, now=0, due=LEASE)
    assert claimed is not None
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=1))

    await seats.append(an_end("f-2"), a_seat(), now=2, due=2)

    due = await seats.claim_seats(9, now=2, lease=LEASE)
    assert {seat.seat for seat in due} == {a_seat(), guest}
    assert len(await seats.of_seat(guest)) == 2


async def test_a_report_makes_no_other_seat_due(seats: PresenceStore) -> None:
    bruno = a_seat(person="dr-bruno")
    claimed = await seats.append(a_report("f-0", bruno), bruno, now=0, due=LEASE)
    assert claimed is not None
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=1))

    await appended(seats, "f-1", now=2)

    assert await seats.append(a_report("f-2", bruno), bruno, now=3, due=3 + LEASE) is not None


async def test_other_meetings_and_people_are_not_concerned(seats: PresenceStore) -> None:
    await appended(seats)

    for other in (a_seat(referral="enc-2"), a_seat(meeting="m-2"), a_seat(person="dr-bruno")):
        assert await seats.of_seat(other) == []


async def test_a_released_seat_is_due_at_once(seats: PresenceStore) -> None:
    claimed = await appended(seats)

    await seats.release_seat(claimed, now=1)

    (again,) = await seats.claim_seats(9, now=1, lease=LEASE)
    assert again.failures == 0


async def test_seats_whose_claims_get_lost_are_suspects_for_ever_too(
    seats: PresenceStore, inbox: OperatorInbox
) -> None:
    await seats.append(a_report("f-1"), a_seat(), now=0, due=0)
    trusted, alone = [], []
    for now in range(0, 3000, 5):
        if await seats.claim_seats(9, now=now, lease=LEASE):
            trusted.append(now)
        if await seats.claim_seats(9, now=now, lease=LEASE, suspects=True):
            alone.append(now)

    waits = [later - earlier - LEASE for earlier, later in pairwise([trusted[-1], *alone])]
    assert trusted == [0, LEASE, 2 * LEASE, 3 * LEASE]
    assert waits == [10, 20, 40, 80, 160, 320, 600, 600, 600]
    (entry,) = await inbox.updates(referral=None, limit=9)
    assert entry.due is not None
    assert entry.why == "claims-lost"


async def test_a_claim_that_is_given_back_was_not_lost_and_those_before_it_still_were(
    seats: PresenceStore,
) -> None:
    await seats.append(a_report("f-1"), a_seat(), now=0, due=0)
    for number in range(TRUSTED):
        await seats.claim_seats(9, now=number * LEASE, lease=LEASE)
    now = TRUSTED * LEASE
    (kept,) = await seats.claim_seats(9, now=now, lease=LEASE)
    await seats.release_seat(kept, now=now)

    again = await seats.claim_seats(9, now=now, lease=LEASE)
    suspected = await seats.claim_seats(9, now=now + LEASE, lease=LEASE)
    alone = await seats.claim_seats(9, now=now + LEASE + 10, lease=LEASE, suspects=True)

    assert (len(again), len(suspected), len(alone)) == (1, 0, 1)


async def test_a_suspect_that_is_given_back_before_it_was_tried_is_a_suspect_again(
    seats: PresenceStore,
) -> None:
    await seats.append(a_report("f-1"), a_seat(), now=0, due=0)
    for number in range(TRUSTED + 1):
        await seats.claim_seats(9, now=number * LEASE, lease=LEASE)
    (suspect,) = await seats.claim_seats(9, now=100, lease=LEASE, suspects=True)
    await seats.release_seat(suspect, now=100)

    assert await seats.claim_seats(9, now=100, lease=LEASE) == []
    assert await seats.claim_seats(9, now=110, lease=LEASE, suspects=True)


async def test_a_suspect_that_comes_back_is_trusted_again(seats: PresenceStore) -> None:
    await seats.append(a_report("f-1"), a_seat(), now=0, due=0)
    for number in range(4):
        await seats.claim_seats(9, now=number * LEASE, lease=LEASE)
    (suspect,) = await seats.claim_seats(9, now=70, lease=LEASE, suspects=True)
    await seats.postpone_seat(suspect, "partner-timeout", due=71)

    assert await seats.claim_seats(9, now=71, lease=LEASE)


async def test_many_reports_at_once_are_all_kept_and_one_update_has_the_last(
    store: Store, seats: PresenceStore
) -> None:
    answers = await asyncio.gather(
        *(seats.append(a_report(f"f-{number}"), a_seat(), now=0, due=LEASE) for number in range(40))
    )

    (claimed,) = [answer for answer in answers if answer is not None]
    facts = await seats.of_seat(a_seat())
    assert len(await store.run(all_facts(a_seat()))) == 40
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=1))
    assert await seats.is_told(a_seat()) is (facts[-1].seq == claimed.seq)


async def test_claimers_at_the_same_time_never_get_the_same_seat(seats: PresenceStore) -> None:
    for number in range(40):
        seat = a_seat(person=f"p-{number}")
        await seats.append(a_report(f"f-{number}", seat), seat, now=0, due=0)

    batches = await asyncio.gather(*(seats.claim_seats(5, now=1, lease=LEASE) for _ in range(20)))

    claimed = [seat.seat for batch in batches for seat in batch]
    assert len(claimed) == len(set(claimed)) == 40


async def test_when_the_partner_is_back_a_seat_that_failed_is_due_and_others_keep_their_time(
    seats: PresenceStore,
) -> None:
    failed, refused, held = (a_seat(person=person) for person in ("failed", "refused", "held"))
    claimed = {}
    for seat in (failed, refused, held):
        claimed[seat] = await seats.append(a_report(seat.person, seat), seat, now=0, due=LEASE)
    of_failed, of_refused = claimed[failed], claimed[refused]
    assert of_failed
    assert of_refused
    await seats.postpone_seat(of_failed, "partner-timeout", due=60)
    await seats.postpone_seat(of_refused, "partner-declined", due=60, refusals=Refusals(1))

    await seats.hasten_seats(now=1)

    assert [seat.seat for seat in await seats.claim_seats(9, now=1, lease=LEASE)] == [failed]


async def test_a_seat_in_doubt_is_due_once_more_after_its_next_success(
    seats: PresenceStore,
) -> None:
    first = await appended(seats)
    await seats.postpone_seat(first, "partner-timeout", due=2, unsure=True)
    (second,) = await seats.claim_seats(9, now=2, lease=LEASE)
    await seats.settle(Settled(second, seq=second.seq, in_meeting=True, now=2))

    early = await seats.claim_seats(9, now=2 + AGAIN - 1, lease=LEASE)
    (third,) = await seats.claim_seats(9, now=2 + AGAIN, lease=LEASE)
    await seats.settle(Settled(third, seq=third.seq, in_meeting=True, now=2 + AGAIN))

    assert early == []
    assert await seats.claim_seats(9, now=9999, lease=LEASE) == []
