"""The typed places in the application where the resolved use cases stand."""

from aiohttp import web

from application.handle_session_end import HandleSessionEnd
from application.join_meeting import JoinMeeting
from application.leave_meeting import LeaveMeeting
from application.report_presence import ReportPresence
from application.start_meeting import StartMeeting

START_MEETING = web.AppKey("start_meeting", StartMeeting)
JOIN_MEETING = web.AppKey("join_meeting", JoinMeeting)
REPORT_PRESENCE = web.AppKey("report_presence", ReportPresence)
LEAVE_MEETING = web.AppKey("leave_meeting", LeaveMeeting)
HANDLE_SESSION_END = web.AppKey("handle_session_end", HandleSessionEnd)
