"""The id of the current request, which log lines and calls to partners carry."""

from contextvars import ContextVar

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
