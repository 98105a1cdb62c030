"""Start a meeting, join one, and end it for everybody."""

from aiohttp import web

from application.sync_presence import SyncOutcome
from domain.meeting import MeetingId
from entrypoints.http.access.caller import CALLER
from entrypoints.http.access.cors import LEAVE_TICKET
from entrypoints.http.access.refusals import who
from entrypoints.http.app_keys import CLOSE_MEETING, JOIN_MEETING, START_MEETING
from entrypoints.http.bodies import API_LIMIT, json_response, parse_model, read_bytes, read_model
from entrypoints.http.deadline import answer_deadline, meeting_deadline
from entrypoints.http.idempotency import idempotency_key
from entrypoints.http.schemas import (
    JoinMeetingBody,
    MeetingPath,
    MeetingReply,
    MessageReply,
    ParticipantReply,
    StartMeetingBody,
)

ENDED = MessageReply(message="Videochamada encerrada com sucesso!")
ENDED_LATER = MessageReply(message="Encerramento recebido; será aplicado em instantes.")


async def start_meeting(request: web.Request) -> web.Response:
    read = await read_bytes(request, API_LIMIT)
    body = parse_model(StartMeetingBody, read)
    key = idempotency_key(request, read)
    async with meeting_deadline(request):
        meeting = await request.app[START_MEETING](request[CALLER], body.titleMeet, key)
    return json_response(MeetingReply.of(meeting), status=201)


async def join_meeting(request: web.Request) -> web.Response:
    body = await read_model(request, JoinMeetingBody)
    guest, meeting = body.guest(), MeetingId(body.idMeet)
    async with meeting_deadline(request):
        entry = await request.app[JOIN_MEETING](request[CALLER], guest, meeting)
    headers = {"Cache-Control": "no-store", LEAVE_TICKET: entry.leave_ticket}
    return json_response(ParticipantReply.of(entry.admission), status=201, headers=headers)


async def end_meeting(request: web.Request) -> web.Response:
    """Whatever body comes is not read."""
    meeting = MeetingId(MeetingPath.model_validate(dict(request.match_info)).meetingId)
    close = request.app[CLOSE_MEETING]
    outcome = await close(request[CALLER], who(request), meeting, answer_deadline())
    if outcome is SyncOutcome.DONE:
        return json_response(ENDED)
    return json_response(ENDED_LATER, status=202)
