"""Start a meeting and join one."""

from aiohttp import web

from domain.meeting import MeetingId
from entrypoints.http.bodies import json_response, read_model
from entrypoints.http.keys import JOIN_MEETING, START_MEETING
from entrypoints.http.schemas import (
    JoinMeetingBody,
    MeetingReply,
    ParticipantReply,
    StartMeetingBody,
)


async def start_meeting(request: web.Request) -> web.Response:
    body = await read_model(request, StartMeetingBody)
    meeting = await request.app[START_MEETING](body.titleMeet)
    return json_response(MeetingReply.of(meeting), status=201)


async def join_meeting(request: web.Request) -> web.Response:
    body = await read_model(request, JoinMeetingBody)
    admission = await request.app[JOIN_MEETING](body.guest(), MeetingId(body.idMeet))
    headers = {"Cache-Control": "no-store"}
    return json_response(ParticipantReply.of(admission), status=201, headers=headers)
