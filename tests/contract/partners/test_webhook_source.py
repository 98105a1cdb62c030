"""Nothing that a video provider did not sign is believed, whatever its keys' server does."""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from domain.errors import BadSignatureError, KeyUnavailableError, MalformedEventError
from domain.ports.webhooks import WebhookSource
from tests.contract.partners.faults import FAULTS, Fault
from tests.contract.partners.promises import come_of

BODY = b'{"event": "meeting.ended"}'


class EveryHeader(Mapping[str, Sequence[str]]):
    """Headers in which every name has that value; ``asked`` once one was looked up."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.asked = False

    def __getitem__(self, name: str) -> Sequence[str]:
        self.asked = True
        return [self.value]

    def __iter__(self) -> Iterator[str]:
        return iter(("dyte-signature", "x-signature", "dyte-uuid", "x-request-id"))

    def __len__(self) -> int:
        return 4


class FirstHeader(EveryHeader):
    """Headers in which only the name that is looked up first has that value."""

    first = ""

    def __getitem__(self, name: str) -> Sequence[str]:
        self.first = self.first or name
        if name != self.first:
            raise KeyError(name)
        return [self.value]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_a_wrong_signature_is_refused_and_never_taken_for_none(
    webhook_source: WebhookSource, fault: Fault
) -> None:
    headers = EveryHeader("d3Jvbmc=")

    came = await come_of(lambda: webhook_source.verify(headers, BODY))

    assert came is not True, "verify must not believe a wrong signature"
    if headers.asked or came is not False:
        assert isinstance(came, BadSignatureError | KeyUnavailableError), (
            "a wrong signature must be raised as a BadSignatureError, or as a KeyUnavailableError "
            "when there is no key to check it with"
        )


async def test_a_webhook_without_a_signature_is_not_believed(
    webhook_source: WebhookSource,
) -> None:
    came = await come_of(lambda: webhook_source.verify({}, BODY))

    assert came is not True, "verify must not believe a webhook without a signature"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b"[]", b"null", b"[" * 100_000])
async def test_a_body_that_is_no_json_object_is_a_malformed_event(
    webhook_source: WebhookSource, body: bytes
) -> None:
    async def read() -> object:
        return webhook_source.read(body)

    came = await come_of(read)

    assert isinstance(came, MalformedEventError), (
        "read must raise MalformedEventError for what is no JSON object"
    )


def test_a_delivery_without_headers_has_no_id(webhook_source: WebhookSource) -> None:
    assert webhook_source.delivery_id({}) is None, "delivery_id must be None without an id"


@pytest.mark.parametrize("value", ["x" * 129, "ç", ""])
def test_an_id_of_a_delivery_is_at_most_128_ascii_characters(
    webhook_source: WebhookSource, value: str
) -> None:
    told = webhook_source.delivery_id(FirstHeader(value)) or ""

    assert told.isascii(), "an id of a delivery must be ASCII, or None"
    assert len(told) <= 128, "an id of a delivery must have at most 128 characters, or be None"
