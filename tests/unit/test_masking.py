"""What an operator sees of a webhook's body."""

import orjson

from entrypoints.operators.masking import MOST_VALUES, masked


def test_only_what_is_known_to_be_no_name_and_no_secret_is_shown() -> None:
    body = {
        "event": "recording.statusUpdate",
        "name": "canary",
        "recording": {"downloadUrl": "https://canary", "fileSize": 7, "tags": ["canary"]},
        "peers": [{"userDisplayName": {"first": "canary"}, "id": "p-1"}],
    }

    assert masked(orjson.dumps(body)) == {
        "event": "recording.statusUpdate",
        "name": "***",
        "recording": {"downloadUrl": "***", "fileSize": 7, "tags": ["***"]},
        "peers": [{"userDisplayName": {"first": "***"}, "id": "p-1"}],
    }


def test_what_is_nested_deeper_than_any_event_is_not_followed() -> None:
    shown = orjson.dumps(masked(b"[" * 1000 + b'"canary"' + b"]" * 1000))

    assert shown.startswith(b"[[[")
    assert shown.count(b"***") == 1
    assert b"canary" not in shown


def test_a_body_that_is_no_json_is_only_measured() -> None:
    assert masked(b"canary{") == "7 bytes that are no JSON"


def test_a_body_that_would_be_costly_to_show_is_only_measured() -> None:
    body = b"[" + b"{}," * MOST_VALUES + b"0]"

    assert masked(body) == f"{len(body)} bytes that are no JSON"
