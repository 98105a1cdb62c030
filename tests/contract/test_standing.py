"""What waits, and for how long, on every database; and that finding it out reads no table."""

import re

import pytest

from adapters.storage.closings import StoredClosings
from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.meetings import StoredMeetings
from adapters.storage.operator_view import StoredOperatorInbox
from adapters.storage.presence import StoredPresence
from adapters.storage.sqlite import SqliteStore
from adapters.storage.standing import STANDING, StoredStanding
from adapters.storage.transaction import Rows, Store, Transaction
from domain.claims import Settled
from domain.delivery import Delivery
from domain.meeting import MeetingId
from domain.standing import Queue
from tests.builders import a_report, a_seat, a_session_end

NONE = Queue(0, 0.0)


@pytest.fixture
def standing(store: Store) -> StoredStanding:
    return StoredStanding(store)


async def received(store: Store, key: str, now: float) -> Delivery:
    event = a_session_end()
    stored = await StoredDeliveries(store).receive(key, b"{}", event, now=now, due=now + 10)
    assert isinstance(stored, Delivery)
    return stored


async def test_nothing_waits_in_an_empty_database(standing: StoredStanding) -> None:
    found = await standing.look()

    assert {found.deliveries, found.updates, found.closings, found.unconnected} == {NONE}
    assert (found.dead, found.refused, await standing.newest_delivery()) == (0, 0, 0)


async def test_deliveries_wait_until_they_are_settled_or_dead(
    store: Store, standing: StoredStanding
) -> None:
    now = store.now()
    first, second = [await received(store, key, now - age) for key, age in (("a", 90), ("b", 30))]
    waiting = (await standing.look()).deliveries
    older = (await standing.look(since=now - 60)).deliveries
    await StoredDeliveries(store).bury(first, "malformed-event", now=now)
    found = await standing.look()

    assert waiting.count == 2
    assert 90 <= waiting.oldest < 120
    assert older.count == 1
    assert (found.deliveries.count, found.dead) == (1, 1)
    assert 30 <= found.deliveries.oldest < 60
    assert await standing.newest_delivery() == second.id


async def test_an_update_waits_from_its_first_fact_until_it_is_told(
    store: Store, standing: StoredStanding
) -> None:
    presence, now, seat = StoredPresence(store), store.now(), a_seat()
    await presence.append(a_report("1", seat), seat, now=now - 90, due=now - 90)
    claimed = await presence.append(a_report("2", seat), seat, now=now - 30, due=now + 30)
    assert claimed is not None
    waiting = (await standing.look()).updates
    await presence.postpone_seat(claimed, "partner-unavailable", due=now)
    later = (await standing.look()).updates
    (claimed,) = await presence.claim_seats(9, now=now, lease=30)
    await presence.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=now))
    found = await standing.look()

    assert (waiting.count, later.count, found.updates) == (1, 1, NONE)
    assert 90 <= waiting.oldest < 120
    assert 90 <= later.oldest < 120


async def test_an_update_that_is_overtaken_by_a_fact_goes_on_waiting(
    store: Store, standing: StoredStanding
) -> None:
    presence, now, seat = StoredPresence(store), store.now(), a_seat()
    claimed = await presence.append(a_report("1", seat), seat, now=now - 90, due=now + 30)
    assert claimed is not None
    await presence.append(a_report("2", seat, in_meeting=False), seat, now=now, due=now + 30)
    await presence.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=now - 5))

    found = (await standing.look()).updates
    assert found.count == 1
    assert found.oldest < 60


async def test_a_refused_update_waits_for_an_operator_and_then_again_for_the_partner(
    store: Store, standing: StoredStanding
) -> None:
    presence, now, seat = StoredPresence(store), store.now(), a_seat()
    claimed = await presence.append(a_report("1", seat), seat, now=now, due=now + 30)
    assert claimed is not None
    await presence.refuse(claimed, "partner-refused", seq=claimed.seq, now=now)
    refused = await standing.look()
    await StoredOperatorInbox(store).retry(number=None, since=None, now=now)
    retried = await standing.look()

    assert (refused.refused, refused.updates) == (1, NONE)
    assert (retried.refused, retried.updates.count) == (0, 1)


@pytest.mark.parametrize(
    ("shown", "connected", "counted"), [(True, False, 1), (True, True, 0), (False, False, 0)]
)
async def test_whoever_is_shown_in_has_a_live_connection_or_counts(
    store: Store, standing: StoredStanding, *, shown: bool, connected: bool, counted: int
) -> None:
    presence, now, seat = StoredPresence(store), store.now(), a_seat()
    claimed = await presence.append(a_report("1", seat), seat, now=now, due=now + 30)
    assert claimed is not None
    await presence.settle(
        Settled(
            claimed,
            seq=claimed.seq,
            in_meeting=shown,
            now=now,
            since=now - 50,
            connected=connected,
        )
    )

    found = (await standing.look()).unconnected
    assert found.count == counted
    assert (found.oldest >= 50) is bool(counted)


async def test_closings_wait_from_when_they_were_asked_for(
    store: Store, standing: StoredStanding
) -> None:
    now, meeting = store.now(), MeetingId("m-1")
    await StoredMeetings(store).add(meeting, "enc-1", now=now)
    await StoredClosings(store).ask(meeting, now=now - 70, due=now)

    found = (await standing.look()).closings
    assert found.count == 1
    assert 70 <= found.oldest < 100


def _plan(now: float) -> Transaction[Rows]:
    return (yield f"EXPLAIN QUERY PLAN {STANDING}", (now,))


async def test_the_question_reads_by_indexes_alone(store: Store) -> None:
    """PostgreSQL reads small tables whole, whatever indexes they have."""
    if not isinstance(store, SqliteStore):
        return
    steps = [row["detail"] for row in await store.run(_plan(0.0))]

    assert steps
    assert not [step for step in steps if re.match("SCAN (deliveries|seats)$", step)]
