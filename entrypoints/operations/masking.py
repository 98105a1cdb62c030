"""Bodies of webhooks without the names of people."""

import orjson

MASK = "***"
NAMES = {"name", "userDisplayName"}
DEEPEST = 32


def masked(body: bytes) -> object:
    """The JSON of a body with every name masked, and whatever is nested too deep to be an event's;
    a body that is no JSON is only measured."""
    try:
        return _mask(orjson.loads(body), DEEPEST)
    except orjson.JSONDecodeError:
        return f"{len(body)} bytes that are no JSON"


def _mask(value: object, depth: int) -> object:
    if isinstance(value, dict | list) and not depth:
        return MASK
    if isinstance(value, dict):
        return {
            key: MASK if key in NAMES else _mask(inner, depth - 1) for key, inner in value.items()
        }
    return [_mask(inner, depth - 1) for inner in value] if isinstance(value, list) else value
