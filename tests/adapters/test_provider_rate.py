"""The provider is never called more often than this instance may; nothing is sent beyond that."""

import aiohttp
import pytest
from aioresponses import aioresponses

from adapters.partner_api import PartnerApi
from adapters.provider.profile import DYTE, REALTIMEKIT
from domain.errors import Partner, PartnerUnavailableError
from domain.pace import Pace
from domain.rate import Rate
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.adapters.conftest import BASE
from tests.application.conftest import Clock


async def test_a_call_whose_turn_is_too_far_off_is_refused_unsent_with_the_time_to_wait(
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


async def test_every_call_to_the_provider_takes_its_turn_but_not_the_one_for_its_key(
    session: aiohttp.ClientSession,
) -> None:
    given = {"video_provider": "dyte", "dyte_token": "made-up", "provider_rate_share": 0.5}
    container = Container(settings=Settings.model_validate(given), video_session=session)

    api = container.video_api()

    assert container.provider_rooms().api is api
    assert api.pace is not None
    assert api.pace.rate == Rate.bounded(1000)
    assert container.key_api().pace is None
