import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delivery import delivery_key
from domain.policies.backoff import backoff


@pytest.mark.parametrize(
    ("failures", "longest"), [(0, 0.5), (1, 1.0), (3, 4.0), (6, 20.0), (10_000, 20.0)]
)
def test_the_longest_wait_doubles_up_to_twenty_seconds(failures: int, longest: float) -> None:
    assert backoff(failures, lambda: 1.0) == longest


@given(st.integers(0, 10**6), st.floats(0, 1))
def test_the_wait_is_spread_over_the_whole_range(failures: int, dice: float) -> None:
    assert 0 <= backoff(failures, lambda: dice) <= 20


def test_a_recognisable_body_is_its_own_key() -> None:
    first = delivery_key(b"a", recognisable=True, uuid="u", new_key=lambda: "1")

    assert first == delivery_key(b"a", recognisable=True, uuid="v", new_key=lambda: "2")
    assert first != delivery_key(b"b", recognisable=True, uuid="u", new_key=lambda: "1")


def test_another_body_needs_its_uuid_too_and_without_one_each_is_news() -> None:
    def key(uuid: str | None, new_id: str) -> str:
        return delivery_key(b"a", recognisable=False, uuid=uuid, new_key=lambda: new_id)

    assert key("u", "1") == key("u", "2") != key("v", "1")
    assert key(None, "1") != key(None, "2")
