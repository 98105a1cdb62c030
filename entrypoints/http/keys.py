"""The typed places in the application where the resolved use cases stand."""

from aiohttp import web

from adapters.callers.pseudonyms import Pseudonyms
from adapters.provider.authenticity import Authenticity
from application.join_meeting import JoinMeeting
from application.leave_meeting import LeaveMeeting
from application.receive_webhook import ReceiveWebhook
from application.report_presence import ReportPresence
from application.start_meeting import StartMeeting
from domain.ports import Callers, LeaveTickets
from entrypoints.http.access.allowances import Allowances
from entrypoints.readiness import Readiness

START_MEETING = web.AppKey("start_meeting", StartMeeting)
JOIN_MEETING = web.AppKey("join_meeting", JoinMeeting)
REPORT_PRESENCE = web.AppKey("report_presence", ReportPresence)
LEAVE_MEETING = web.AppKey("leave_meeting", LeaveMeeting)
AUTHENTICITY = web.AppKey("authenticity", Authenticity)
RECEIVE_WEBHOOK = web.AppKey("receive_webhook", ReceiveWebhook)
CALLERS: web.AppKey[Callers] = web.AppKey("callers", Callers)
TICKETS: web.AppKey[LeaveTickets] = web.AppKey("tickets", LeaveTickets)
PSEUDONYMS = web.AppKey("pseudonyms", Pseudonyms)
ALLOWANCES = web.AppKey("allowances", Allowances)
READINESS = web.AppKey("readiness", Readiness)
