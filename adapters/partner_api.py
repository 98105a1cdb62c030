"""Calls to a partner. Whatever goes wrong is a PartnerError.

Nothing is retried here: only the caller knows whether a call may be repeated. Time-outs are the
session's; they begin after the wait for a turn.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

import aiohttp
import orjson
import structlog
from yarl import URL

from adapters.partner_answer import read_answer, read_success
from adapters.partner_clock import PartnerClock
from adapters.partner_exchange import Answer, Request, exchange
from adapters.partner_signs import Signs
from adapters.request_id import REQUEST_ID
from domain.errors import (
    Partner,
    PartnerBrokenError,
    PartnerError,
    PartnerMisconfiguredError,
    PartnerUnavailableError,
)
from domain.policies.pace import NoTurnError, Pace

LARGEST_ANSWER = 8 * 1024 * 1024
"""Bytes of an answer whose body is needed: a referral may be some MiB long."""
ENOUGH = 1024 * 1024
"""Bytes that are read of an answer whose body is not needed."""
PATIENCE = 2.0  # seconds; a call that would wait longer for its turn fails at once
ITS_PATH = ""

Json = Mapping[str, object]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PartnerApi:
    """The partner at ``base_url``, which has no slash at its end.

    ``authorization`` and ``headers`` are sent as they are, and shown nowhere. ``pace`` keeps us
    within what the partner allows; ``clock`` knows what time it is there. Each path segment is
    percent-encoded, so an id can never name another path.

    ``item`` is what a refusal is about: the path when it is left out; None when only we could be
    refused. One item's refusal (``about_item``) says nothing about others; when five different ones
    in a row answer 403, our credentials were refused.
    """

    partner: Partner
    session: aiohttp.ClientSession
    base_url: str
    authorization: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    pace: Pace | None = None
    clock: PartnerClock = field(default_factory=PartnerClock, repr=False, compare=False)
    signs: Signs = field(default_factory=Signs, repr=False, compare=False)

    async def call(
        self,
        method: str,
        *segments: str,
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
        item: str | None = ITS_PATH,
    ) -> dict[str, object]:
        """The JSON object that the partner answers; raises a PartnerError for all else."""
        about = item if item != ITS_PATH else "/".join(segments) or None
        answer = await self._answer(method, segments, body, query, LARGEST_ANSWER)
        with self._weighed(answer, about, needs_body=True):
            if not answer.whole:
                raise PartnerBrokenError(self.partner, f"{answer.status} with an endless body")
            return read_answer(self.partner, answer.status, answer.headers, answer.body)

    async def send(
        self,
        method: str,
        *segments: str,
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
        item: str | None = ITS_PATH,
    ) -> None:
        """A call whose answer's body is not needed: a 2xx is a success when its body is empty, JSON
        of any kind or plain text, however long. Raises a PartnerError for all else."""
        about = item if item != ITS_PATH else "/".join(segments) or None
        answer = await self._answer(method, segments, body, query, ENOUGH)
        with self._weighed(answer, about, needs_body=False):
            read_success(
                self.partner, answer.status, answer.headers, answer.body, whole=answer.whole
            )

    @contextmanager
    def _weighed(self, answer: Answer, item: str | None, *, needs_body: bool) -> Iterator[None]:
        """What an answer means after those before it. Operators are told what is theirs to mend."""
        try:
            yield
        except PartnerError as error:
            meant = (
                self.signs.read_page(error, needs_body=needs_body)
                if answer.instead
                else self.signs.read_refusal(error, item)
            )
            if isinstance(meant, PartnerMisconfiguredError):
                log.error("partner.misconfigured", reason=str(meant))
            if meant is error:
                raise
            raise meant from error
        self.signs.succeeded(needs_body=needs_body)

    async def _answer(
        self,
        method: str,
        segments: tuple[str, ...],
        body: Json | None,
        query: Mapping[str, str] | None,
        most: int,
    ) -> Answer:
        await self._turn()
        path = "".join(f"/{quote(segment, safe='')}" for segment in segments)
        url = URL(self.base_url + path, encoded=True)
        data = None if body is None else orjson.dumps(body)
        request = Request(method, url, query, self._headers(body), data, most)
        answer = await exchange(self.partner, self.session, request)
        self.clock.hear(answer.headers)
        return answer

    async def _turn(self) -> None:
        if self.pace is None:
            return
        try:
            await self.pace.turn(patience=PATIENCE)
        except NoTurnError as error:
            raise PartnerUnavailableError(
                self.partner, "our share of its rate is used up", retry_after=math.ceil(error.wait)
            ) from error

    def _headers(self, body: Json | None) -> dict[str, str]:
        headers = {**self.headers, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.authorization is not None:
            headers["Authorization"] = self.authorization
        if request_id := REQUEST_ID.get():
            headers["X-Request-ID"] = request_id
        return headers
