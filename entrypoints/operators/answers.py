"""How operators are answered."""

from aiohttp import web
from pydantic import BaseModel

from domain.errors import DomainError, Kind
from entrypoints.http.bodies import json_response


class NothingKnownError(DomainError):
    """Storage has nothing by that number, referral or person, or nothing to be corrected."""

    slug = "nothing-known"
    kind = Kind.NOT_FOUND


class CountReply(BaseModel):
    """How many it was done to."""

    count: int


def answered(model: BaseModel) -> web.Response:
    """Nobody on the way keeps it: it is about people."""
    return json_response(model, headers={"Cache-Control": "no-store"})


def counted(count: int) -> web.Response:
    """Raises NothingKnownError when it was done to nothing."""
    if not count:
        raise NothingKnownError("nothing to do it to")
    return answered(CountReply(count=count))
