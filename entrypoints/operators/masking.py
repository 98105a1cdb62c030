"""Mask the bodies of webhooks: names of people, and secrets such as the download addresses in
events of recordings and transcripts."""

import orjson

from adapters.costly_json import is_costly

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
"""The text fields that are shown: what decisions depend on, and the ids of people and meetings."""
DEEPEST = 32
MOST_VALUES = 10_000


def masked(body: bytes) -> object:
    """The JSON of a body. Texts are masked unless their field is in ``SHOWN``; so is what is nested
    deeper than ``DEEPEST``. For a body that is no JSON, or costly to read, only its length."""
    try:
        if not is_costly(body, MOST_VALUES):
            return _mask(orjson.loads(body), DEEPEST)
    except orjson.JSONDecodeError:
        pass
    return f"{len(body)} bytes that are no JSON"


def _mask(value: object, depth: int, *, shown: bool = False) -> object:
    if isinstance(value, dict | list) and not depth:
        return MASK
    if isinstance(value, dict):
        return {key: _mask(inner, depth - 1, shown=key in SHOWN) for key, inner in value.items()}
    if isinstance(value, list):
        return [_mask(inner, depth - 1) for inner in value]
    return MASK if isinstance(value, str) and not shown else value
