"""Real keys, real signatures: only the provider's own bytes get through."""

import random

import pytest

from adapters.provider.signature import is_signed, load_key
from tests.rsa_keys import key

BODY = '{"event":"meeting.ended","meeting":{"title":"José"}}'.encode()


def test_the_providers_signature_over_these_bytes_is_good() -> None:
    assert is_signed(load_key(key("ours").public_pem), BODY, key("ours").sign(BODY))


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace(b":", b": "),
        BODY + b"\n",
        b"",
        b'{"event":"meeting.ended","meeting":{"title":"Jos\\u00e9"}}',
    ],
)
def test_the_same_json_in_other_bytes_is_not(body: bytes) -> None:
    assert not is_signed(load_key(key("ours").public_pem), body, key("ours").sign(BODY))


@pytest.mark.parametrize("signature", ["", "=", "not base64!", "AAAA", "é", "A" * 10_000])
def test_what_is_no_signature_is_no_error_either(signature: str) -> None:
    assert not is_signed(load_key(key("ours").public_pem), BODY, signature)


def test_another_key_is_not_the_providers() -> None:
    assert not is_signed(load_key(key("ours").public_pem), BODY, key("theirs").sign(BODY))


def test_no_flipped_bit_gets_through() -> None:
    public, signature = load_key(key("ours").public_pem), key("ours").sign(BODY)
    dice = random.Random(7)
    for _ in range(300):
        body = bytearray(BODY)
        body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
        assert not is_signed(public, bytes(body), signature)


def test_one_signature_has_one_spelling() -> None:
    public, signature = load_key(key("ours").public_pem), key("ours").sign(BODY)
    assert signature.endswith("==")
    others = [f"{signature[:-3]}{last}==" for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"]

    assert [spelling for spelling in others if is_signed(public, BODY, spelling)] in (
        [],
        [signature],
    )


def test_line_breaks_in_a_pem_may_be_written_out() -> None:
    pem = key("ours").public_pem

    assert load_key(pem.replace("\n", "\\n")).public_numbers() == load_key(pem).public_numbers()


@pytest.mark.parametrize(
    "pem", ["", "x", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]
)
def test_what_is_no_key_is_a_value_error(pem: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_key(pem)
