"""The id of the request in hand, so that logs and partners can tell what belongs together."""

from contextvars import ContextVar

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
