"""One operation of the interface: the record that registers the route and documents it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel


class Access(Enum):
    """Who may call an operation. What a caller may do with it, the use cases decide."""

    ANYONE = "anyone"
    CALLER = "a known caller"
    LEAVER = "a known caller, or the holder of a leave ticket"
    PROVIDER = "anyone; the use case checks the provider's signature"
    OPERATOR = "a service with the operator role"
    METRICS = "a program with the metrics role, or an operator"
    DEVELOPER = "anyone while both partners are sandbox twins, else an operator"


class Metered(Enum):
    """Whose calls of an operation count towards the limit per minute."""

    NOBODY = "nobody"
    PEOPLE = "doctors and holders of leave tickets"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Reply:
    """A success answer: its meaning in Portuguese, and an example of its body.

    ``headers`` maps a header's name to its description. ``media`` without a model is a text.
    """

    status: int
    meaning: str
    model: type[BaseModel] | None = None
    example: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """``problems`` are the slugs of its own errors, beside those that any request may get.

    Several ``bodies`` are alternatives. ``headers`` are optional request headers; ``patterns`` has
    regular expressions for some of them. ``query`` is the model of the query string; ``numbers`` is
    the model of a path whose parameters are numbers, not identifiers. One that ``reads`` storage
    answers ``timed-out`` when that takes too long.
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
    reads: bool = False

    @property
    def route(self) -> web.RouteDef:
        """With ``numbers`` it matches digits only, so another path may have a word there."""
        path = re.sub(r"\{(\w+)\}", r"{\1:[0-9]+}", self.path) if self.numbers else self.path
        return web.route(self.method, path, self.handler)


OPERATION = web.RequestKey("operation", Operation)
"""The operation that a request has reached."""
OPERATIONS = web.AppKey("operations", tuple[Operation, ...])
