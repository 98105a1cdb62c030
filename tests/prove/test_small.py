"""The promises that `make prove` shows in full, here in small seeded forms."""

from pathlib import Path

import pytest

from entrypoints.app import operations_of
from entrypoints.settings import Settings
from tests.prove.backup import backups
from tests.prove.behind_nginx import BehindNginx, behind_nginx
from tests.prove.console import console
from tests.prove.costly_json import costly_json
from tests.prove.documented import closed_operations, operations
from tests.prove.draining import draining
from tests.prove.expiry import expiry
from tests.prove.forgery import EVENTS, forgeries
from tests.prove.frozen import OPEN, frozen
from tests.prove.generated import generated
from tests.prove.in_turns import metrics_cost
from tests.prove.locked import locked
from tests.prove.metrics import told
from tests.prove.nasties import nasties
from tests.prove.outage import backlog
from tests.prove.repeats import repeats
from tests.prove.shard import sick_shard
from tests.prove.starts import killed_start, one_key, one_referral
from tests.prove.strangers import strangers
from tests.prove.streams import streams, streams_of_instances

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue("sqlite" if request.param == "sqlite" else "fresh_postgres")
    return url


@pytest.fixture
def sqlite(database_file: Path) -> str:
    return f"sqlite:///{database_file}"


async def test_no_forgery_gets_through_and_the_same_bodies_do_when_they_are_signed(
    sqlite: str,
) -> None:
    figures = await forgeries(sqlite, 320)

    assert (figures.sent, figures.accepted, figures.partner_calls) == (320, 0, 0)
    assert figures.genuine == len(EVENTS)


async def test_no_request_fails_that_is_sent_before_a_stop_is_over(sqlite: str) -> None:
    figures = await draining(sqlite, 150, 0.3)

    assert figures.failed == []
    assert figures.in_drain > figures.idle > 0
    assert (figures.kept, figures.code) == (0, 0)
    assert figures.stored == figures.sent


async def test_behind_nginx_no_request_fails_when_one_of_two_instances_stops_and_streams_go_on(
    fresh_postgres: str,
) -> None:
    figures = await behind_nginx(fresh_postgres, 50, 0.1, stops=1, streams=4)

    assert isinstance(figures, BehindNginx), figures
    assert (figures.failed, figures.told) == ([], 4)
    assert figures.stored == figures.sent > 0


async def test_nothing_that_comes_over_a_socket_does_harm(sqlite: str) -> None:
    figures = await nasties(sqlite, 20)

    routes = len(operations_of(Settings.model_validate({})))
    assert (figures.sent, figures.failed) == (2 * 20 * routes, 0)
    assert figures.lines > 0
    assert figures.gave_way > 0


def test_bodies_that_would_be_costly_to_read_are_refused_and_others_are_read() -> None:
    figures = costly_json()

    assert 0 < figures.refused < figures.bodies


async def test_no_generated_request_is_answered_against_the_document(sqlite: str) -> None:
    figures = await generated(sqlite, 10, processes=1)

    assert figures.sent.keys() == {*operations()}
    assert figures.fewest >= 10


async def test_without_a_credential_every_generated_request_is_refused(sqlite: str) -> None:
    figures = await strangers(sqlite, 5, processes=1)

    assert figures.operations == len(closed_operations()) > 0
    assert figures.generated >= 5 * figures.operations
    assert figures.broken > figures.operations
    assert figures.partner_calls == 0


async def test_a_change_reaches_all_streams_and_a_stop_closes_all(sqlite: str) -> None:
    figures = await streams(sqlite, 10, quiet=0)

    assert figures.count == 10


async def test_open_views_of_the_console_tell_what_changes(sqlite: str) -> None:
    figures = await console(sqlite, quiet=0, changes=8)

    assert figures.told >= 5


async def test_a_change_at_one_instance_is_seen_on_a_stream_of_the_other(
    fresh_postgres: str,
) -> None:
    figures = await streams_of_instances(fresh_postgres, 3)

    assert figures.changes == 3


async def test_copies_at_once_have_one_effect(database: str) -> None:
    figures = await repeats(database, 25)

    assert (figures.accepted, figures.updates) == (50, 2)


async def test_healthy_referrals_are_told_beside_a_sick_shard(sqlite: str) -> None:
    figures = await sick_shard(sqlite, "slow", referrals=60)

    assert figures.healthy == 2 * 48


async def test_a_backlog_drains_while_new_webhooks_are_answered(sqlite: str) -> None:
    figures = await backlog(sqlite, 300)

    assert figures.events == 300
    assert figures.meanwhile > 0


async def test_while_the_file_is_locked_all_are_answered_and_who_was_refused_is_not_stored(
    sqlite: str,
) -> None:
    figures = await locked(sqlite, 3, callers=12)

    assert figures.slowest.keys() == {"webhook", "leave", "report", "start"}
    assert (figures.unready, figures.lines) == (True, 1)
    assert figures.for_nobody <= 3 <= figures.refused


async def test_beside_a_frozen_instance_the_other_serves_everything(fresh_postgres: str) -> None:
    figures = await frozen(fresh_postgres, 20)

    assert (figures.transactions, figures.others, figures.lived) == (OPEN, 20, True)


async def test_starts_at_once_with_one_key_open_one_meeting(sqlite: str) -> None:
    figures = await one_key(sqlite, 20)

    assert (figures.calls, figures.opened) == (20, 1)
    assert figures.answered > 0


async def test_starts_of_one_referral_at_two_instances_open_one_meeting(
    fresh_postgres: str,
) -> None:
    figures = await one_referral(fresh_postgres, 30)

    assert (figures.calls, figures.answered, figures.opened) == (30, 30, 1)


async def test_a_start_that_was_killed_opens_no_second_meeting(database: str) -> None:
    figures = await killed_start(database, wait=False)

    assert (figures.early, figures.late, figures.opened) == (409, (201, 201), 1)


async def test_an_outage_is_two_lines_and_the_metrics_show_it(sqlite: str) -> None:
    figures = await told(sqlite, 0.4)

    assert figures.lines == ("partner.unavailable", "partner.back")
    assert (figures.unavailable, figures.left) == (1, 0)
    assert figures.waiting > 0
    assert figures.through == figures.waited


async def test_what_metrics_cost_is_found_by_comparing(sqlite: str) -> None:
    figures = await metrics_cost(sqlite, 1, 50)

    assert figures.rate > 0
    assert figures.processor > 0


async def test_a_backup_that_is_made_under_load_has_what_was_answered_before_it_began(
    sqlite: str,
) -> None:
    figures = await backups(sqlite, 0.1, apply=False)

    assert figures.before > 0
    assert figures.meanwhile > 0
    assert figures.missing == 0


async def test_old_meetings_expire_while_webhooks_come(sqlite: str) -> None:
    figures = await expiry(sqlite, 2000, 4)

    assert figures.facts == 2000
    assert figures.webhooks > 0
