"""One HTTP exchange with a partner: bytes out, bytes in, and every failure a PartnerError."""

from collections.abc import Mapping
from typing import NamedTuple

import aiohttp
from yarl import URL

from adapters.partner_answer import is_page
from domain.errors import (
    Partner,
    PartnerBrokenError,
    PartnerTimeoutError,
    PartnerUnavailableError,
)


class Request(NamedTuple):
    """What is asked; ``most`` bounds the bytes that are read of the answer."""

    method: str
    url: URL
    query: Mapping[str, str] | None
    headers: Mapping[str, str]
    body: bytes | None
    most: int


class Answer(NamedTuple):
    """What came; ``whole`` is False when there was more than was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool

    @property
    def instead(self) -> bool:
        """Whether somebody else seems to have answered: a page of theirs, or the way to one."""
        return self.status < 400 and (self.status >= 300 or is_page(self.headers, self.body))


async def exchange(partner: Partner, session: aiohttp.ClientSession, request: Request) -> Answer:
    """Redirects are not followed. Raises a PartnerError when there is no answer."""
    try:
        return await _exchange(session, request)
    except TimeoutError as error:
        raise PartnerTimeoutError(partner, f"no answer to {request.method} in time") from error
    except aiohttp.ClientPayloadError as error:
        raise PartnerBrokenError(partner, "the answer broke off") from error
    except (aiohttp.ClientConnectionError, OSError) as error:
        raise PartnerUnavailableError(partner, f"no connection: {type(error).__name__}") from error
    except aiohttp.ClientError as error:
        raise PartnerBrokenError(partner, f"not HTTP: {type(error).__name__}") from error


async def _exchange(session: aiohttp.ClientSession, request: Request) -> Answer:
    async with session.request(
        request.method,
        request.url,
        params=request.query,
        data=request.body,
        headers=request.headers,
        allow_redirects=False,
    ) as response:
        data = await _read(response, request.most)
        return Answer(response.status, response.headers, data, len(data) <= request.most)


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, or its beginning with more than ``most`` bytes; the rest is never asked for."""
    data = bytearray()
    async for chunk in response.content.iter_any():
        data += chunk
        if len(data) > most:
            break
    return bytes(data)
