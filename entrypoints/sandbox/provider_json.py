"""The provider's answers: envelope, errors and objects (provider document)."""

from collections.abc import Sequence

import orjson
from aiohttp import web

from adapters.sandbox.events import ORGANIZATION
from adapters.sandbox.rooms import Participant, Peer, Room, Session
from adapters.sandbox.webhooks import Registration

Json = dict[str, object]


def success(data: object, *, status: int = 200, **beside: object) -> web.Response:
    return _json({"success": True, "data": data, **beside}, status)


def failure(status: int, message: str) -> web.Response:
    return _json({"success": False, "error": {"code": status, "message": message}}, status)


def unauthorized() -> web.Response:
    """Without the envelope, as the provider answers it."""
    return _json({"message": "Unauthorized"}, 401)


def page(rows: Sequence[Json], request: web.Request) -> tuple[list[Json], Json]:
    """One page of rows by ``page_no`` (from 1; 0 is the first too) and ``per_page``."""
    size = max(1, int(request.query.get("per_page", "20")))
    start = max(0, int(request.query.get("page_no", "1")) - 1) * size
    shown = list(rows[start : start + size])
    end = start + len(shown)
    return shown, {"total_count": len(rows), "start_offset": start, "end_offset": end}


def meeting(room: Room, *, with_region: bool) -> Json:
    known = room.meeting
    region = {"preferred_region": known.preferred_region} if with_region else {}
    return {
        "id": known.id,
        "title": known.title,
        **region,
        "created_at": known.created_at,
        "record_on_start": known.record_on_start,
        "updated_at": known.updated_at,
        "live_stream_on_start": known.live_stream_on_start,
        "persist_chat": known.persist_chat,
        "summarize_on_end": known.summarize_on_end,
        "status": known.status,
    }


def participant(participant: Participant) -> Json:
    guest = participant.guest
    return {
        "id": participant.id,
        "name": guest.name,
        "picture": guest.picture,
        "custom_participant_id": guest.id,
        "preset_name": guest.preset,
        "created_at": participant.created_at,
        "updated_at": participant.updated_at,
    }


def session(room: Room, session: Session) -> Json:
    return {
        "id": session.id,
        "associated_id": room.meeting.id,
        "meeting_display_name": room.meeting.title,
        "type": "meeting",
        "status": "LIVE" if session.ended_at is None else "ENDED",
        "live_participants": len(session.open_peers),
        "max_concurrent_participants": len(session.peers),
        "minutes_consumed": 0,
        "organization_id": ORGANIZATION,
        "started_at": session.started_at,
        "created_at": session.started_at,
        "updated_at": session.ended_at or session.started_at,
        **({} if session.ended_at is None else {"ended_at": session.ended_at}),
    }


def session_participant(peer: Peer) -> Json:
    guest = peer.participant.guest
    return {
        "id": peer.id,
        "user_id": peer.participant.id,
        "custom_participant_id": guest.id,
        "display_name": guest.name,
        "preset_name": guest.preset,
        "joined_at": peer.joined_at,
        "left_at": peer.left_at,
        "duration": 0,
        "created_at": peer.joined_at,
        "updated_at": peer.left_at or peer.joined_at,
    }


def webhook(registration: Registration) -> Json:
    return {
        "id": registration.id,
        "name": registration.name,
        "url": registration.url,
        "events": list(registration.events),
        "created_at": registration.created_at,
        "updated_at": registration.updated_at,
        "enabled": registration.enabled,
    }


def _json(document: Json, status: int) -> web.Response:
    return web.Response(body=orjson.dumps(document), status=status, content_type="application/json")
