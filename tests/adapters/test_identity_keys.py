"""An identity provider's published keys on a real socket: fetched seldom, kept when it is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpServer
from structlog.testing import capture_logs

from adapters.callers.doctor_tokens import DoctorTokens
from adapters.callers.identity_keys import RATE, identity_keys
from adapters.metrics import Metrics
from adapters.partner_api import PartnerApi
from adapters.partner_calls import PartnerCalls, PartnerState
from adapters.published_keys import IMPATIENT, OLD
from domain.errors import InvalidCredentialsError, Partner, PartnerUnavailableError
from tests.application.conftest import Clock
from tests.builders import a_doctor
from tests.identity import AUDIENCE, ISSUER, a_token, published


@dataclass
class Publisher:
    """Publishes the keys of ``kids``; ``broken`` answers something else."""

    kids: tuple[str, ...] = ("key-1",)
    broken: str | None = None
    extra: list[object] = field(default_factory=list)
    fetched: int = 0

    async def answer(self, _request: web.Request) -> web.Response:
        self.fetched += 1
        if self.broken is not None:
            return web.Response(text=self.broken, content_type="application/json")
        document: dict[str, Any] = published(*self.kids)
        return web.json_response({"keys": [*self.extra, *document["keys"]]})


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def tokens(
    publisher: Publisher, clock: Clock, aiohttp_server: AiohttpServer
) -> AsyncIterator[DoctorTokens]:
    app = web.Application()
    app.router.add_get("/keys", publisher.answer)
    url = str((await aiohttp_server(app)).make_url("/keys"))
    async with aiohttp.ClientSession() as session:
        metrics = Metrics("sqlite")
        calls = PartnerCalls(PartnerState(Partner.IDENTITY, metrics, clock), metrics)
        signers = identity_keys(PartnerApi(Partner.IDENTITY, session, url), clock, calls)
        yield DoctorTokens(signers, {"RS256"}, ISSUER, AUDIENCE, "sub", clock)


async def test_fifty_at_once_need_one_fetch(
    tokens: DoctorTokens, publisher: Publisher, clock: Clock
) -> None:
    token = a_token(at=clock.seconds)

    found = await asyncio.gather(*(tokens.identify(token) for _ in range(50)))

    assert found == [a_doctor()] * 50
    assert publisher.fetched == 1


async def test_a_new_key_is_found_at_once_and_unknown_ids_do_not_flood_the_provider(
    tokens: DoctorTokens, publisher: Publisher, clock: Clock
) -> None:
    await tokens.identify(a_token(at=clock.seconds))
    publisher.kids = ("key-1", "key-2")

    assert await tokens.identify(a_token(kid="key-2", at=clock.seconds)) == a_doctor()
    for number in range(20):
        with pytest.raises(InvalidCredentialsError):
            await tokens.identify(a_token(kid=f"key-{3 + number % 2}", at=clock.seconds))
    assert publisher.fetched == 1 + RATE.burst


async def test_a_key_that_is_not_published_any_more_signs_for_nobody(
    tokens: DoctorTokens, publisher: Publisher, clock: Clock
) -> None:
    await tokens.identify(a_token(at=clock.seconds))
    publisher.kids = ("key-2",)
    clock.pass_by(RATE.every)

    await tokens.identify(a_token(kid="key-2", at=clock.seconds))

    with pytest.raises(InvalidCredentialsError):
        await tokens.identify(a_token(at=clock.seconds))


@pytest.mark.parametrize("broken", ["", "{", "[]", "{}", '{"keys": []}', '{"keys": [{"kty": 1}]}'])
async def test_old_keys_serve_while_the_provider_is_broken(
    tokens: DoctorTokens, publisher: Publisher, clock: Clock, broken: str
) -> None:
    await tokens.identify(a_token(at=clock.seconds))
    publisher.broken = broken
    clock.pass_by(10 * OLD)

    assert await tokens.identify(a_token(at=clock.seconds)) == a_doctor()
    with pytest.raises(PartnerUnavailableError):
        await tokens.identify(a_token(kid="key-9", at=clock.seconds))


async def test_without_any_key_nobody_is_refused_for_good(
    tokens: DoctorTokens, publisher: Publisher, clock: Clock
) -> None:
    publisher.broken = "{}"
    for _ in range(5):
        with pytest.raises(PartnerUnavailableError):
            await tokens.identify(a_token(at=clock.seconds))
    assert publisher.fetched == 1

    publisher.broken = None
    clock.pass_by(IMPATIENT)
    assert await tokens.identify(a_token(at=clock.seconds)) == a_doctor()


async def test_keys_that_are_not_understood_and_shared_secrets_are_left_out(
    tokens: DoctorTokens, publisher: Publisher, clock: Clock
) -> None:
    publisher.extra = [
        {"kty": "AKP", "kid": "new"},
        {"kty": "oct", "kid": "key-1", "k": "AAAA"},
        {"kty": "RSA", "kid": "key-1", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "kid": "key-1"},
        {"kty": ["RSA"], "kid": "key-1"},
        "key",
    ]

    assert await tokens.identify(a_token(at=clock.seconds)) == a_doctor()


async def test_other_keys_are_said_and_the_same_ones_fetched_again_are_not(
    tokens: DoctorTokens, publisher: Publisher, clock: Clock
) -> None:
    told: list[list[str]] = []
    for kids in (("key-1",), ("key-1",), ("key-2", "key-1")):
        publisher.kids = kids
        with capture_logs() as lines:
            clock.pass_by(2 * RATE.every)
            await tokens.identify(a_token(at=clock.seconds))
            with suppress(InvalidCredentialsError):
                await tokens.identify(a_token(kid="key-9", at=clock.seconds))
        told.append([line["event"] for line in lines])

    assert told == [[], [], ["identity_keys.changed"]]
