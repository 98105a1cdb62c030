"""Typed keys of what operators' handlers need."""

from aiohttp import web

from application.clear_presence import ClearPresence
from application.count_visits import CountVisits
from application.discard_delivery import DiscardDelivery
from application.explain_presence import ExplainPresence
from application.read_delivery import ReadDelivery
from application.retry_deliveries import RetryDeliveries
from domain.ports.operators import OperatorInbox

INBOX: web.AppKey[OperatorInbox] = web.AppKey("operator_inbox", OperatorInbox)
READ_DELIVERY = web.AppKey("read_delivery", ReadDelivery)
EXPLAIN_PRESENCE = web.AppKey("explain_presence", ExplainPresence)
COUNT_VISITS = web.AppKey("count_visits", CountVisits)
RETRY_DELIVERIES = web.AppKey("retry_deliveries", RetryDeliveries)
DISCARD_DELIVERY = web.AppKey("discard_delivery", DiscardDelivery)
CLEAR_PRESENCE = web.AppKey("clear_presence", ClearPresence)
