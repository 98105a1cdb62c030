"""The operations of our own OpenAPI document, from which requests are generated."""

from typing import NamedTuple

import orjson

from tests.e2e.forked import ROOT

DOCUMENT = ROOT / "docs" / "openapi.json"
KEY = "vck_generated"
"""What generated requests are sent with."""


def operations() -> list[str]:
    """Reading comes first, filling the database last: generated requests say ``0`` again and again,
    and correcting a referral of a thousand meetings, each time in all of them, takes forever."""
    filling = sorted(
        _documented(), key=lambda one: (one.method != "get", "/operations/" not in one.path)
    )
    return [one.name for one in filling]


def closed_operations() -> list[str]:
    """Those for which the document asks who calls, whatever else is sent."""
    return [one.name for one in _documented() if one.security and {} not in one.security]


class _Documented(NamedTuple):
    method: str
    path: str
    name: str
    security: list[dict[str, list[str]]]


def _documented() -> list[_Documented]:
    paths = orjson.loads(DOCUMENT.read_bytes())["paths"]
    return [
        _Documented(method, path, told["operationId"], told.get("security", []))
        for path, item in paths.items()
        for method, told in item.items()
    ]
