"""One JSON call to a partner. Every exception of the HTTP client becomes a PartnerError.

Nothing is retried here: only the caller knows whether a call may be repeated. Time-outs are the
session's; they begin after the wait for a turn.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import aiohttp
import orjson
import structlog
from yarl import URL

from adapters.partner_answer import read_answer
from adapters.request_id import REQUEST_ID
from domain.errors import (
    Partner,
    PartnerBrokenError,
    PartnerMisconfiguredError,
    PartnerTimeoutError,
    PartnerUnavailableError,
)
from domain.policies.pace import NoTurnError, Pace

LARGEST_ANSWER = 1024 * 1024  # bytes
PATIENCE = 2.0  # seconds; a call that would wait longer for its turn fails at once
PSEUDONYM = "videochamadas"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PartnerApi:
    """The partner at ``base_url``, which has no slash at its end.

    ``authorization`` is the header's value; no repr shows it. ``pace`` keeps calls within the
    partner's rate limit.
    """

    partner: Partner
    session: aiohttp.ClientSession
    base_url: str
    authorization: str | None = field(default=None, repr=False)
    pace: Pace | None = None

    async def call(
        self,
        method: str,
        *segments: str,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, object]:
        """The JSON object that the partner answers; raises a PartnerError otherwise.

        Each path segment is percent-encoded, so an id can never name another path.
        """
        await self._turn()
        try:
            status, headers, data = await self._exchange(method, segments, body, query)
        except TimeoutError as error:
            raise PartnerTimeoutError(self.partner, f"no answer to {method} in time") from error
        except aiohttp.ClientPayloadError as error:
            raise PartnerBrokenError(self.partner, "the answer broke off") from error
        except (aiohttp.ClientConnectionError, OSError) as error:
            reason = type(error).__name__
            raise PartnerUnavailableError(self.partner, f"no connection: {reason}") from error
        except aiohttp.ClientError as error:
            raise PartnerBrokenError(self.partner, f"not HTTP: {type(error).__name__}") from error
        try:
            return read_answer(self.partner, status, headers, data)
        except PartnerMisconfiguredError as error:
            log.error("partner.misconfigured", reason=str(error))
            raise

    async def _turn(self) -> None:
        if self.pace is None:
            return
        try:
            await self.pace.turn(patience=PATIENCE)
        except NoTurnError as error:
            raise PartnerUnavailableError(
                self.partner, "our share of its rate is used up", retry_after=math.ceil(error.wait)
            ) from error

    async def _exchange(
        self,
        method: str,
        segments: tuple[str, ...],
        body: Mapping[str, object] | None,
        query: Mapping[str, str] | None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        path = "".join(f"/{quote(segment, safe='')}" for segment in segments)
        async with self.session.request(
            method,
            URL(self.base_url + path, encoded=True),
            params=query,
            data=None if body is None else orjson.dumps(body),
            headers=self._headers(body),
            allow_redirects=False,
        ) as response:
            return response.status, response.headers, await self._read(response)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        data = bytearray()
        async for chunk in response.content.iter_any():
            data += chunk
            if len(data) > LARGEST_ANSWER:
                raise PartnerBrokenError(self.partner, f"{response.status} with an endless body")
        return bytes(data)

    def _headers(self, body: Mapping[str, object] | None) -> dict[str, str]:
        """``Via`` (RFC 9110, 7.6.3) lets this service detect a call to itself."""
        headers = {"Accept": "application/json", "Via": f"1.1 {PSEUDONYM}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.authorization is not None:
            headers["Authorization"] = self.authorization
        if request_id := REQUEST_ID.get():
            headers["X-Request-ID"] = request_id
        return headers
