"""What an operator sees of a webhook's body."""

import orjson

from entrypoints.operations.masking import masked


def test_names_are_masked_wherever_they_stand_and_nothing_else_is() -> None:
    body = {"name": "canary", "peers": [{"userDisplayName": {"first": "canary"}, "id": "p-1"}]}

    assert masked(orjson.dumps(body)) == {
        "name": "***",
        "peers": [{"userDisplayName": "***", "id": "p-1"}],
    }


def test_what_is_nested_deeper_than_any_event_is_not_followed() -> None:
    shown = orjson.dumps(masked(b"[" * 1000 + b'"canary"' + b"]" * 1000))

    assert shown.startswith(b"[[[")
    assert shown.count(b"***") == 1
    assert b"canary" not in shown


def test_a_body_that_is_no_json_is_only_measured() -> None:
    assert masked(b"canary{") == "7 bytes that are no JSON"
