"""Calls to the service, each with its answer and its duration in the history."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import orjson

from tests.chaos.history import History
from tests.chaos.service import Instance

PATIENCE = aiohttp.ClientTimeout(total=30)
SIGNATURE = "dyte-signature"
SERVICE_KEY, OPERATOR_KEY, METRICS_KEY = "vck_canary-portal", "vck_canary-plantao", "vck_canary-m"


Heard = Callable[[int | None, str, bytes, Mapping[str, str]], None]
"""Takes a status, what was called, what came back, and by what they are the secrets that went there
or back beside it."""


class Caller:
    """``heard`` is told of everything that the service tells, so that canaries are looked for."""

    def __init__(
        self,
        history: History,
        client: aiohttp.ClientSession,
        heard: Heard,
    ) -> None:
        self.history = history
        self.client = client
        self.heard = heard

    async def call(
        self,
        what: str,
        to: Instance,
        path: str,
        body: object = None,
        *,
        method: str = "POST",
        key: str | None = SERVICE_KEY,
        headers: dict[str, str] | None = None,
        about: Mapping[str, object] | None = None,
    ) -> tuple[int | None, dict[str, Any]]:
        """The status, None when no answer came; and the JSON object."""
        number = self.history.number()
        self.history.add("call", call=number, what=what, to=to.number, **(about or {}))
        given = {**({"Authorization": f"Bearer {key}"} if key else {}), **(headers or {})}
        data = body if isinstance(body, bytes) else None if body is None else orjson.dumps(body)
        began = self.history.time
        try:
            async with self.client.request(
                method, to.url + path, data=data, headers=given, timeout=PATIENCE
            ) as answer:
                told = await answer.read()
                status: int | None = answer.status
                outcome = answer.headers.get("Webhook-Outcome")
                ticket = answer.headers.get("X-Leave-Ticket")
        except (aiohttp.ClientError, OSError, TimeoutError, asyncio.IncompleteReadError):
            told, status, outcome, ticket = b"", None, None, None
        took = round(self.history.time - began, 4)
        more = {} if outcome is None else {"outcome": outcome}
        self.history.add("answer", call=number, status=status, took=took, **more)
        secrets = {"a leave ticket": ticket, "a signature": given.get(SIGNATURE)}
        self.heard(status, what, told, {name: one for name, one in secrets.items() if one})
        document = _object(told)
        if ticket is not None:
            document["ticket"] = ticket
        return status, document


def _object(told: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(told)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
