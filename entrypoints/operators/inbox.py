"""Webhooks, waiting updates and closings over HTTP: list, show, retry, discard."""

from aiohttp import web

from entrypoints.http.access.refusals import who
from entrypoints.http.bodies import read_model
from entrypoints.http.queries import read_query
from entrypoints.operators.answers import CountReply, NothingKnownError, answered, counted
from entrypoints.operators.app_keys import (
    DISCARD_DELIVERY,
    INBOX,
    READ_DELIVERY,
    RETRY_DELIVERIES,
)
from entrypoints.operators.rows import (
    ClosingRow,
    ClosingsReply,
    DeliveryRow,
    DeliveryShown,
    InboxReply,
    UpdateRow,
    UpdatesReply,
)
from entrypoints.operators.schemas import (
    DeliveryPath,
    DiscardBody,
    InboxQuery,
    RetryBody,
    WaitingQuery,
)


async def list_deliveries(request: web.Request) -> web.Response:
    query = read_query(request, InboxQuery)
    entries = await request.app[INBOX].deliveries(
        state=query.wanted, referral=query.referral, since=query.since, limit=query.limit
    )
    return answered(InboxReply(deliveries=[DeliveryRow.of(entry) for entry in entries]))


async def list_updates(request: web.Request) -> web.Response:
    query = read_query(request, WaitingQuery)
    updates = await request.app[INBOX].updates(referral=query.referral, limit=query.limit)
    return answered(UpdatesReply(updates=[UpdateRow.of(update) for update in updates]))


async def list_closings(request: web.Request) -> web.Response:
    query = read_query(request, WaitingQuery)
    closings = await request.app[INBOX].closings(referral=query.referral, limit=query.limit)
    return answered(ClosingsReply(closings=[ClosingRow.of(closing) for closing in closings]))


async def show_delivery(request: web.Request) -> web.Response:
    entry = await request.app[READ_DELIVERY](who(request), _number(request))
    if entry is None:
        raise NothingKnownError("no such webhook")
    return answered(DeliveryShown.of(entry))


async def retry_delivery(request: web.Request) -> web.Response:
    number = _number(request)
    return counted(await request.app[RETRY_DELIVERIES](who(request), number=number))


async def retry_deliveries(request: web.Request) -> web.Response:
    """A count of 0 is no error here: there may be no dead letters."""
    body = await read_model(request, RetryBody)
    count = await request.app[RETRY_DELIVERIES](who(request), since=body.since)
    return answered(CountReply(count=count))


async def discard_delivery(request: web.Request) -> web.Response:
    number = _number(request)
    body = await read_model(request, DiscardBody)
    return counted(await request.app[DISCARD_DELIVERY](who(request), number, body.why))


def _number(request: web.Request) -> int:
    return DeliveryPath.model_validate(dict(request.match_info)).id
