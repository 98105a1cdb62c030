"""The typed places in the application where stands what operators need."""

from aiohttp import web

from application.explain_presence import ExplainPresence
from domain.inbox import Inbox
from entrypoints.operations.corrections import Corrections

INBOX = web.AppKey[Inbox]("inbox")
EXPLAIN_PRESENCE = web.AppKey("explain_presence", ExplainPresence)
CORRECTIONS = web.AppKey("corrections", Corrections)
