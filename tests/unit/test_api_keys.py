"""Keys of services: what is configured are hashes, and several are valid at once."""

import pytest

from adapters.callers.api_keys import METRICS, OPERATOR, ApiKeys, entry_of, new_key, read_entries
from domain.caller import MetricsReader, Service
from domain.errors import InvalidCredentialsError

OLD, NEW, OTHER = (new_key(secret) for secret in ("old", "new", "other"))


def keys(*entries: str) -> ApiKeys:
    return ApiKeys(read_entries(", ".join(entries)))


async def test_an_old_key_and_its_successor_are_the_same_service() -> None:
    both = keys(entry_of(OLD, "portal"), entry_of(NEW, "portal"))

    assert await both.identify(OLD) == await both.identify(NEW) == Service("portal")


async def test_a_key_that_was_removed_is_invalid() -> None:
    with pytest.raises(InvalidCredentialsError):
        await keys(entry_of(NEW, "portal")).identify(OLD)


async def test_a_service_is_an_operator_only_where_its_entry_says_so() -> None:
    known = keys(entry_of(OLD, "portal"), entry_of(OTHER, "plantao", OPERATOR))

    assert await known.identify(OTHER) == Service("plantao", operator=True)
    assert await known.identify(OLD) == Service("portal", operator=False)


def test_an_entry_does_not_hold_the_key() -> None:
    assert OLD not in entry_of(OLD, "portal")
    assert OLD.startswith("vck_")


@pytest.mark.parametrize(
    "text",
    [
        "portal",
        "portal=",
        "=" + "0" * 64,
        "portal=" + "0" * 63,
        "portal=" + "G" * 64,
        "Portal=" + "0" * 64,
        "a b=" + "0" * 64,
        "portal:admin=" + "0" * 64,
        "portal:=" + "0" * 64,
        "portal=" + "0" * 64 + ",canary",
    ],
)
def test_an_entry_that_is_none_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="name=hash") as caught:
        read_entries(text)

    assert "canary" not in str(caught.value)


async def test_a_metrics_key_is_no_service() -> None:
    known = keys(entry_of(OLD, "prometheus", METRICS))

    assert await known.identify(OLD) == MetricsReader("prometheus")
