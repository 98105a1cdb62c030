"""The promises that `make prove` shows in full, here in small seeded forms."""

from pathlib import Path

import pytest

from tests.prove.forgery import forgeries
from tests.prove.generated import generated
from tests.prove.kill import kills
from tests.prove.nasties import nasties
from tests.prove.outage import backlog, half_refused, outage
from tests.prove.presence import lost_end, orders
from tests.prove.repeats import repeats, two_instances
from tests.prove.starts import killed_start, one_key, one_referral
from tests.prove.strangers import strangers


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/storage.db"
    url: str = request.getfixturevalue("fresh_postgres")
    return url


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/storage.db"


async def test_no_forgery_gets_through(sqlite: str) -> None:
    assert "0 accepted" in await forgeries(sqlite, 320)


async def test_nothing_that_comes_over_a_socket_does_harm(sqlite: str) -> None:
    assert "no 500" in await nasties(sqlite, 20)


async def test_no_generated_request_is_answered_against_the_document(sqlite: str) -> None:
    assert "no 500" in await generated(sqlite, 25, processes=2)


async def test_without_a_credential_every_generated_request_is_refused(sqlite: str) -> None:
    assert "0 partner calls" in await strangers(sqlite, 10)


async def test_copies_at_once_have_one_effect(database: str) -> None:
    assert "one pair" in await repeats(database, 25)


async def test_the_same_event_at_two_instances_has_one_effect(fresh_postgres: str) -> None:
    assert "one effect" in await two_instances(fresh_postgres, 10)


async def test_an_outage_loses_nothing(sqlite: str) -> None:
    await outage(sqlite, "down", events=6)


async def test_one_doctor_refused_by_a_500_is_out_in_the_end(sqlite: str) -> None:
    assert "both out" in await half_refused(sqlite)


async def test_any_order_of_events_gives_one_state(sqlite: str) -> None:
    assert "one state" in await orders(sqlite, 12)


async def test_a_lost_end_is_healed_by_asking_the_provider(sqlite: str) -> None:
    assert "both doctors out" in await lost_end(sqlite)


async def test_a_backlog_drains_while_new_webhooks_are_answered(sqlite: str) -> None:
    await backlog(sqlite, 300)


async def test_what_was_answered_survives_being_killed(database: str) -> None:
    assert "all applied" in await kills(database, 3, partner_timeout=0.2)


async def test_starts_at_once_with_one_key_open_one_meeting(sqlite: str) -> None:
    assert "one meeting" in await one_key(sqlite, 20)


async def test_starts_of_one_referral_at_two_instances_open_one_meeting(
    fresh_postgres: str,
) -> None:
    assert "one meeting" in await one_referral(fresh_postgres, 30)


async def test_a_start_that_was_killed_opens_no_second_meeting(database: str) -> None:
    assert "one meeting" in await killed_start(database, wait=False)
