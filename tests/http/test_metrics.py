"""What /metrics says of what happened, and that it names nobody."""

import asyncio
import re
from importlib.metadata import version
from platform import python_version
from typing import NoReturn

import orjson
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from pytest_aiohttp.plugin import AiohttpServer

from adapters.metrics import EVENTS
from adapters.sandbox.events import ORGANIZATION
from adapters.sandbox.world import SandboxWorld
from adapters.storage.transaction import Transaction
from domain.errors import StorageUnavailableError
from entrypoints.container import Container
from entrypoints.http.metrics import metrics_alone
from entrypoints.sandbox import provider
from entrypoints.scrape import Scrape
from entrypoints.settings import Settings
from tests.builders import a_referral, a_webhook_body
from tests.conftest import Client, Serve
from tests.identity import METRICS_KEY, a_token, asking, published

REFERRALS = 60  # a thousand in tests/prove/metrics.py

ID = re.compile(r"(?:enc|m|dra|dr|s|peer)-\w*\d")


async def scraped(client: Client, key: str = "none") -> dict[str, float]:
    answer = await client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status, answer.content_type) == (200, "text/plain")
    lines = [line for line in (await answer.text()).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_traffic_leaves_no_id_and_not_one_series_more(
    client: Client, container: Container
) -> None:
    before = await scraped(client)
    for number in range(REFERRALS):
        container.sandbox().attendance.put(a_referral(f"enc-{number}", f"dra-{number}"))

    async def traffic(number: int) -> None:
        referral, meeting, doctor = f"enc-{number}", f"m-{number}", f"dra-{number}"
        path = f"/attendance-service/referrals/{referral}/meetings/{meeting}/user"
        await client.post(path, json={"inMeeting": True, "userId": doctor})
        event = EVENTS[number % len(EVENTS)] if number % 10 else f"event-of-{referral}"
        body = a_webhook_body(event=event, title=referral)
        await client.post("/api/dyte/webhook", json=body)

    await asyncio.gather(*(traffic(number) for number in range(REFERRALS)))
    after = await scraped(client)

    assert after.keys() == before.keys()
    assert not [name for name in after if ID.search(name)]
    webhooks = {name: count for name, count in after.items() if "webhooks_total" in name}
    assert sum(webhooks.values()) == REFERRALS
    others = [count for name, count in webhooks.items() if 'event="other"' in name]
    assert sum(others) == REFERRALS / 10
    assert not [name for name, count in webhooks.items() if 'outcome="other"' in name and count]


def without_deliveries() -> Transaction[None]:
    yield "ALTER TABLE deliveries RENAME TO gone", ()


async def test_without_storage_the_rest_is_shown(client: Client, container: Container) -> None:
    before = await scraped(client)
    await container.store().run(without_deliveries())
    after = await scraped(client)

    assert before["videochamadas_storage_up"] == 1
    assert after["videochamadas_storage_up"] == 0
    gone = {name for name in before if "_waiting" in name or "_dead" in name or "_shown" in name}
    assert after.keys() == before.keys() - gone
    assert len(gone) == 3 + 3 + 2 + 1 + 1


async def test_storage_that_can_be_read_and_not_written_is_not_up_and_what_waits_is_shown(
    client: Client, container: Container
) -> None:
    async def full() -> NoReturn:
        raise StorageUnavailableError("database or disk is full")

    scrape = Scrape(container.metrics(), full, container.standing().look, container.breaker())
    told = (await scrape()).decode()

    assert container.scrape().check == container.store().check
    assert "videochamadas_storage_up 0.0" in told
    assert 'videochamadas_waiting{kind="delivery"} 0.0' in told


async def test_storage_that_does_not_answer_in_time_is_not_up(container: Container) -> None:
    async def slow() -> NoReturn:
        raise TimeoutError

    told = await Scrape(container.metrics(), slow, slow, container.breaker())()

    assert b"videochamadas_storage_up 0.0" in told


async def test_a_port_of_its_own_has_the_metrics_and_nothing_else(client: Client) -> None:
    app = client.app
    assert app is not None
    async with TestClient(TestServer(metrics_alone(app))) as alone:
        answer = await alone.get("/metrics")
        told = await answer.text()
        others = [(await alone.get(path)).status for path in ("/", "/health/live", "/docs")]

    assert answer.status == 200
    assert "videochamadas_storage_up 1.0" in told
    assert others == [404, 404, 404]


async def test_webhooks_are_counted_by_the_providers_names_and_by_why_they_were_refused(
    client: Client,
) -> None:
    forged = {"dyte-signature": "Zm9yZ2Vk"}
    await client.post("/api/dyte/webhook", json=a_webhook_body(), headers=forged)
    await client.post("/api/dyte/webhook", data=b"{")

    counted = await scraped(client)
    series = [name for name in counted if name.startswith("videochamadas_webhooks_total")]
    assert {re.findall(r'event="(.*?)"', name)[0] for name in series} == {
        *("meeting.started", "meeting.ended", "meeting.chatSynced"),
        *("meeting.participantJoined", "meeting.participantLeft"),
        *("meeting.transcript", "meeting.summary"),
        *("recording.statusUpdate", "livestreaming.statusUpdate", "other"),
    }
    refused = [re.findall(r'outcome="(.*?)"', name)[0] for name in series if counted[name]]
    assert sorted(refused) == ["bad-signature", "malformed-event"]
    assert counted["videochamadas_webhook_seconds_count"] == 2


async def test_the_build_is_told(client: Client) -> None:
    built = f'python="{python_version()}",storage="sqlite",version="{version("videochamadas")}"'

    assert (await scraped(client))[f"videochamadas_build_info{{{built}}}"] == 1


async def test_requests_are_counted_by_operation_and_class_of_status(client: Client) -> None:
    await client.get("/health/live")
    await client.get("/nowhere/m-1")
    await client.post("/api/dyte/meeting", data=b"{")

    counted = {name: count for name, count in (await scraped(client)).items() if count}
    assert counted['videochamadas_requests_total{operation="live",status="2xx"}'] == 1
    assert counted['videochamadas_requests_total{operation="other",status="4xx"}'] == 1
    assert counted['videochamadas_requests_total{operation="startMeeting",status="4xx"}'] == 1


async def test_fetches_of_keys_and_looks_at_the_registration_are_calls_to_partners(
    serve: Serve, settings: Settings, world: SandboxWorld, aiohttp_server: AiohttpServer
) -> None:
    async def keys(_request: web.Request) -> web.Response:
        return web.json_response(published("key-1"))

    video, identity = provider.create_provider_app(world), web.Application()
    identity.router.add_get("/keys", keys)
    at = (await aiohttp_server(video)).make_url
    changes = {
        **asking(),
        "jwt_public_key": None,
        "jwt_jwks_url": str((await aiohttp_server(identity)).make_url("/keys")),
        "video_provider": "dyte",
        "dyte_base_url": str(at(provider.DYTE_PATH)),
        "dyte_token": SecretStr(provider.DYTE_TOKEN),
        "provider_org_id": ORGANIZATION,
        "webhook_key_url": str(at(provider.KEY_PATH)),
        "public_url": "https://videochamadas.hospital.example",
    }
    client = await serve(Container(settings=settings.model_copy(update=changes)))
    token = {"Authorization": f"Bearer {a_token()}"}
    assert (await client.get("/api/referrals/enc-1001/presence", headers=token)).status == 200
    body = orjson.dumps(a_webhook_body(title="enc-1001"))
    signature = {"dyte-signature": world.key.sign(body)}
    assert (await client.post("/api/dyte/webhook", data=body, headers=signature)).status == 200

    counted = await scraped(client, METRICS_KEY)
    for partner, operation in (
        ("identity", "keys"),
        ("video", "webhook_key"),
        ("video", "registrations"),
    ):
        labels = f'operation="{operation}",partner="{partner}"'
        assert counted[f'videochamadas_partner_calls_total{{{labels},result="ok"}}'] == 1
        assert counted[f"videochamadas_partner_call_seconds_count{{{labels}}}"] == 1
