"""How often a caller may open and join: each has its own count, and is told when to come again."""

from ipaddress import ip_network

import pytest
from dependency_injector import providers

from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.application.conftest import Clock
from tests.conftest import Client, Serve
from tests.identity import PORTAL_KEY, a_token, asking

START = {"titleMeet": "enc-1001"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    changed = {
        **asking(),
        "doctor_calls_per_minute": 2,
        "service_calls_per_minute": 3,
    }
    return settings.model_copy(update=changed)


@pytest.fixture
def container(settings: Settings, clock: Clock) -> Container:
    container = Container(settings=settings)
    container.monotonic.override(providers.Object(clock))
    return container


async def started(client: Client, credential: str) -> tuple[int, int]:
    """The status, and the seconds to wait."""
    headers = {"Authorization": f"Bearer {credential}"}
    answer = await client.post("/api/dyte/meeting", json=START, headers=headers)
    return answer.status, int(answer.headers.get("Retry-After", "0"))


async def test_a_caller_that_opens_too_often_has_to_wait_and_others_do_not(
    client: Client, clock: Clock
) -> None:
    ana, bruno = a_token("dra-ana"), a_token("dr-bruno")

    assert [(await started(client, ana))[0] for _ in range(3)] == [201, 201, 429]
    assert (await started(client, bruno))[0] == 201
    assert [(await started(client, PORTAL_KEY))[0] for _ in range(4)] == [201, 201, 201, 429]

    _, wait = await started(client, ana)
    assert 0 < wait <= 30
    clock.pass_by(wait)
    assert (await started(client, ana))[0] == 201


async def test_opening_and_joining_are_counted_apart(client: Client) -> None:
    headers = {"Authorization": f"Bearer {PORTAL_KEY}"}
    for _ in range(3):
        await client.post("/api/dyte/meeting", json=START, headers=headers)

    answer = await client.post("/api/dyte/participants", json={}, headers=headers)

    assert answer.status == 422


async def test_without_authentication_callers_are_counted_by_address(
    serve: Serve, settings: Settings
) -> None:
    client = await serve(Container(settings=settings.model_copy(update={"auth": None})))

    answers = [await client.post("/api/dyte/meeting", json=START) for _ in range(4)]

    assert [answer.status for answer in answers] == [201, 201, 201, 429]


async def test_the_address_that_a_trusted_proxy_forwards_is_counted(
    serve: Serve, settings: Settings
) -> None:
    proxies = frozenset({ip_network("127.0.0.1/32")})
    changed = {"auth": None, "trusted_proxies": proxies}
    client = await serve(Container(settings=settings.model_copy(update=changed)))

    async def from_address(address: str) -> int:
        headers = {"X-Forwarded-For": f"10.9.9.9, {address}"}
        return (await client.post("/api/dyte/meeting", json=START, headers=headers)).status

    assert [await from_address("192.0.2.1") for _ in range(4)] == [201, 201, 201, 429]
    assert await from_address("192.0.2.2") == 201


async def test_two_callers_may_choose_the_same_idempotency_key(
    serve: Serve, settings: Settings
) -> None:
    client = await serve(Container(settings=settings))
    opened = []
    for credential in (a_token("dra-ana"), a_token("dr-bruno"), a_token("dra-ana")):
        headers = {"Authorization": f"Bearer {credential}", "Idempotency-Key": "k-1"}
        answer = await client.post("/api/dyte/meeting", json=START, headers=headers)
        opened.append((await answer.json())["data"]["id"])

    assert opened[0] == opened[2] != opened[1]
