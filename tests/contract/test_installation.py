"""Whose a database is: the first one's who serves with it, until others take it over."""

import asyncio
from collections.abc import Callable

import pytest

from adapters.storage.installation import StoredInstallation
from adapters.storage.transaction import Store, Transaction
from domain.installation import ForeignStorageError, Installation, Waiting

PRACTICE = Installation("sandbox", None, "sandbox")
HALF = Installation("dyte", "org", "sandbox")
OTHER_HALF = Installation("sandbox", None, "https://attendance.example/")
DYTE = Installation("dyte", "org", "https://attendance.example/")
REALTIMEKIT = Installation("realtimekit", "app", "https://attendance.example/")
OTHER_ORGANIZATION = Installation("dyte", "other", "https://attendance.example/")
OTHER_ATTENDANCE = Installation("dyte", "org", "https://other.example/")
PLUGGED_IN = Installation("package.module:factory", None, "https://attendance.example/")
OTHERS = (REALTIMEKIT, OTHER_ORGANIZATION, OTHER_ATTENDANCE, PLUGGED_IN)
PAIRS = [*((DYTE, other) for other in OTHERS), *((other, DYTE) for other in OTHERS)]


@pytest.fixture
def installation(store: Store) -> StoredInstallation:
    return StoredInstallation(store)


def an_update() -> Transaction[None]:
    yield "INSERT INTO seats (referral, meeting, person, due) VALUES ('r', 'm', 'p', 0)", ()


def a_webhook() -> Transaction[None]:
    yield "INSERT INTO deliveries (key, event, received) VALUES ('k', 'e', 0)", ()


def a_closing() -> Transaction[None]:
    yield "INSERT INTO closings (meeting, referral, due) VALUES ('m', 'r', 0)", ()


def settled_ones() -> Transaction[None]:
    yield "INSERT INTO seats (referral, meeting, person, due) VALUES ('r', 'm', 'p', NULL)", ()
    yield "INSERT INTO deliveries (key, event, received, state) VALUES ('k', 'e', 0, 1)", ()
    yield "INSERT INTO deliveries (key, event, received, state) VALUES ('l', 'e', 0, 2)", ()


async def test_a_database_that_is_nobodys_becomes_the_first_ones(
    installation: StoredInstallation, store: Store
) -> None:
    await store.run(an_update())
    assert await installation.owner() is None

    assert await installation.take(DYTE) == Waiting(1, 0)

    assert await installation.owner() == DYTE
    assert await installation.take(DYTE) == Waiting(1, 0)


@pytest.mark.parametrize("adopt", [False, True])
@pytest.mark.parametrize(
    ("made_with", "started_with"),
    [
        (PRACTICE, DYTE),
        (DYTE, PRACTICE),
        (HALF, DYTE),
        (PRACTICE, HALF),
        (PRACTICE, OTHER_HALF),
        (HALF, OTHER_HALF),
        (PRACTICE, PLUGGED_IN),
    ],
)
async def test_a_twin_and_a_real_partner_never_share_a_database(
    installation: StoredInstallation,
    made_with: Installation,
    started_with: Installation,
    adopt: bool,
) -> None:
    await installation.take(made_with)

    with pytest.raises(ForeignStorageError, match="never share a database"):
        await installation.take(started_with, adopt=adopt)

    assert await installation.owner() == made_with


@pytest.mark.parametrize(("made_with", "started_with"), PAIRS)
async def test_between_real_partners_it_changes_while_nothing_waits(
    installation: StoredInstallation,
    store: Store,
    made_with: Installation,
    started_with: Installation,
) -> None:
    await installation.take(made_with)
    await store.run(settled_ones())

    await installation.take(started_with)

    assert await installation.owner() == started_with


@pytest.mark.parametrize("waiting", [an_update, a_webhook, a_closing])
async def test_what_waits_for_real_partners_goes_to_others_only_when_somebody_says_so(
    installation: StoredInstallation, store: Store, waiting: Callable[[], Transaction[None]]
) -> None:
    await installation.take(DYTE)
    await store.run(waiting())

    with pytest.raises(ForeignStorageError) as refused:
        await installation.take(REALTIMEKIT)

    for told in ("dyte", "realtimekit", "1 ", "videochamadas migrate --adopt"):
        assert told in str(refused.value)
    assert await installation.owner() == DYTE
    await installation.take(REALTIMEKIT, adopt=True)
    assert await installation.owner() == REALTIMEKIT
    await installation.take(REALTIMEKIT)


async def test_of_a_twin_and_a_real_partner_that_start_together_one_gets_the_database(
    installation: StoredInstallation,
) -> None:
    asked = [PRACTICE, DYTE] * 5

    taken = await asyncio.gather(*map(installation.take, asked), return_exceptions=True)

    owner = await installation.owner()
    for whose, outcome in zip(asked, taken, strict=True):
        assert isinstance(outcome, ForeignStorageError) is (whose != owner)
