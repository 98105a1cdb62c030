"""The console's views as streams: each a whole document, at once and whenever it is another one.

Whoever opens a view leaves one line in the audit log; its events leave none.
"""

from collections.abc import AsyncGenerator, Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

from adapters.system import epoch
from application.operator_views import BothSides, CallsOn
from application.watched import Watched
from domain.audit import AuditEvent, AuditLine
from domain.referral import ReferralId
from entrypoints.console.calls import CallsShown
from entrypoints.console.health import HealthShown
from entrypoints.console.queues import WaitingShown
from entrypoints.console.times import moment
from entrypoints.console.watch import WatchDocument
from entrypoints.http import app_keys
from entrypoints.http.access.refusals import who
from entrypoints.http.event_stream import Written, stream
from entrypoints.http.who_is_there import ReferralPath

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
EVERY = 1.0
"""Seconds between two looks at what is watched by its view alone."""


@dataclass(frozen=True, slots=True)
class Views:
    """What each view watches; one look serves all who have it open."""

    referrals: Watched[ReferralId, BothSides]
    document: WatchDocument
    calls: Watched[str, CallsOn]
    waiting: Watched[str, WaitingShown]
    health: Watched[str, HealthShown]


VIEWS = web.AppKey("console_views", Views)


async def watch(request: web.Request) -> web.StreamResponse:
    referral, views = ReferralPath.of(request), request.app[VIEWS]
    about = f"console/watch/{request.app[app_keys.PSEUDONYMS].of(referral)}"
    documents = _documents(views.referrals, referral, views.document.of)
    return await stream(request, _opened(request, about, documents), "watch")


async def now(request: web.Request) -> web.StreamResponse:
    documents = _documents(request.app[VIEWS].calls, "now", CallsShown.of)
    return await stream(request, _opened(request, "console/now", documents), "now")


async def waiting(request: web.Request) -> web.StreamResponse:
    documents = _documents(
        request.app[VIEWS].waiting, "waiting", _as_it_is, WaitingShown.without_ages
    )
    return await stream(request, _opened(request, "console/waiting", documents), "waiting")


async def health(request: web.Request) -> web.StreamResponse:
    documents = _documents(request.app[VIEWS].health, "health", _as_it_is)
    return await stream(request, _opened(request, "console/health", documents), "health")


async def _opened(
    request: web.Request, what: str, documents: AsyncGenerator[Written]
) -> AsyncGenerator[Written]:
    """The audit line comes before the first document, and not at all when there is none."""
    try:
        first = await anext(documents)
        line = AuditLine(AuditEvent.VIEW_OPENED, who(request), what, "opened")
        await request.app[app_keys.AUDIT_LOG].record(line)
        yield first
        async for document in documents:
            yield document
    finally:
        await documents.aclose()


async def _documents(
    watched: Watched[K, T],
    key: K,
    shown: Callable[[T], M],
    said: Callable[[M], object] | None = None,
) -> AsyncGenerator[Written]:
    """``said`` is what must differ for a document to be told again; else all of it."""
    told: object = None
    with watched.watching(key) as watcher:
        while True:
            found = shown(await watcher.next())
            text = found.model_dump_json(by_alias=True)
            newest = said(found) if said else text
            if newest != told:
                told = newest
                yield Written(f'{{"at":"{moment(epoch())}",{text[1:]}')


def _as_it_is(found: M) -> M:
    return found
