"""Visits in figures over HTTP, and a visit as a row for whoever reads it."""

from typing import Self

from aiohttp import web
from pydantic import BaseModel

from domain.span import Ended
from domain.visit import Visit
from entrypoints.http.queries import read_query
from entrypoints.operators.answers import answered
from entrypoints.operators.app_keys import COUNT_VISITS
from entrypoints.operators.schemas import VisitsQuery
from entrypoints.operators.times import shown_time


class VisitRow(BaseModel):
    """One visit, without people; null for what did not happen."""

    referral: str
    meeting: str
    opened: str | None
    firstIn: str | None  # noqa: N815
    lastOut: str | None  # noqa: N815
    bothInsideSeconds: int  # noqa: N815
    connections: int
    ended: Ended | None
    corrected: bool
    estimated: bool

    @classmethod
    def of(cls, visit: Visit) -> Self:
        return cls(
            referral=visit.referral,
            meeting=visit.meeting,
            opened=_shown(visit.opened),
            firstIn=_shown(visit.first_in),
            lastOut=_shown(visit.last_out),
            bothInsideSeconds=int(visit.both_inside),
            connections=visit.connections,
            ended=visit.ended,
            corrected=visit.corrected,
            estimated=visit.estimated,
        )


class VisitsReply(BaseModel):
    """Visits in the order in which their meetings became known, and what to go on after."""

    visits: list[VisitRow]
    next: int | None


async def list_visits(request: web.Request) -> web.Response:
    query = read_query(request, VisitsQuery)
    visits, last = await request.app[COUNT_VISITS](
        since=query.since or 0.0, after=query.after or 0, limit=query.limit
    )
    return answered(VisitsReply(visits=[VisitRow.of(visit) for visit in visits], next=last))


def _shown(at: float | None) -> str | None:
    return None if at is None else shown_time(at)
