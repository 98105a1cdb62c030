"""Typed keys of what handlers need; the application sets each once, at start."""

from aiohttp import web

from adapters.metrics import Bound, Metrics
from adapters.trace import Spans
from application.close_meeting import CloseMeeting
from application.join_meeting import JoinMeeting
from application.leave_meeting import LeaveMeeting
from application.receive_webhook import ReceiveWebhook
from application.report_presence import ReportPresence
from application.see_presence import SeePresence
from application.start_meeting import StartMeeting
from application.watch_presence import WatchPresence
from domain.ports.callers import LeaveTickets, Pseudonyms
from domain.ports.operators import AuditLog
from entrypoints.http.access.allowances import Allowances
from entrypoints.http.access.credentials import Credentials
from entrypoints.http.unwanted_events import UnwantedEvents
from entrypoints.readiness import Readiness
from entrypoints.scrape import Scrape

START_MEETING = web.AppKey("start_meeting", StartMeeting)
JOIN_MEETING = web.AppKey("join_meeting", JoinMeeting)
CLOSE_MEETING = web.AppKey("close_meeting", CloseMeeting)
REPORT_PRESENCE = web.AppKey("report_presence", ReportPresence)
LEAVE_MEETING = web.AppKey("leave_meeting", LeaveMeeting)
SEE_PRESENCE = web.AppKey("see_presence", SeePresence)
WATCH_PRESENCE = web.AppKey("watch_presence", WatchPresence)
RECEIVE_WEBHOOK = web.AppKey("receive_webhook", ReceiveWebhook)
CREDENTIALS = web.AppKey("credentials", Credentials)
TICKETS: web.AppKey[LeaveTickets] = web.AppKey("tickets", LeaveTickets)
LOOP_MARK = web.AppKey("loop_mark", str)
PSEUDONYMS: web.AppKey[Pseudonyms] = web.AppKey("pseudonyms", Pseudonyms)
AUDIT_LOG: web.AppKey[AuditLog] = web.AppKey("audit_log", AuditLog)
ALLOWANCES = web.AppKey("allowances", Allowances)
READINESS = web.AppKey("readiness", Readiness)
METRICS = web.AppKey("metrics", Metrics)
REQUESTS = web.AppKey("requests", Bound)
SCRAPE = web.AppKey("scrape", Scrape)
UNWANTED_EVENTS = web.AppKey("unwanted_events", UnwantedEvents)
SPANS: web.AppKey[Spans | None] = web.AppKey("spans")
