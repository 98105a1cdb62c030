"""``Idempotency-Key``: what is one key, and what is answered under it."""

import asyncio

import orjson
import pytest
from dependency_injector import providers

from adapters.system import new_id, utc_now
from domain.errors import Partner, PartnerUnavailableError
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.conftest import Client, Serve
from tests.rooms import FaultyRooms
from tests.waiting import until

PATH = "/api/dyte/meeting"
BODY = orjson.dumps({"titleMeet": "enc-1001"})


@pytest.fixture
def rooms(container: Container) -> FaultyRooms:
    twin = FaultyRooms(utc_now, new_id)
    container.rooms.override(providers.Object(twin))
    return twin


async def start(client: Client, *keys: str, body: bytes = BODY) -> tuple[int, str, bytes]:
    """The status, the end of the problem's type, and the whole body."""
    headers = [("Idempotency-Key", key) for key in keys]
    answer = await client.post(PATH, data=body, headers=headers)
    read = await answer.read()
    return answer.status, orjson.loads(read).get("type", "").rpartition(":")[2], read


async def test_the_same_key_and_body_get_the_same_answer(
    rooms: FaultyRooms, client: Client
) -> None:
    first = await start(client, '"8e03978e-40d5-43dd-bc93-6894a57f9324"')

    assert first[0] == 201
    assert await start(client, '"8e03978e-40d5-43dd-bc93-6894a57f9324"') == first
    assert await start(client, "8e03978e-40d5-43dd-bc93-6894a57f9324") == first
    assert len(rooms.rooms) == 1


async def test_other_keys_and_no_key_get_meetings_of_their_own(
    rooms: FaultyRooms, client: Client
) -> None:
    for keys in (["a"], ["A"], [r'"a\""'], [], []):
        assert (await start(client, *keys))[0] == 201

    assert len(rooms.rooms) == 5


async def test_the_same_key_with_another_body_is_a_422(rooms: FaultyRooms, client: Client) -> None:
    await start(client, "k-1")

    other = orjson.dumps({"titleMeet": "enc-1002"})

    assert (await start(client, "k-1", body=other))[:2] == (422, "idempotency-key-reused")
    assert len(rooms.rooms) == 1


async def test_while_the_first_call_is_under_way_the_next_is_a_409_with_a_time_to_wait(
    rooms: FaultyRooms, client: Client
) -> None:
    rooms.holding = True
    first = asyncio.create_task(start(client, "k-1"))
    await until(rooms.reached)

    answer = await client.post(PATH, data=BODY, headers={"Idempotency-Key": "k-1"})
    rooms.release.set()

    assert (answer.status, answer.headers["Retry-After"]) == (409, "1")
    assert orjson.loads(await answer.read())["type"].endswith(":idempotency-in-progress")
    assert await start(client, "k-1") == await first


async def test_an_error_is_not_stored(rooms: FaultyRooms, client: Client) -> None:
    rooms.refusing = PartnerUnavailableError(Partner.VIDEO, "429")
    assert (await start(client, "k-1"))[0] == 503
    assert (await start(client, "k-1", body=b"{}"))[0] == 422
    rooms.refusing = None

    assert (await start(client, "k-1"))[0] == 201


@pytest.mark.parametrize(
    "keys",
    [
        [""],
        ['""'],
        ['"'],
        ['"open'],
        ['"a"b"'],
        ['"a";p=1'],
        ["x" * 256],
        ['"' + "x" * 256 + '"'],
        ["ção"],
        ["a\tb"],
        ["a", "a"],
    ],
)
async def test_what_is_not_one_key_is_a_400(client: Client, keys: list[str]) -> None:
    assert (await start(client, *keys))[:2] == (400, "invalid-idempotency-key")


@pytest.mark.parametrize("key", ["x", "x" * 255, '"' + "x" * 255 + '"', '"a b"', "a b", "50%;q"])
async def test_a_key_may_be_short_or_long(client: Client, key: str) -> None:
    assert (await start(client, key))[0] == 201


async def test_one_meeting_per_referral_is_a_setting(serve: Serve, settings: Settings) -> None:
    changed = settings.model_copy(update={"one_meeting_per_referral": True})
    client = await serve(Container(settings=changed))

    assert await start(client) == await start(client)
