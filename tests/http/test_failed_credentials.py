"""Failed credentials of one address have a limit, which refuses nobody whose own is good."""

from collections.abc import Mapping
from ipaddress import ip_network

import pytest
from dependency_injector import providers
from structlog.testing import capture_logs

from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.application.conftest import Clock
from tests.builders import NOON
from tests.conftest import Client
from tests.http.operators import slug
from tests.http.test_leave_ticket import beacon, entered
from tests.identity import PORTAL_KEY, a_token, asking

ORIGIN = "https://app.example"
PATH = "/api/referrals/enc-1001/presence"
LIMIT = 3


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def container(settings: Settings, clock: Clock) -> Container:
    changed = {
        **asking(),
        "cors_origins": frozenset({ORIGIN}),
        "trusted_proxies": frozenset({ip_network("127.0.0.0/8")}),
    }
    container = Container(settings=settings.model_copy(update=changed))
    for one in (container.clock, container.stored_now, container.monotonic):
        one.override(providers.Object(clock))
    container.failures_allowance.add_kwargs(per_minute=LIMIT)
    return container


async def answered(
    client: Client, credential: str | None, address: str = "203.0.113.7"
) -> tuple[int, str, str]:
    """The status, the problem's slug, and when to come again."""
    headers = {"X-Forwarded-For": address}
    if credential is not None:
        headers["Authorization"] = f"Bearer {credential}"
    answer = await client.get(PATH, headers=headers)
    told: Mapping[str, str] = await answer.json()
    found = slug((answer.status, dict(told)))[1] if answer.status >= 400 else ""
    return answer.status, found, answer.headers.get("Retry-After", "")


WRONG = (401, "invalid-credentials", "")
WAIT = (429, "too-many-requests", "20")


async def test_beyond_the_limit_a_bad_credential_has_to_wait_and_leaves_no_record(
    client: Client, clock: Clock
) -> None:
    with capture_logs() as logs:
        told = [await answered(client, "vck_wrong") for _ in range(LIMIT + 2)]
    recorded = sum(line["event"] == "audit.credentials_refused" for line in logs)
    clock.pass_by(20)
    later = [await answered(client, "vck_wrong") for _ in range(2)]

    assert told == [*[WRONG] * LIMIT, WAIT, WAIT]
    assert recorded == LIMIT
    assert later == [WRONG, WAIT]


async def test_whoever_has_a_good_credential_or_only_to_log_in_notices_no_limit(
    client: Client, clock: Clock
) -> None:
    meeting, ticket = await entered(client, clock)
    for _ in range(LIMIT):
        await answered(client, "vck_wrong", "127.0.0.1")
        await answered(client, "vck_wrong")
    expired = a_token(at=NOON.timestamp() - 7200)

    assert await answered(client, "vck_wrong") == WAIT
    assert await answered(client, PORTAL_KEY) == (200, "", "")
    assert await answered(client, a_token(at=NOON.timestamp())) == (200, "", "")
    assert await answered(client, expired) == WRONG
    assert await answered(client, None) == (401, "unauthenticated", "")
    assert await beacon(client, meeting, "a.b.c") == 429
    assert await beacon(client, meeting, ticket) == 200


@pytest.mark.parametrize(
    ("address", "same", "another"),
    [
        ("203.0.113.7", "::ffff:203.0.113.7", "203.0.113.8"),
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::9", "2001:db8:1:3::3"),
    ],
)
async def test_an_address_is_a_clients_own_and_of_ipv6_all_that_one_machine_has(
    client: Client, address: str, same: str, another: str
) -> None:
    for _ in range(LIMIT):
        assert await answered(client, "vck_wrong", address) == WRONG

    assert await answered(client, "vck_wrong", same) == WAIT
    assert await answered(client, "vck_wrong", another) == WRONG
