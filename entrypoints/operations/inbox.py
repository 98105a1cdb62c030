"""Webhooks and seats over HTTP: list, show, retry, discard."""

from aiohttp import web

from entrypoints.http.access.refusals import who
from entrypoints.http.bodies import read_model
from entrypoints.http.queries import read_query
from entrypoints.operations.answers import (
    CountReply,
    NothingKnownError,
    answered,
    counted,
)
from entrypoints.operations.keys import CORRECTIONS, INBOX
from entrypoints.operations.rows import (
    DeliveryRow,
    DeliveryShown,
    InboxReply,
    SeatRow,
    SeatsReply,
)
from entrypoints.operations.schemas import (
    DeliveryPath,
    DiscardBody,
    InboxQuery,
    RetryBody,
    SeatsQuery,
)


async def list_deliveries(request: web.Request) -> web.Response:
    query = read_query(request, InboxQuery)
    entries = await request.app[INBOX].entries(
        state=query.wanted, referral=query.referral, since=query.since, limit=query.limit
    )
    return answered(InboxReply(deliveries=[DeliveryRow.of(entry) for entry in entries]))


async def list_seats(request: web.Request) -> web.Response:
    query = read_query(request, SeatsQuery)
    seats = await request.app[INBOX].waiting_seats(referral=query.referral, limit=query.limit)
    return answered(SeatsReply(seats=[SeatRow.of(entry) for entry in seats]))


async def show_delivery(request: web.Request) -> web.Response:
    entry = await request.app[INBOX].entry(_number(request))
    if entry is None:
        raise NothingKnownError("no such webhook")
    return answered(DeliveryShown.of(entry))


async def retry_delivery(request: web.Request) -> web.Response:
    number = _number(request)
    corrections = request.app[CORRECTIONS]
    return counted(await corrections.retry(who(request), number=number, since=None))


async def retry_deliveries(request: web.Request) -> web.Response:
    """None at all is an answer too: whoever asks for all may find that nothing is dead."""
    body = await read_model(request, RetryBody)
    corrections = request.app[CORRECTIONS]
    count = await corrections.retry(who(request), number=None, since=body.since)
    return answered(CountReply(count=count))


async def discard_delivery(request: web.Request) -> web.Response:
    number = _number(request)
    body = await read_model(request, DiscardBody)
    corrections = request.app[CORRECTIONS]
    return counted(await corrections.discard(who(request), number, body.why))


def _number(request: web.Request) -> int:
    return DeliveryPath.model_validate(dict(request.match_info)).id
