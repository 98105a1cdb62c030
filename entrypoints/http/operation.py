"""One operation of the interface: the record that registers the route and documents it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel


class Access(Enum):
    """Who may call an operation at all. What a caller may do there is a use case's business."""

    ANYONE = "anyone"
    CALLER = "a known caller"
    LEAVER = "a known caller, or whoever holds a ticket to leave"
    OPERATOR = "a service with the operator role"
    DEVELOPER = "anyone while both partners are twins, else an operator"


class Metered(Enum):
    """Whose calls of an operation are counted, so many a minute."""

    NOBODY = "nobody's"
    PEOPLE = "those of doctors and of leavers"
    EVERYBODY = "everybody's"


@dataclass(frozen=True, slots=True)
class Reply:
    """A success: what it means, in Portuguese, and an example of its body.

    ``headers`` maps a header's name to what it says.
    """

    status: int
    meaning: str
    model: type[BaseModel] | None = None
    example: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """``problems`` are the slugs it may answer beyond those that any request may meet.

    Several ``bodies`` are alternatives. ``headers`` are the request's, all optional; ``patterns``
    has those that must be of a form. ``query`` documents and parses what follows the path;
    ``numbers`` a path whose parts are numbers and not identifiers.
    """

    method: str
    path: str
    handler: Handler
    id: str
    tag: str
    summary: str
    access: Access
    replies: tuple[Reply, ...]
    description: str = ""
    bodies: tuple[type[BaseModel], ...] = ()
    body_types: tuple[str, ...] = ("application/json",)
    body_example: object = None
    problems: tuple[str, ...] = ()
    metered: Metered = Metered.NOBODY
    headers: Mapping[str, str] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    numbers: type[BaseModel] | None = None
    query: type[BaseModel] | None = None

    @property
    def route(self) -> web.RouteDef:
        """A word is no number, so it may stand in its place on another path."""
        path = re.sub(r"\{(\w+)\}", r"{\1:[0-9]+}", self.path) if self.numbers else self.path
        return web.route(self.method, path, self.handler)


OPERATION = web.RequestKey("operation", Operation)
"""The one that a request has reached."""
OPERATIONS = web.AppKey("operations", tuple[Operation, ...])
