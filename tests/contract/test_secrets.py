"""The secrets that this installation makes for itself, on both databases."""

import asyncio
from collections.abc import Sequence

from adapters.kept_secrets import PSEUDONYMS, TICKETS
from adapters.storage.retention import StoredRetention
from adapters.storage.secrets import StoredSecrets
from adapters.storage.transaction import Store

NEVER = b"never stored"


async def values(secrets: StoredSecrets, name: str = TICKETS) -> Sequence[bytes]:
    return [one.value for one in await secrets.secrets(name, NEVER)]


async def begun(secrets: StoredSecrets) -> None:
    for name in (TICKETS, PSEUDONYMS):
        await secrets.secrets(name, name.encode())


async def test_a_secret_is_made_once_and_then_the_same_for_everybody(
    secrets: StoredSecrets,
) -> None:
    asked = [secrets.secrets(TICKETS, bytes([number]) * 32) for number in range(20)]

    given = await asyncio.gather(*asked)

    assert {len(one) for one in given} == {1}
    assert len({one[0].value for one in given}) == 1
    assert await values(secrets, PSEUDONYMS) == [NEVER]


async def test_secrets_that_several_replace_at_once_come_one_after_the_other(
    secrets: StoredSecrets,
) -> None:
    await begun(secrets)

    given = await asyncio.gather(
        *(secrets.replace(b"t%d" % one, b"p%d" % one, since=100, revoke=False) for one in range(3))
    )

    for name in (TICKETS, PSEUDONYMS):
        known = await secrets.secrets(name, NEVER)
        assert [one.since for one in known] == [0, *sorted(given)] == [0, 100, 101, 102]
        assert known[0].value == name.encode()


async def test_a_former_secret_of_tickets_goes_when_it_was_replaced_long_ago(
    store: Store, secrets: StoredSecrets
) -> None:
    await begun(secrets)
    await secrets.replace(b"t1", b"p1", since=100, revoke=False)
    await secrets.replace(b"t2", b"p2", since=200, revoke=False)
    left = []
    for then in (99, 100, 199, 200, 10_000):
        await StoredRetention(store).prune_secrets(replaced_before=then)
        left.append(await values(secrets))

    assert left == [[b"leave-tickets", b"t1", b"t2"], *[[b"t1", b"t2"]] * 2, *[[b"t2"]] * 2]
    assert await values(secrets, PSEUDONYMS) == [b"pseudonyms", b"p1", b"p2"]


async def test_revoking_leaves_the_new_secret_of_tickets_alone(secrets: StoredSecrets) -> None:
    await begun(secrets)
    await secrets.replace(b"t1", b"p1", since=500, revoke=False)

    since = await secrets.replace(b"t2", b"p2", since=100, revoke=True)

    assert since == 501
    assert await values(secrets) == [b"t2"]
    assert await values(secrets, PSEUDONYMS) == [b"pseudonyms", b"p1", b"p2"]
