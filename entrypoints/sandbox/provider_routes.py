"""The provider's calls over the sandbox rooms: the same for Dyte and for RealtimeKit."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from aiohttp import web
from pydantic import BaseModel, HttpUrl

from adapters.sandbox.rooms import Participant, Room
from adapters.sandbox.webhooks import ALL_EVENTS, Registration
from domain.meeting import Guest, MeetingId, PersonId, Preset
from entrypoints.http.bodies import read_model
from entrypoints.sandbox import provider_json as show
from entrypoints.sandbox.control import WORLD
from entrypoints.sandbox.faults import ENTRY


class MeetingBody(BaseModel):
    """POST /meetings: nothing is required."""

    title: str | None = None


class UpdateBody(BaseModel):
    """PATCH /meetings/{id}: nothing is required."""

    status: Literal["ACTIVE", "INACTIVE"] | None = None


class ParticipantBody(BaseModel):
    """POST …/participants"""

    preset_name: str
    custom_participant_id: str
    name: str | None = None
    picture: HttpUrl | None = None


class EditBody(BaseModel):
    """PATCH …/participants/{id}: nothing is required."""

    name: str | None = None
    picture: HttpUrl | None = None
    preset_name: str | None = None


class WebhookBody(BaseModel):
    """POST /webhooks."""

    name: str
    url: HttpUrl
    events: list[str]
    enabled: bool = True


class WebhookEditBody(BaseModel):
    """PATCH /webhooks/{id}: nothing is required."""

    name: str | None = None
    url: HttpUrl | None = None
    events: list[str] | None = None
    enabled: bool | None = None


class NotThereError(Exception):
    """There is nothing at this path; the message is the provider's."""


class BadRequestError(Exception):
    """The provider refuses the request; the message is the provider's."""


async def create_meeting(request: web.Request) -> web.Response:
    body = await read_model(request, MeetingBody)
    rooms = request.app[WORLD].rooms
    opened = await rooms.open(body.title or "")
    room = rooms.room(opened.id)
    room.prefix = request.app[PREFIX]
    return show.success(_meeting(request, room), status=201)


async def list_meetings(request: web.Request) -> web.Response:
    """``search`` matches the id or a part of the title."""
    search = request.query.get("search", "")
    rooms = [
        room
        for room in request.app[WORLD].rooms.rooms.values()
        if search == room.meeting.id or search in (room.meeting.title or "")
    ]
    rows, paging = show.page([_meeting(request, room) for room in rooms], request)
    return show.success(rows, paging=paging)


async def get_meeting(request: web.Request) -> web.Response:
    return show.success(_meeting(request, _room(request)))


async def update_meeting(request: web.Request) -> web.Response:
    room = _room(request)
    body = await read_model(request, UpdateBody)
    if body.status is not None:
        request.app[WORLD].rooms.set_status(room.meeting.id, body.status)
    return show.success(_meeting(request, room))


async def add_participant(request: web.Request) -> web.Response:
    room = request.app[WORLD].rooms.open_room(_room(request).meeting.id)
    body = await read_model(request, ParticipantBody)
    person = PersonId(body.custom_participant_id)
    request[ENTRY].about = request[ENTRY].about._replace(person=person)
    if person in room.participants:
        return show.failure(409, "Participant with this custom_participant_id already exists")
    picture = None if body.picture is None else str(body.picture)
    guest = Guest(person, body.name or "", _preset(body.preset_name), picture)
    admission = await request.app[WORLD].rooms.admit(guest, room.meeting.id)
    data = show.participant(room.participants[person])
    return show.success({**data, "token": admission.token}, status=201)


async def list_participants(request: web.Request) -> web.Response:
    everyone = [show.participant(one) for one in _room(request).participants.values()]
    rows, paging = show.page(everyone, request)
    return show.success(rows, paging=paging)


async def edit_participant(request: web.Request) -> web.Response:
    room, participant = _participant(request)
    body = await read_model(request, EditBody)
    old = participant.guest
    guest = Guest(
        id=old.id,
        name=old.name if body.name is None else body.name,
        preset=old.preset if body.preset_name is None else _preset(body.preset_name),
        picture=old.picture if body.picture is None else str(body.picture),
    )
    admission = await request.app[WORLD].rooms.admit(guest, room.meeting.id)
    return show.success({**show.participant(participant), "token": admission.token})


async def refresh_token(request: web.Request) -> web.Response:
    room, _ = _participant(request)
    request.app[WORLD].rooms.open_room(room.meeting.id)
    return show.success({"token": request.app[WORLD].rooms.new_token()})


async def active_session(request: web.Request) -> web.Response:
    room = _room(request)
    if room.active_session is None:
        raise NotThereError(f"No active session found for meeting_id {room.meeting.id}")
    return show.success(show.session(room, room.active_session))


async def kick_all(request: web.Request) -> web.Response:
    room = _room(request)
    if room.active_session is None:
        raise NotThereError(f"No active session found for meeting_id {room.meeting.id}")
    count = request.app[WORLD].calls.kick_all(room)
    return show.success({"action": "kick-all", "kicked_participants_count": count})


async def list_sessions(request: web.Request) -> web.Response:
    """``status`` and ``associated_id`` narrow the list. Dyte's paging stands inside ``data``, that
    of RealtimeKit beside it."""
    wanted = {name: request.query.get(name) for name in ("status", "associated_id")}
    rows = [
        show.session(room, session)
        for room in request.app[WORLD].rooms.rooms.values()
        for session in room.sessions
    ]
    found = [row for row in rows if all(wanted[name] in {None, row[name]} for name in wanted)]
    shown, paging = show.page(found, request)
    if request.app[PREFIX] == "dyte":
        return show.success({"sessions": shown, "paging": paging})
    return show.success({"sessions": shown}, paging=paging)


async def session_participants(request: web.Request) -> web.Response:
    wanted = request.match_info["session"]
    for room in request.app[WORLD].rooms.rooms.values():
        for session in room.sessions:
            if session.id == wanted:
                everyone = [show.session_participant(peer) for peer in session.peers]
                rows, paging = show.page(everyone, request)
                return show.success({"participants": rows, "paging": paging})
    raise NotThereError(f"No session found with id {wanted}")


async def list_presets(request: web.Request) -> web.Response:
    rows, paging = show.page([{"id": name, "name": name} for name in Preset], request)
    return show.success(rows, paging=paging)


async def register_webhook(request: web.Request) -> web.Response:
    body = await read_model(request, WebhookBody)
    world = request.app[WORLD]
    if any(known.url == str(body.url) for known in world.webhooks.registrations.values()):
        return show.failure(409, "Webhook with this url already exists")
    _check_events(body.events)
    now = world.rooms.timestamp()
    registration = Registration(
        id=world.rooms.new_id(),
        name=body.name,
        url=str(body.url),
        events=body.events,
        enabled=body.enabled,
        created_at=now,
        updated_at=now,
    )
    world.webhooks.registrations[registration.id] = registration
    return show.success(show.webhook(registration), status=201)


async def list_webhooks(request: web.Request) -> web.Response:
    known = request.app[WORLD].webhooks.registrations.values()
    return show.success([show.webhook(registration) for registration in known])


async def edit_webhook(request: web.Request) -> web.Response:
    world, wanted = request.app[WORLD], request.match_info["webhook"]
    body = await read_model(request, WebhookEditBody)
    _check_events(body.events or [])
    registration = world.webhooks.registrations.get(wanted)
    if registration is None:
        raise NotThereError("No webhook found with this id")
    changes = body.model_dump(mode="json", exclude_none=True)
    edited = replace(registration, **changes, updated_at=world.rooms.timestamp())
    world.webhooks.registrations[wanted] = edited
    return show.success(show.webhook(edited))


async def delete_webhook(request: web.Request) -> web.Response:
    known = request.app[WORLD].webhooks.registrations
    registration = known.pop(request.match_info["webhook"], None)
    if registration is None:
        raise NotThereError("No webhook found with this id")
    return show.success(show.webhook(registration))


PREFIX = web.AppKey("webhook_header_prefix", str)

ROUTES = (
    web.post("/meetings", create_meeting),
    web.get("/meetings", list_meetings),
    web.get("/meetings/{meeting}", get_meeting),
    web.patch("/meetings/{meeting}", update_meeting),
    web.post("/meetings/{meeting}/participants", add_participant),
    web.get("/meetings/{meeting}/participants", list_participants),
    web.patch("/meetings/{meeting}/participants/{participant}", edit_participant),
    web.post("/meetings/{meeting}/participants/{participant}/token", refresh_token),
    web.get("/meetings/{meeting}/active-session", active_session),
    web.post("/meetings/{meeting}/active-session/kick-all", kick_all),
    web.get("/sessions", list_sessions),
    web.get("/sessions/{session}/participants", session_participants),
    web.get("/presets", list_presets),
    web.post("/webhooks", register_webhook),
    web.get("/webhooks", list_webhooks),
    web.patch("/webhooks/{webhook}", edit_webhook),
    web.delete("/webhooks/{webhook}", delete_webhook),
)


def _meeting(request: web.Request, room: Room) -> show.Json:
    return show.meeting(room, with_region=request.app[PREFIX] == "dyte")


def _room(request: web.Request) -> Room:
    return request.app[WORLD].rooms.room(MeetingId(request.match_info["meeting"]))


def _participant(request: web.Request) -> tuple[Room, Participant]:
    room, wanted = _room(request), request.match_info["participant"]
    for participant in room.participants.values():
        if participant.id == wanted:
            return room, participant
    raise NotThereError(f"No participant found with id {wanted}")


def _check_events(events: Sequence[str]) -> None:
    if unknown := set(events) - set(ALL_EVENTS):
        raise BadRequestError(f'BAD_REQUEST: "events" {sorted(unknown)} are not sent here')


def _preset(name: str) -> Preset:
    if name not in set(Preset):
        raise BadRequestError(f"No preset found with name {name}")
    return Preset(name)
