"""The provider is never called more often than this instance may; nothing is sent beyond that."""

import aiohttp
import pytest
from aioresponses import aioresponses

from adapters.partner_api import PartnerApi
from adapters.plug_in import AdapterContext
from adapters.provider.factory import ProviderFactory
from adapters.provider.profile import DYTE, REALTIMEKIT
from domain.errors import Partner, PartnerUnavailableError
from domain.meeting import MeetingId
from domain.policies.pace import Pace
from domain.policies.rate import Rate
from entrypoints.settings import Settings
from tests.adapters.conftest import BASE
from tests.application.conftest import Clock
from tests.rsa_keys import key


async def test_a_call_whose_turn_is_too_late_is_not_sent_and_says_how_long_to_wait(
    wire: aioresponses, session: aiohttp.ClientSession
) -> None:
    clock = Clock(0.0)
    pace = Pace(Rate(2.5), clock, clock.nap)
    api = PartnerApi(Partner.VIDEO, session, BASE, pace=pace)
    wire.get(f"{BASE}/meetings", payload={}, repeat=True)

    await api.call("GET", "meetings")
    with pytest.raises(PartnerUnavailableError) as refused:
        await api.call("GET", "meetings")
    clock.pass_by(1)
    await api.call("GET", "meetings")

    assert refused.value.retry_after == 3
    assert clock() == 2.5
    assert sum(len(calls) for calls in wire.requests.values()) == 2


def test_the_share_of_the_published_rate_is_this_instances() -> None:
    given = {"video_provider": "realtimekit", "provider_rate_share": 0.33}

    assert Settings.model_validate(given).provider_calls_per_minute == pytest.approx(231)
    assert Settings.model_validate({"video_provider": "dyte"}).provider_calls_per_minute == 2000
    assert (DYTE.calls_per_minute, REALTIMEKIT.calls_per_minute * 5) == (2000, 3500)


async def test_calls_to_the_provider_take_their_turn_but_not_the_one_for_its_key(
    wire: aioresponses, session: aiohttp.ClientSession
) -> None:
    clock = Clock(0.0)
    factory = ProviderFactory(DYTE, BASE, "made-up", {}, 1, f"{BASE}/key", None)
    adapter = factory(
        AdapterContext(Partner.VIDEO, session, {}, clock, clock, clock.nap, lambda _url: None)
    )
    wire.get(f"{BASE}/meetings/m/active-session", payload={"data": {"id": "s"}}, repeat=True)
    wire.get(f"{BASE}/key", payload={"publicKey": key("ours").public_pem})
    await adapter.calls.active_session(MeetingId("m"))

    assert await adapter.webhooks.verify({"dyte-signature": [key("ours").sign(b"{}")]}, b"{}")
    with pytest.raises(PartnerUnavailableError, match="rate"):
        await adapter.calls.active_session(MeetingId("m"))
