"""Starting twice: one meeting for one key, and for one referral where that is set."""

import asyncio
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from dependency_injector import providers

from adapters.system import new_id
from application.reuse_meeting import RECENT
from domain.errors import (
    DomainError,
    KeyReusedError,
    Partner,
    PartnerRefusedError,
    PartnerTimeoutError,
    StartInProgressError,
)
from domain.idempotency import KEPT, IdempotencyKey
from domain.meeting import Meeting
from entrypoints.container import Container
from tests.application.conftest import Clock
from tests.application.test_engine import soon
from tests.builders import PORTAL, a_webhook_body
from tests.rooms import FaultyRooms
from tests.waiting import until

KEY = IdempotencyKey.by_caller(PORTAL.key, "k-1", b"body")
LEASE = 30.0
LOST = PartnerTimeoutError(Partner.VIDEO, "no answer")


@pytest.fixture
def rooms(wired: Container, clock: Clock) -> FaultyRooms:
    twin = FaultyRooms(lambda: datetime.fromtimestamp(clock(), UTC), new_id)
    wired.rooms.override(providers.Object(twin))
    return twin


@pytest.fixture
def shared(wired: Container, rooms: FaultyRooms) -> Container:
    """With one meeting per referral."""
    _set(wired, one_meeting_per_referral=True)
    return wired


def _set(wired: Container, **changed: object) -> None:
    wired.settings.override(wired.settings().model_copy(update=changed))


async def started(
    wired: Container, key: IdempotencyKey | None = KEY, title: str = "enc-1"
) -> Meeting:
    return await wired.start_meeting()(PORTAL, title, key)


async def killed_before_the_answer(
    wired: Container, rooms: FaultyRooms, key: IdempotencyKey | None = KEY
) -> None:
    """The provider has opened a meeting, and whoever asked for it says and does nothing more."""
    rooms.holding = True
    call = asyncio.create_task(started(wired, key))
    await until(rooms.reached)
    rooms.holding = False
    assert not call.done()


async def test_without_a_key_each_call_opens_another_meeting(
    wired: Container, rooms: FaultyRooms
) -> None:
    assert (await started(wired, None)).id != (await started(wired, None)).id


async def test_the_same_key_gets_the_same_meeting_for_a_day(
    wired: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    first = await started(wired)
    clock.pass_by(KEPT - 1)
    again = await started(wired)
    clock.pass_by(1)

    assert again == first
    assert await started(wired) != first
    assert len(rooms.rooms) == 2


async def test_another_body_under_the_same_key_is_refused(
    wired: Container, rooms: FaultyRooms
) -> None:
    await started(wired)

    with pytest.raises(KeyReusedError):
        await started(wired, IdempotencyKey.by_caller(PORTAL.key, "k-1", b"other"), "enc-2")
    assert len(rooms.rooms) == 1


async def test_a_hundred_calls_at_once_with_one_key_open_one_meeting(
    wired: Container, rooms: FaultyRooms
) -> None:
    answers = await asyncio.gather(*(started(wired) for _ in range(100)), return_exceptions=True)

    assert len(rooms.rooms) == 1
    assert {type(answer) for answer in answers} <= {Meeting, StartInProgressError}


async def test_a_refusal_is_not_stored(wired: Container, rooms: FaultyRooms) -> None:
    rooms.refusing = PartnerRefusedError(Partner.VIDEO, 422)
    with pytest.raises(PartnerRefusedError):
        await started(wired)
    rooms.refusing = None

    await started(wired, IdempotencyKey.by_caller(PORTAL.key, "k-1", b"mended"))

    assert len(rooms.rooms) == 1


async def test_after_a_time_out_the_meeting_that_was_opened_all_the_same_is_adopted(
    wired: Container, rooms: FaultyRooms
) -> None:
    rooms.losing = LOST
    with pytest.raises(PartnerTimeoutError):
        await started(wired)

    meeting = await started(wired)

    assert [*rooms.rooms] == [meeting.id]
    assert await started(wired) == meeting


async def test_after_a_crash_the_lease_is_waited_for_and_the_meeting_adopted(
    wired: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    await killed_before_the_answer(wired, rooms)
    clock.pass_by(LEASE - 1)
    with pytest.raises(StartInProgressError):
        await started(wired)
    clock.pass_by(1)

    meeting = await started(wired)

    assert [*rooms.rooms] == [meeting.id]
    assert await wired.meetings().find_newest("enc-1") == meeting.id


async def test_a_call_that_is_cut_off_keeps_nobody_waiting_and_its_meeting_is_adopted(
    wired: Container, rooms: FaultyRooms
) -> None:
    rooms.holding = True
    call = asyncio.create_task(started(wired))
    await until(rooms.reached)
    rooms.holding = False
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    meeting = await started(wired)

    assert [*rooms.rooms] == [meeting.id]


async def test_a_bug_in_a_start_keeps_nobody_waiting(wired: Container, rooms: FaultyRooms) -> None:
    rooms.losing = ValueError("a bug")
    with pytest.raises(ValueError, match="a bug"):
        await started(wired)
    rooms.losing = None

    meeting = await started(wired)

    assert [*rooms.rooms] == [meeting.id]


async def test_a_crash_before_the_provider_was_reached_costs_nothing(
    wired: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    await wired.idempotency_records().claim(KEY, "dead", now=clock(), due=clock() + LEASE)
    clock.pass_by(LEASE)

    meeting = await started(wired)

    assert [*rooms.rooms] == [meeting.id]


async def test_only_an_unknown_meeting_of_that_very_title_and_time_is_adopted(
    wired: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    rooms.now = lambda: datetime.fromtimestamp(clock(), UTC) - timedelta(minutes=1)
    await rooms.open("enc-1")
    rooms.now = lambda: datetime.fromtimestamp(clock(), UTC)
    await wired.idempotency_records().claim(KEY, "dead", now=clock(), due=clock() + LEASE)
    await rooms.open("enc-10")
    await started(wired, None)
    strangers = {*rooms.rooms}
    clock.pass_by(LEASE)

    meeting = await started(wired)

    assert {*rooms.rooms} - strangers == {meeting.id}


async def test_while_the_provider_cannot_be_asked_nothing_is_opened_or_lost(
    wired: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    await killed_before_the_answer(wired, rooms)
    clock.pass_by(LEASE)
    for blind in (LOST, PartnerRefusedError(Partner.VIDEO, 400)):
        rooms.blind = blind
        with pytest.raises(type(blind)):
            await started(wired)
    rooms.blind = None

    meeting = await started(wired)

    assert [*rooms.rooms] == [meeting.id]


async def test_a_live_meeting_is_returned_by_its_referral(
    shared: Container, rooms: FaultyRooms
) -> None:
    first, again = await started(shared, None), await started(shared, None)
    other = await started(shared, None, "enc-2")

    assert again == first
    assert {*rooms.rooms} == {first.id, other.id}


async def told(shared: Container, verb: str, meeting: Meeting, **more: object) -> None:
    """What the provider says of a connection of dra-ana: Joined or Left."""
    body = a_webhook_body("enc-1", meeting.id, None, f"meeting.participant{verb}")
    where = {"id": meeting.id, "title": "enc-1", "sessionId": more.pop("session", "s-1")}
    who = {"peerId": "p-1", "customParticipantId": "dra-ana", **more}
    event = orjson.dumps({**body, "meeting": where, "participant": who})
    await shared.receive_webhook()({}, event, soon())


async def ended(shared: Container, meeting: Meeting, session: str = "s-1") -> None:
    where = {"id": meeting.id, "title": "enc-1", "sessionId": session}
    body = {**a_webhook_body("enc-1", meeting.id), "meeting": where}
    await shared.receive_webhook()({}, orjson.dumps(body), soon())


async def test_a_meeting_that_nobody_entered_is_used_again_for_half_an_hour(
    shared: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    first = await started(shared, None)
    clock.pass_by(RECENT - 1)
    assert await started(shared, None) == first
    clock.pass_by(1)

    second = await started(shared, None)

    assert second != first
    assert await started(shared, None) == second


async def test_a_rejoin_after_the_end_is_no_reason_for_another_meeting(
    shared: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    first = await started(shared, None)
    clock.pass_by(RECENT)
    await told(shared, "Joined", first)
    await ended(shared, first)
    clock.pass_by(RECENT - 1)

    assert await started(shared, None) == first
    await told(shared, "Joined", first, session="s-2")
    clock.pass_by(26 * 3600)
    assert await started(shared, None) == first
    await ended(shared, first)  # a stale one, of the session before
    clock.pass_by(RECENT)
    assert await started(shared, None) == first


async def test_a_call_of_more_than_a_day_keeps_its_meeting(
    shared: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    first = await started(shared, None)
    await told(shared, "Joined", first)
    clock.pass_by(30 * 3600)
    await shared.prune()()

    assert await started(shared, None) == first


async def test_where_we_know_of_nobody_the_provider_is_asked(
    shared: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    first = await started(shared, None)
    clock.pass_by(RECENT)
    rooms.live = "s-9"
    assert await started(shared, None) == first
    rooms.live = PartnerTimeoutError(Partner.VIDEO, "no answer")
    assert await started(shared, None) == first
    rooms.live = None

    assert await started(shared, None) != first


async def test_half_an_hour_after_the_last_has_left_another_meeting_is_opened(
    shared: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    first = await started(shared, None)
    await told(shared, "Joined", first)
    clock.pass_by(3600)
    await told(shared, "Left", first)
    assert await started(shared, None) == first
    clock.pass_by(RECENT)

    answers = await asyncio.gather(*(started(shared, None) for _ in range(20)))

    assert {answer.id for answer in answers} == {*rooms.rooms} - {first.id}
    assert len(rooms.rooms) == 2


async def test_a_hundred_calls_at_once_for_one_referral_all_get_its_meeting(
    shared: Container, rooms: FaultyRooms
) -> None:
    rooms.holding = True
    calls = [asyncio.create_task(started(shared, None)) for _ in range(100)]
    await until(rooms.reached)
    rooms.release.set()

    answers = await asyncio.gather(*calls)

    assert {answer.id for answer in answers} == {*rooms.rooms}
    assert len(rooms.rooms) == 1


async def test_a_call_that_waits_too_long_is_told_to_retry(
    shared: Container, rooms: FaultyRooms
) -> None:
    _set(shared, partner_timeout=0.2)
    rooms.holding = True
    first = asyncio.create_task(started(shared, None))
    await until(rooms.reached)

    with pytest.raises(StartInProgressError):
        await started(shared, None)

    rooms.release.set()
    assert {(await first).id} == {*rooms.rooms}


async def test_when_the_first_fails_the_next_takes_over_and_finds_what_it_left(
    shared: Container, rooms: FaultyRooms
) -> None:
    rooms.losing = LOST

    answers = await asyncio.gather(
        *(started(shared, None) for _ in range(9)), return_exceptions=True
    )

    failed = [answer for answer in answers if isinstance(answer, DomainError)]
    assert failed == [LOST]
    assert {answer.id for answer in answers if isinstance(answer, Meeting)} == {*rooms.rooms}


async def test_after_a_crash_the_referrals_meeting_is_adopted(
    shared: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    await killed_before_the_answer(shared, rooms, None)
    clock.pass_by(LEASE)

    assert {(await started(shared, None)).id} == {*rooms.rooms}


async def test_keys_and_the_referral_lead_to_one_meeting_also_after_a_crash(
    shared: Container, rooms: FaultyRooms, clock: Clock
) -> None:
    await killed_before_the_answer(shared, rooms)
    clock.pass_by(LEASE)

    answers = [
        await started(shared, key)
        for key in (KEY, None, IdempotencyKey.by_caller(PORTAL.key, "k-2", b""))
    ]

    assert {answer.id for answer in answers} == {*rooms.rooms}
    assert len(rooms.rooms) == 1
