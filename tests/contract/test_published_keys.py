import pytest

from adapters.storage.published_keys import StoredPublishedKeys
from adapters.storage.transaction import Store
from tests.application.conftest import Clock

URL = "https://keys.example/webhooks.json"


@pytest.fixture
def clock() -> Clock:
    return Clock(1_000_000.0)


@pytest.fixture
def kept(store: Store, clock: Clock) -> StoredPublishedKeys:
    return StoredPublishedKeys(store, clock)


async def test_the_newest_key_of_a_url_is_kept_with_its_age(
    kept: StoredPublishedKeys, clock: Clock
) -> None:
    await kept.keep(URL, "old")
    await kept.keep(URL, "new")
    clock.pass_by(60)

    assert await kept.kept(URL) == ("new", 60.0)


async def test_a_key_belongs_to_the_url_that_it_came_from(kept: StoredPublishedKeys) -> None:
    await kept.keep(URL, "a key")

    assert await kept.kept("https://elsewhere.example/webhooks.json") is None


async def test_a_clock_that_stepped_back_makes_a_key_older_and_never_newer(
    kept: StoredPublishedKeys, clock: Clock
) -> None:
    await kept.keep(URL, "a key")
    clock.pass_by(-3600)

    assert await kept.kept(URL) == ("a key", 3600.0)
