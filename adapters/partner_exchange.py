"""One HTTP exchange with a partner: bytes out, bytes in, and every failure a PartnerError."""

from collections.abc import Mapping
from typing import NamedTuple

import aiohttp
import structlog
from aiohttp.payload import BytesPayload
from yarl import URL

from adapters.partner_answer import is_page
from domain.errors import (
    Partner,
    PartnerBrokenError,
    PartnerError,
    PartnerMisconfiguredError,
    PartnerTimeoutError,
    PartnerUnavailableError,
)

log = structlog.get_logger()


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
    except aiohttp.ClientHttpProxyError as error:
        raise _refused_by_proxy(partner, error.status) from error
    except aiohttp.ClientPayloadError as error:
        raise _sent(PartnerBrokenError(partner, "the answer broke off")) from error
    except aiohttp.ClientConnectorError as error:
        raise PartnerUnavailableError(partner, f"no connection: {type(error).__name__}") from error
    except (aiohttp.ClientConnectionError, OSError) as error:
        cut_off = PartnerUnavailableError(partner, f"cut off: {type(error).__name__}")
        raise _sent(cut_off) from error
    except aiohttp.ClientError as error:
        raise PartnerBrokenError(partner, f"not HTTP: {type(error).__name__}") from error


def _sent(error: PartnerError) -> PartnerError:
    """The request was on its way, so what it asks for may still happen."""
    error.may_take_effect = True
    return error


def _refused_by_proxy(partner: Partner, status: int) -> PartnerError:
    """The egress proxy answered in the partner's place: it refuses us, or finds no way."""
    if status in {403, 407}:
        reason = f"the egress proxy refused us with {status}"
        log.error("partner.misconfigured", reason=f"{partner.value}: {reason}")
        return PartnerMisconfiguredError(partner, reason)
    return PartnerUnavailableError(partner, f"no connection: the egress proxy answered {status}")


async def _exchange(session: aiohttp.ClientSession, request: Request) -> Answer:
    async with session.request(
        request.method,
        request.url,
        params=request.query,
        data=None if request.body is None else BytesPayload(request.body),
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
