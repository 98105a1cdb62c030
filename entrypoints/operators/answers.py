"""Answers to operators."""

from aiohttp import web
from pydantic import BaseModel

from domain.errors import DomainError, Kind
from entrypoints.http.bodies import json_response


class NothingKnownError(DomainError):
    """Storage has nothing of that number, referral or person, or nothing to correct."""

    slug = "nothing-known"
    kind = Kind.NOT_FOUND


class CountReply(BaseModel):
    """How many deliveries or meetings were changed."""

    count: int


def answered(model: BaseModel) -> web.Response:
    """An answer that no cache may store: it is about people."""
    return json_response(model, headers={"Cache-Control": "no-store"})


def counted(count: int) -> web.Response:
    """Raises NothingKnownError when the count is 0."""
    if not count:
        raise NothingKnownError("nothing to do it to")
    return answered(CountReply(count=count))
