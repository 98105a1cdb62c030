"""Bodies of webhooks without the names of people, and without whatever else opens a door: events of
recordings and transcripts hold addresses to fetch them from."""

import orjson

MASK = "***"
SHOWN = {
    "event",
    "reason",
    "id",
    "title",
    "status",
    "sessionId",
    "createdAt",
    "startedAt",
    "endedAt",
    "peerId",
    "customParticipantId",
    "clientSpecificId",
    "joinedAt",
    "leftAt",
    "recordingId",
    "organizationId",
}
"""The names of texts that decisions are taken on, and that people and meetings are found by."""
DEEPEST = 32


def masked(body: bytes) -> object:
    """The JSON of a body with every text masked but those that are ``SHOWN``, and with whatever is
    nested too deep to be an event's; a body that is no JSON is only measured."""
    try:
        return _mask(orjson.loads(body), DEEPEST)
    except orjson.JSONDecodeError:
        return f"{len(body)} bytes that are no JSON"


def _mask(value: object, depth: int, *, shown: bool = False) -> object:
    if isinstance(value, dict | list) and not depth:
        return MASK
    if isinstance(value, dict):
        return {key: _mask(inner, depth - 1, shown=key in SHOWN) for key, inner in value.items()}
    if isinstance(value, list):
        return [_mask(inner, depth - 1) for inner in value]
    return MASK if isinstance(value, str) and not shown else value
