"""The published key: cached, renewed within bounds, and never trusted beyond what is known."""

import asyncio

import aiohttp
import pytest
from aioresponses import CallbackResult, aioresponses
from multidict import CIMultiDict
from structlog.testing import capture_logs

from adapters.partner_api import PartnerApi
from adapters.provider.webhook_keys import webhook_keys
from adapters.provider.webhooks import ProviderWebhooks
from domain.errors import BadSignatureError, KeyUnavailableError, Partner
from tests.application.conftest import Clock
from tests.rsa_keys import key
from tests.waiting import until

URL = "https://keys.example/.well-known/webhooks.json"
BODY = b'{"event":"meeting.ended"}'


def document(name: str) -> dict[str, object]:
    return {"success": True, "data": {"publicKey": key(name).public_pem}, "message": ""}


def signed(name: str, header: str = "dyte-signature") -> CIMultiDict[str]:
    return CIMultiDict({header: key(name).sign(BODY)})


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
def webhooks(session: aiohttp.ClientSession, clock: Clock) -> ProviderWebhooks:
    api = PartnerApi(Partner.VIDEO, session, URL)
    return ProviderWebhooks(webhook_keys(api, clock))


async def check(webhooks: ProviderWebhooks, headers: CIMultiDict[str], body: bytes) -> bool:
    return await webhooks.verify(as_sent(headers), body)


def as_sent(headers: CIMultiDict[str]) -> dict[str, list[str]]:
    return {name.lower(): headers.getall(name) for name in headers}


def fetches(wire: aioresponses) -> int:
    return sum(len(calls) for calls in wire.requests.values())


@pytest.mark.parametrize("header", ["dyte-signature", "rtk-signature", "RTK-Signature"])
async def test_both_providers_headers_are_understood(
    wire: aioresponses, webhooks: ProviderWebhooks, header: str
) -> None:
    wire.get(URL, payload=document("ours"))

    assert await check(webhooks, signed("ours", header), BODY)


@pytest.mark.parametrize(
    "shape",
    [
        {"data": {"publicKey": key("ours").public_pem}},
        {"publicKey": key("ours").public_pem},
        {"publicKey": key("ours").public_pem.replace("\n", "\\n")},
    ],
)
async def test_every_documented_shape_of_the_key_document_is_read(
    wire: aioresponses, webhooks: ProviderWebhooks, shape: dict[str, object]
) -> None:
    wire.get(URL, payload=shape)

    assert await check(webhooks, signed("ours"), BODY)


async def test_the_key_is_fetched_once_for_many(
    wire: aioresponses, webhooks: ProviderWebhooks
) -> None:
    wire.get(URL, payload=document("ours"), repeat=True)

    await asyncio.gather(*(check(webhooks, signed("ours"), BODY) for _ in range(50)))

    assert fetches(wire) == 1


@pytest.mark.parametrize(
    "headers",
    [
        CIMultiDict({"dyte-signature": ""}),
        CIMultiDict({"dyte-signature": key("theirs").sign(BODY)}),
        CIMultiDict(
            {"dyte-signature": key("ours").sign(BODY), "rtk-signature": key("theirs").sign(BODY)}
        ),
        CIMultiDict({"dyte-signature": f"{key('ours').sign(BODY)}, {key('theirs').sign(BODY)}"}),
    ],
)
async def test_an_empty_or_wrong_signature_and_two_that_differ_are_refused(
    wire: aioresponses, webhooks: ProviderWebhooks, headers: CIMultiDict[str]
) -> None:
    wire.get(URL, payload=document("ours"), repeat=True)

    with pytest.raises(BadSignatureError):
        await check(webhooks, headers, BODY)


OURS = key("ours").sign(BODY)


@pytest.mark.parametrize(
    "headers",
    [
        [("dyte-signature", OURS), ("rtk-signature", OURS)],
        [("dyte-signature", OURS), ("dyte-signature", OURS)],
        [("rtk-signature", f"{OURS}, {OURS}")],
        [("dyte-signature", f"{OURS},{OURS}"), ("rtk-signature", OURS)],
        [("dyte-signature", f" {OURS} ")],
    ],
)
async def test_the_same_signature_twice_is_one_signature(
    wire: aioresponses, webhooks: ProviderWebhooks, headers: list[tuple[str, str]]
) -> None:
    wire.get(URL, payload=document("ours"))

    assert await check(webhooks, CIMultiDict(headers), BODY)


async def test_a_rotated_key_is_accepted_right_after_a_fetch(
    wire: aioresponses, webhooks: ProviderWebhooks
) -> None:
    wire.get(URL, payload=document("ours"))
    wire.get(URL, payload=document("new"))
    await check(webhooks, signed("ours"), BODY)

    with capture_logs() as lines:
        found = await asyncio.gather(*(check(webhooks, signed("new"), BODY) for _ in range(50)))

    assert found == [True] * 50
    assert [line["event"] for line in lines] == ["webhook_key.changed"]
    assert fetches(wire) == 2


async def test_forgeries_make_us_ask_some_times_at_once_and_then_once_a_minute(
    wire: aioresponses, webhooks: ProviderWebhooks, clock: Clock
) -> None:
    wire.get(URL, payload=document("ours"), repeat=True)
    after = []
    for _ in range(121):
        with pytest.raises(BadSignatureError):
            await check(webhooks, signed("theirs"), BODY)
        after.append(fetches(wire))
        clock.pass_by(1)

    assert (after[0], after[59], after[60], after[120]) == (2, 4, 5, 6)


async def test_without_any_key_nothing_can_be_said(
    wire: aioresponses, webhooks: ProviderWebhooks, clock: Clock
) -> None:
    wire.get(URL, exception=aiohttp.ClientConnectionError())
    wire.get(URL, payload=document("ours"))

    for headers in (signed("ours"), signed("theirs")):
        with pytest.raises(KeyUnavailableError):
            await check(webhooks, headers, BODY)
    clock.pass_by(5)

    assert await check(webhooks, signed("ours"), BODY)


@pytest.mark.parametrize(
    "failing",
    [
        {"status": 500},
        {"body": "<html>"},
        {"payload": {}},
        {"payload": {"data": {"publicKey": "no key"}}},
        {"exception": TimeoutError()},
    ],
)
async def test_while_the_key_cannot_be_renewed_the_old_one_serves_but_condemns_nobody(
    wire: aioresponses, webhooks: ProviderWebhooks, clock: Clock, failing: dict[str, object]
) -> None:
    wire.get(URL, payload=document("ours"))
    wire.get(URL, **failing, repeat=True)
    await check(webhooks, signed("ours"), BODY)
    clock.pass_by(2 * 3600)

    assert await check(webhooks, signed("ours"), BODY)
    with pytest.raises(KeyUnavailableError):
        await check(webhooks, signed("theirs"), BODY)


async def test_an_hour_old_key_serves_while_it_is_renewed(
    wire: aioresponses, webhooks: ProviderWebhooks, clock: Clock
) -> None:
    wire.get(URL, payload=document("ours"))
    wire.get(URL, payload=document("new"))
    await check(webhooks, signed("ours"), BODY)
    clock.pass_by(3601)

    assert await check(webhooks, signed("ours"), BODY)
    assert await check(webhooks, signed("new"), BODY)
    assert fetches(wire) == 2


async def test_a_question_goes_on_when_whoever_asked_has_no_time_left(
    wire: aioresponses, webhooks: ProviderWebhooks
) -> None:
    answered = asyncio.Event()

    async def slow(_url: object, **_kwargs: object) -> CallbackResult:
        await until(answered)
        return CallbackResult(payload=document("ours"))

    wire.get(URL, callback=slow)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await check(webhooks, signed("ours"), BODY)
    answered.set()

    assert await check(webhooks, signed("ours"), BODY)


async def test_a_webhook_without_a_signature_is_told_from_one_with_an_empty_one(
    wire: aioresponses, webhooks: ProviderWebhooks
) -> None:
    wire.get(URL, payload=document("ours"))

    assert await check(webhooks, CIMultiDict(), BODY) is False
    with pytest.raises(BadSignatureError):
        await check(webhooks, CIMultiDict({"dyte-signature": ""}), BODY)


@pytest.mark.parametrize(
    ("headers", "uuid"),
    [
        ([("dyte-uuid", "u")], "u"),
        ([("rtk-uuid", "u")], "u"),
        ([], None),
        ([("dyte-uuid", "u"), ("dyte-uuid", "v")], None),
        ([("dyte-uuid", "x" * 1000)], None),
        ([("dyte-uuid", "u"), ("rtk-uuid", "u")], "u"),
    ],
)
def test_the_uuid_header_is_taken_when_there_is_one(
    webhooks: ProviderWebhooks, headers: list[tuple[str, str]], uuid: str | None
) -> None:
    assert webhooks.delivery_id(as_sent(CIMultiDict(headers))) == uuid
