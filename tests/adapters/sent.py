"""What went over the replaced wire, in order."""

from typing import NamedTuple

import orjson
from aioresponses import aioresponses


class Sent(NamedTuple):
    """One request as a partner would have seen it."""

    method: str
    path: str
    body: object
    headers: dict[str, str]


def sent(wire: aioresponses) -> list[Sent]:
    return [
        Sent(
            method,
            url.raw_path_qs,
            None if call.kwargs["data"] is None else orjson.loads(call.kwargs["data"].decode()),
            call.kwargs["headers"],
        )
        for (method, url), calls in wire.requests.items()
        for call in calls
    ]
