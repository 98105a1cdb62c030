"""What a team would write in Python: FastAPI, pydantic models and one httpx client.

``PARTNERS=… uvicorn tests.bench.fastapi_httpx:app``. It has the contract's four operations and its
checks; it authenticates nobody, verifies no signature, stores and logs nothing.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import httpx
from fastapi import FastAPI, Request
from pydantic import BaseModel


class StartBody(BaseModel):
    titleMeet: str  # noqa: N815


class User(BaseModel):
    name: str
    avatar: str
    id: str


class JoinBody(BaseModel):
    user: User
    idMeet: str  # noqa: N815
    type_preset: Literal["group_call_host", "group_call_participant"]


class LeaveBody(BaseModel):
    doctorID: str  # noqa: N815
    referralID: str  # noqa: N815
    meetID: str  # noqa: N815


class Meeting(BaseModel):
    id: str | None = None
    sessionId: str | None = None  # noqa: N815
    title: str


class WebhookBody(BaseModel):
    event: str
    meeting: Meeting
    reason: str


class MeetingData(BaseModel):
    id: str
    title: str
    preferred_region: str | None
    created_at: str
    record_on_start: bool
    updated_at: str
    live_stream_on_start: bool
    persist_chat: bool
    summarize_on_end: bool
    status: str
    recording_config: str = "NOT_CONFIGURED"


class MeetingReply(BaseModel):
    data: MeetingData


class ParticipantData(BaseModel):
    id: str
    name: str
    picture: str | None
    custom_participant_id: str
    preset_name: str
    created_at: str
    updated_at: str
    token: str


class ParticipantReply(BaseModel):
    data: ParticipantData


class Message(BaseModel):
    message: str = "Videochamada atualizada com sucesso!"


@asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncIterator[None]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(
        base_url=os.environ["PARTNERS"], headers={"Authorization": "Basic a2V5"}, limits=limits
    ) as client:
        application.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/api/dyte/meeting", status_code=201)
async def start(body: StartBody, request: Request) -> MeetingReply:
    asked = {"title": body.titleMeet, "preferred_region": "ap-south-1"}
    asked_all = {**asked, "record_on_start": False, "live_stream_on_start": False}
    answer = await request.app.state.client.post("/v2/meetings", json=asked_all)
    answer.raise_for_status()
    return MeetingReply.model_validate(answer.json())


@app.post("/api/dyte/participants", status_code=201)
async def join(body: JoinBody, request: Request) -> ParticipantReply:
    asked = {
        "custom_participant_id": body.user.id,
        "name": body.user.name,
        "picture": body.user.avatar,
        "preset_name": body.type_preset,
    }
    path = f"/v2/meetings/{body.idMeet}/participants"
    answer = await request.app.state.client.post(path, json=asked)
    answer.raise_for_status()
    return ParticipantReply.model_validate(answer.json())


@app.post("/api/update-doctor-meet")
async def leave(body: LeaveBody, request: Request) -> Message:
    await _out(request.app.state.client, body.referralID, body.meetID, body.doctorID)
    return Message()


@app.post("/api/dyte/webhook")
async def webhook(body: WebhookBody, request: Request) -> Message:
    client: httpx.AsyncClient = request.app.state.client
    if body.reason == "ALL_PARTICIPANTS_LEFT":
        referral, meeting = body.meeting.title, body.meeting.id or ""
        answer = await client.get(f"/attendance-service/referrals/{referral}")
        answer.raise_for_status()
        found = answer.json()
        doctors = found["solicitante"]["id"], found["especialista"]["id"]
        await asyncio.gather(*(_out(client, referral, meeting, doctor) for doctor in doctors))
    return Message()


async def _out(client: httpx.AsyncClient, referral: str, meeting: str, doctor: str) -> None:
    path = f"/attendance-service/referrals/{referral}/meetings/{meeting}/user"
    answer = await client.post(path, json={"inMeeting": False, "userId": doctor})
    answer.raise_for_status()
