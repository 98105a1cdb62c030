"""What /metrics says of what happened, and that it names nobody."""

import asyncio
import re

from aiohttp.test_utils import TestClient, TestServer

from adapters.metrics import EVENTS
from adapters.storage.transaction import Transaction
from entrypoints.container import Container
from entrypoints.http.metrics import metrics_alone
from tests.builders import a_referral, a_webhook_body
from tests.conftest import Client

REFERRALS = 60  # a thousand in tests/prove/metrics.py

ID = re.compile(r"(?:enc|m|dra|dr|s|peer)-\w*\d")


async def scraped(client: Client) -> dict[str, float]:
    answer = await client.get("/metrics")
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


async def test_requests_are_counted_by_operation_and_class_of_status(client: Client) -> None:
    await client.get("/health/live")
    await client.get("/nowhere/m-1")
    await client.post("/api/dyte/meeting", data=b"{")

    counted = {name: count for name, count in (await scraped(client)).items() if count}
    assert counted['videochamadas_requests_total{operation="live",status="2xx"}'] == 1
    assert counted['videochamadas_requests_total{operation="other",status="4xx"}'] == 1
    assert counted['videochamadas_requests_total{operation="startMeeting",status="4xx"}'] == 1
