"""The webhook endpoint: which webhooks are accepted, what is stored, and each answer."""

import asyncio
import random
from collections.abc import AsyncIterator

import orjson
import pytest
from aiohttp import web
from pydantic import SecretStr
from pytest_aiohttp.plugin import AiohttpServer
from structlog.testing import capture_logs

from adapters.storage.transaction import Transaction
from domain.delivery import State
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.builders import a_webhook_body
from tests.conftest import Client, Serve
from tests.http.test_endpoints import marks
from tests.rsa_keys import key

PATH = "/api/dyte/webhook"
BODY = orjson.dumps(
    {
        **a_webhook_body(meeting="m-1"),
        "meeting": {"id": "m-1", "title": "enc-1001", "sessionId": "s-1"},
    }
)


@pytest.fixture
def container(settings: Settings) -> Container:
    """Signatures are required; the key is known."""
    changed = {"webhook_public_key": key("ours").public_pem, "webhook_verification": "required"}
    return Container(settings=settings.model_copy(update=changed))


async def posted(
    client: Client, body: bytes = BODY, signature: str | None = None, uuid: str = "u-1"
) -> tuple[int, str | None]:
    headers = {
        "dyte-signature": key("ours").sign(body) if signature is None else signature,
        "dyte-uuid": uuid,
    }
    answer = await client.post(PATH, data=body, headers=headers)
    return answer.status, answer.headers.get("Webhook-Outcome")


async def test_a_signed_event_is_applied_and_its_repeat_is_recognised(client: Client) -> None:
    assert await posted(client) == (200, "applied")
    assert await posted(client, uuid="u-2") == (200, "duplicate")
    assert await marks(client) == {"dra-ana": False, "dr-bruno": False}


@pytest.mark.parametrize("size", [1, 7, 4096])
async def test_a_signature_holds_however_a_proxy_cuts_the_body_in_chunks(
    client: Client, size: int
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(BODY), size):
            yield BODY[start : start + size]

    headers = {"dyte-signature": key("ours").sign(BODY)}

    answer = await client.post(PATH, data=chunks(), headers=headers)

    assert answer.request_info.headers["Transfer-Encoding"] == "chunked"
    assert (answer.status, answer.headers["Webhook-Outcome"]) == (200, "applied")


ORIGINS = [
    {"Origin": "https://relay.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("origin", ORIGINS)
async def test_a_signed_webhook_may_have_any_origin(client: Client, origin: dict[str, str]) -> None:
    headers = {"dyte-signature": key("ours").sign(BODY), **origin}

    answer = await client.post(PATH, data=BODY, headers=headers)

    assert (answer.status, answer.headers["Webhook-Outcome"]) == (200, "applied")


@pytest.mark.parametrize("origin", ORIGINS)
async def test_a_page_of_a_foreign_origin_needs_a_signature_even_in_a_sandbox(
    serve: Serve, settings: Settings, origin: dict[str, str]
) -> None:
    client = await serve(Container(settings=settings))

    assert (await client.post(PATH, data=BODY, headers=origin)).status == 401
    assert await marks(client) == {}
    assert (await client.post(PATH, data=BODY)).status == 200


async def test_three_hundred_forgeries_are_all_refused_and_change_nothing(
    client: Client, container: Container
) -> None:
    dice = random.Random(7)
    for _ in range(300):
        status, _ = await posted(client, *forgery(dice))
        assert status == 401

    assert await marks(client) == {}
    inbox = container.operator_inbox()
    assert await inbox.deliveries(state=None, referral=None, since=None, limit=9) == []


def forgery(dice: random.Random) -> tuple[bytes, str]:
    """A body and a signature that do not belong together."""
    good = key("ours").sign(BODY)
    flipped = bytearray(BODY)
    flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
    place = dice.randrange(len(good) - 4)
    return dice.choice(
        [
            (bytes(flipped), good),
            (BODY, good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]),
            (BODY, key("theirs").sign(BODY)),
            (BODY.replace(b":", b": "), good),
            (BODY, ""),
            (BODY, "A" * dice.randrange(1, 4000)),
        ]
    )


async def test_two_signatures_that_differ_are_refused(client: Client) -> None:
    given = [("dyte-signature", key(name).sign(BODY)) for name in ("ours", "theirs")]

    answer = await client.post(PATH, data=BODY, headers=given)

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"]


async def test_the_same_signature_twice_is_one_signature(client: Client) -> None:
    good = key("ours").sign(BODY)

    answer = await client.post(
        PATH, data=BODY, headers=[("dyte-signature", good), ("rtk-signature", good)]
    )

    assert answer.status == 200


async def test_nothing_is_parsed_before_the_signature_is_checked(client: Client) -> None:
    assert (await posted(client, b"not json", "AAAA"))[0] == 401


async def test_what_is_signed_and_not_understood_is_kept_and_answered_200(
    client: Client, container: Container
) -> None:
    assert await posted(client, b"not json") == (200, "dead")

    (entry,) = await container.operator_inbox().deliveries(
        state=State.DEAD, referral=None, since=None, limit=9
    )
    assert entry.why == "malformed-event"


async def test_an_event_of_another_organization_changes_nothing(
    serve: Serve, container: Container
) -> None:
    ours = container.settings().model_copy(update={"provider_org_id": "ours"})
    client = await serve(Container(settings=ours))
    body = orjson.loads(BODY)
    body["meeting"]["organizedBy"] = {"id": "theirs", "name": "x"}

    assert await posted(client, orjson.dumps(body)) == (200, "ignored")
    assert await marks(client) == {}


async def test_without_a_key_the_answer_is_503_and_nothing_is_stored(
    serve: Serve, settings: Settings
) -> None:
    changed = settings.model_copy(
        update={
            "video_provider": "dyte",
            "dyte_token": SecretStr("made-up"),
            "webhook_key_url": "http://127.0.0.1:1/key",
        }
    )
    client = await serve(Container(settings=changed))

    answer = await client.post(PATH, data=BODY, headers={"dyte-signature": "AAAA"})

    assert answer.status == 503
    assert answer.headers["Retry-After"]


async def test_after_a_restart_while_the_keys_url_is_down_the_stored_key_accepts_and_refuses_nobody(
    serve: Serve, settings: Settings, aiohttp_server: AiohttpServer
) -> None:
    async def publish(_request: web.Request) -> web.Response:
        return web.json_response({"publicKey": key("ours").public_pem})

    keys = web.Application()
    keys.router.add_get("/key", publish)
    server = await aiohttp_server(keys)
    changed = settings.model_copy(
        update={
            "video_provider": "dyte",
            "dyte_token": SecretStr("made-up"),
            "webhook_key_url": str(server.make_url("/key")),
        }
    )
    ours = {"dyte-signature": key("ours").sign(BODY)}
    before = await serve(Container(settings=changed))
    assert (await before.post(PATH, data=BODY, headers=ours)).status in {200, 202}
    await before.close()
    await server.close()

    client = await serve(Container(settings=changed))
    accepted = await client.post(PATH, data=BODY, headers=ours)
    refused = await client.post(
        PATH, data=BODY, headers={"dyte-signature": key("theirs").sign(BODY)}
    )

    assert accepted.status in {200, 202}
    assert (refused.status, "Retry-After" in refused.headers) == (503, True)


def broken() -> Transaction[None]:
    yield "DROP TABLE deliveries", ()


async def test_what_cannot_be_stored_is_a_503_and_never_a_false_2xx(
    client: Client, container: Container
) -> None:
    await container.store().run(broken())

    assert (await posted(client))[0] == 503
    assert await marks(client) == {}


async def test_many_at_once_are_all_answered_2xx(client: Client) -> None:
    bodies = [BODY.replace(b"s-1", f"s-{n}".encode()) for n in range(200)]

    answers = await asyncio.gather(*(posted(client, body) for body in bodies))

    assert {status for status, _ in answers} <= {200, 202}
    await asyncio.gather(*(posted(client, body) for body in bodies))
    assert await marks(client) == {"dra-ana": False, "dr-bruno": False}


async def test_the_first_word_of_a_recording_is_said_and_no_other(client: Client) -> None:
    bodies = [
        orjson.dumps({"event": event, "recording": {"id": number}})
        for event in ("recording.statusUpdate", "meeting.transcript", "meeting.started")
        for number in range(3)
    ]
    with capture_logs() as lines:
        for body in bodies:
            await posted(client, body)

    told = [line["webhook"] for line in lines if line["event"] == "webhook.unwanted"]
    assert told == ["recording.statusUpdate", "meeting.transcript"]
