import asyncio

from adapters.storage.secrets import StoredSecrets


async def test_a_secret_is_made_once_and_then_the_same_for_everybody(
    secrets: StoredSecrets,
) -> None:
    asked = [secrets.secret("tickets", bytes([number]) * 32) for number in range(20)]

    given = await asyncio.gather(*asked)

    assert len(set(given)) == 1
    assert given[0] == bytes([given[0][0]]) * 32


async def test_secrets_of_other_names_are_others(secrets: StoredSecrets) -> None:
    assert await secrets.secret("tickets", b"a") != await secrets.secret("pseudonyms", b"b")
