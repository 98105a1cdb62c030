import pytest

from adapters.partner_answer import read_answer
from domain.errors import (
    Partner,
    PartnerBrokenError,
    PartnerDeclinedError,
    PartnerError,
    PartnerMisconfiguredError,
    PartnerNotFoundError,
    PartnerRefusedError,
    PartnerTimeoutError,
    PartnerUnavailableError,
)

JSON = b'{"success":false,"error":{"code":1,"message":"no"}}'
HTML = b"<html>nginx</html>"


def test_a_conflict_at_the_attendance_service_may_pass() -> None:
    with pytest.raises(PartnerDeclinedError) as caught:
        read_answer(Partner.ATTENDANCE, 409, {"Retry-After": "7"}, JSON)
    assert caught.value.kind.later
    assert caught.value.retry_after == 7


def failure(status: int, body: bytes, headers: dict[str, str] | None = None) -> PartnerError:
    with pytest.raises(PartnerError) as caught:
        read_answer(Partner.VIDEO, status, headers or {}, body)
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, JSON, PartnerNotFoundError),
        (400, JSON, PartnerRefusedError),
        (405, JSON, PartnerRefusedError),
        (409, JSON, PartnerRefusedError),
        (410, JSON, PartnerNotFoundError),
        (413, JSON, PartnerRefusedError),
        (415, JSON, PartnerRefusedError),
        (422, b'{"message":"no"}', PartnerRefusedError),
        (422, b'{"type":[],"message":{"a":[]}}', PartnerRefusedError),
        (422, b'{"error":' + b"[" * 1000 + b"]" * 1000 + b"}", PartnerRefusedError),
    ],
)
def test_a_json_no_is_never(status: int, body: bytes, expected: type[PartnerError]) -> None:
    error = failure(status, body)

    assert type(error) is expected
    assert not error.kind.later


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, JSON, PartnerMisconfiguredError),
        (403, HTML, PartnerDeclinedError),
        (403, JSON, PartnerDeclinedError),
        (407, HTML, PartnerMisconfiguredError),
        (405, HTML, PartnerBrokenError),
        (410, HTML, PartnerBrokenError),
        (423, JSON, PartnerDeclinedError),
        (425, b"", PartnerUnavailableError),
        (404, HTML, PartnerBrokenError),
        (404, b"[]", PartnerBrokenError),
        (400, b"", PartnerBrokenError),
        (408, b"", PartnerTimeoutError),
        (429, b"", PartnerUnavailableError),
        (500, JSON, PartnerBrokenError),
        (503, HTML, PartnerUnavailableError),
        (504, HTML, PartnerTimeoutError),
        (508, JSON, PartnerMisconfiguredError),
        (302, b"", PartnerBrokenError),
        (200, HTML, PartnerBrokenError),
        (200, b'{"data":', PartnerBrokenError),
    ],
)
def test_everything_else_is_later(status: int, body: bytes, expected: type[PartnerError]) -> None:
    error = failure(status, body)

    assert type(error) is expected
    assert error.kind.later


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("4", 4),
        ("999999", 3600),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("-1", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_the_partners_own_advice_on_waiting_is_kept(header: str, seconds: int | None) -> None:
    assert failure(429, b"", {"Retry-After": header}).retry_after == seconds


def test_a_success_without_a_body_is_an_empty_object() -> None:
    assert read_answer(Partner.ATTENDANCE, 204, {}, b"") == {}


@pytest.mark.parametrize(
    "body",
    [
        b'{"error":{"message":"already there"}}',
        b'{"message":"already there"}',
        b'{"error":"already there"}',
    ],
)
def test_the_partners_words_are_found_in_every_envelope_and_shown_in_none(body: bytes) -> None:
    error = failure(400, body)

    assert isinstance(error, PartnerRefusedError)
    assert error.hint == "already there"
    assert "already" not in str(error)
