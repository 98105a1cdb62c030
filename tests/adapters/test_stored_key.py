"""The provider's key over a restart while its URL is down: it may accept, and never refuse."""

from dataclasses import dataclass, field

import aiohttp
import pytest
from aioresponses import aioresponses

from adapters.partner_api import PartnerApi
from adapters.provider.webhook_keys import webhook_keys
from adapters.provider.webhooks import ProviderWebhooks
from domain.errors import (
    BadSignatureError,
    KeyUnavailableError,
    Partner,
    StorageUnavailableError,
)
from tests.application.conftest import Clock
from tests.rsa_keys import key

URL = "https://keys.example/.well-known/webhooks.json"
BODY = b'{"event":"meeting.ended"}'
HOUR = 3600.0


@dataclass
class Memory:
    """Twin of the storage, with the age that it would tell."""

    stored: dict[str, str] = field(default_factory=dict)
    age: float = 0.0
    down: bool = False

    async def keep(self, url: str, value: str) -> None:
        self._check()
        self.stored[url] = value

    async def kept(self, url: str) -> tuple[str, float] | None:
        self._check()
        return (self.stored[url], self.age) if url in self.stored else None

    def _check(self) -> None:
        if self.down:
            raise StorageUnavailableError("down")


@pytest.fixture
def memory() -> Memory:
    return Memory({URL: key("ours").public_pem}, age=HOUR)


@pytest.fixture
def clock() -> Clock:
    return Clock(5.0)


@pytest.fixture
def webhooks(session: aiohttp.ClientSession, memory: Memory, clock: Clock) -> ProviderWebhooks:
    """After a restart: nothing was fetched yet."""
    api = PartnerApi(Partner.VIDEO, session, URL)
    return ProviderWebhooks(webhook_keys(api, clock, lambda: memory))


async def check(webhooks: ProviderWebhooks, name: str) -> bool:
    return await webhooks.verify({"dyte-signature": [key(name).sign(BODY)]}, BODY)


def answer_with(wire: aioresponses, name: str) -> None:
    wire.get(URL, payload={"publicKey": key(name).public_pem}, repeat=True)


def be_down(wire: aioresponses) -> None:
    wire.get(URL, exception=aiohttp.ClientConnectionError(), repeat=True)


async def test_while_the_url_is_down_the_stored_key_accepts_and_refuses_nobody(
    wire: aioresponses, webhooks: ProviderWebhooks, clock: Clock
) -> None:
    be_down(wire)

    for _ in range(3):
        assert await check(webhooks, "ours")
        with pytest.raises(KeyUnavailableError):
            await check(webhooks, "theirs")
        clock.pass_by(60)


async def test_a_stored_key_serves_for_a_day_since_it_was_fetched(
    wire: aioresponses, webhooks: ProviderWebhooks, clock: Clock
) -> None:
    be_down(wire)
    assert await check(webhooks, "ours")

    clock.pass_by(22.9 * HOUR)
    assert await check(webhooks, "ours")

    clock.pass_by(0.2 * HOUR)
    with pytest.raises(KeyUnavailableError):
        await check(webhooks, "ours")


async def test_a_stored_key_that_is_too_old_serves_nobody(
    wire: aioresponses, webhooks: ProviderWebhooks, memory: Memory
) -> None:
    be_down(wire)
    memory.age = 25 * HOUR

    with pytest.raises(KeyUnavailableError):
        await check(webhooks, "ours")


async def test_a_stored_key_of_another_url_serves_nobody(
    wire: aioresponses, webhooks: ProviderWebhooks, memory: Memory
) -> None:
    be_down(wire)
    memory.stored = {"https://elsewhere.example/": key("ours").public_pem}

    with pytest.raises(KeyUnavailableError):
        await check(webhooks, "ours")


async def test_once_it_is_fetched_only_the_fetched_key_counts_and_is_stored(
    wire: aioresponses, webhooks: ProviderWebhooks, memory: Memory
) -> None:
    answer_with(wire, "new")

    assert await check(webhooks, "new")
    with pytest.raises(BadSignatureError):
        await check(webhooks, "ours")

    assert memory.stored == {URL: key("new").public_pem}


async def test_when_the_url_is_back_a_new_key_is_fetched_within_seconds(
    wire: aioresponses, webhooks: ProviderWebhooks, clock: Clock
) -> None:
    wire.get(URL, exception=aiohttp.ClientConnectionError())
    with pytest.raises(KeyUnavailableError):
        await check(webhooks, "new")
    answer_with(wire, "new")
    clock.pass_by(5)

    assert await check(webhooks, "new")


async def test_storage_that_is_down_fails_no_webhook(
    wire: aioresponses, webhooks: ProviderWebhooks, memory: Memory
) -> None:
    answer_with(wire, "ours")
    memory.down = True

    assert await check(webhooks, "ours")


async def test_what_is_stored_and_is_no_key_is_none(
    wire: aioresponses, webhooks: ProviderWebhooks, memory: Memory
) -> None:
    be_down(wire)
    memory.stored = {URL: "no key"}

    with pytest.raises(KeyUnavailableError):
        await check(webhooks, "ours")
    memory.stored = {URL: key("ours").public_pem}
    assert await check(webhooks, "ours")
