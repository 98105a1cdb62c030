"""What the provider's answers about webhooks are taken for, whatever they look like."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aioresponses import aioresponses

from adapters.partner_api import PartnerApi
from adapters.provider.webhook_body import HEARD_OF
from adapters.provider.webhook_registry import EVENTS, ProviderWebhookRegistry
from domain.errors import Partner, PartnerBrokenError, PartnerRefusedError

BASE = "https://api.dyte.io/v2"
URL = "https://videochamadas.hospital.example/api/dyte/webhook"
ROW = {"id": "w-1", "name": "w", "url": URL, "events": [*EVENTS], "enabled": True}


@pytest.fixture
async def registry() -> AsyncIterator[ProviderWebhookRegistry]:
    async with aiohttp.ClientSession() as session:
        yield ProviderWebhookRegistry(PartnerApi(Partner.VIDEO, session, BASE))


def test_all_events_that_are_made_something_of_are_asked_for_and_no_other() -> None:
    assert {*EVENTS} == HEARD_OF | {"meeting.ended"}


@pytest.mark.parametrize(
    "answer",
    [
        {"success": True},
        {"data": [{**ROW, "url": None}]},
        {"data": [{**ROW, "events": None}]},
        {"data": [{**ROW, "id": ""}]},
        {"data": [ROW], "paging": {"total_count": 21}},
    ],
)
async def test_a_list_that_may_leave_ours_out_is_an_error(
    registry: ProviderWebhookRegistry, answer: dict[str, object]
) -> None:
    with aioresponses() as provider:
        provider.get(f"{BASE}/webhooks", payload=answer)

        with pytest.raises(PartnerBrokenError):
            await registry.registrations()


@pytest.mark.parametrize(
    "data", [[ROW], {"webhooks": [ROW]}, [{name: ROW[name] for name in ROW if name != "enabled"}]]
)
async def test_a_list_is_read_in_each_of_its_forms(
    registry: ProviderWebhookRegistry, data: object
) -> None:
    with aioresponses() as provider:
        provider.get(f"{BASE}/webhooks", payload={"success": True, "data": data})

        (listed,) = await registry.registrations()

    assert (listed.id, listed.url, listed.works) == ("w-1", URL, True)


@pytest.mark.parametrize(
    ("status", "message"), [(409, "Conflict"), (400, "A webhook with this URL already exists")]
)
async def test_exists_is_no_error_however_it_is_said(
    registry: ProviderWebhookRegistry, status: int, message: str
) -> None:
    error = {"success": False, "error": {"code": status, "message": message}}
    with aioresponses() as provider:
        provider.post(f"{BASE}/webhooks", status=status, payload=error)

        assert not await registry.register(URL)


async def test_another_refusal_is_an_error(registry: ProviderWebhookRegistry) -> None:
    error = {"success": False, "error": {"code": 400, "message": "too many webhooks"}}
    with aioresponses() as provider:
        provider.post(f"{BASE}/webhooks", status=400, payload=error)

        with pytest.raises(PartnerRefusedError):
            await registry.register(URL)
