"""Convert the provider's JSON to domain values and back. Pure: no I/O here.

The envelope is ``{"success": true, "data": …}``. A field of another type than documented counts as
absent; only an id and a participant's token are required.
"""

import re
from typing import TypeVar

from adapters.provider.instants import has_left
from domain.errors import Partner, PartnerBrokenError, PartnerRefusedError
from domain.live_list import LiveSession
from domain.meeting import Admission, Guest, Meeting, MeetingId, PersonId

Json = dict[str, object]
T = TypeVar("T")
THERE_ALREADY = re.compile(r"already|duplicate|exists", re.IGNORECASE)


def meeting_body(title: str, *, with_region: bool) -> Json:
    """Exactly the contract's payload; RealtimeKit has no ``preferred_region``."""
    region = {"preferred_region": "ap-south-1"} if with_region else {}
    return {"title": title, **region, "record_on_start": False, "live_stream_on_start": False}


INACTIVE: Json = {"status": "INACTIVE"}
"""What nobody can join any more (provider document)."""


def participant_body(guest: Guest, preset_name: str) -> Json:
    """The preset is always sent: without it, the provider admits anybody as host."""
    return {"custom_participant_id": guest.id, **edit_body(guest, preset_name)}


def edit_body(guest: Guest, preset_name: str) -> Json:
    """The fields of a participant that can change; without a picture, the old one stays."""
    picture = {} if guest.picture is None else {"picture": guest.picture}
    return {"name": guest.name, **picture, "preset_name": preset_name}


def data_of(answer: Json) -> Json:
    """The object inside the envelope; raises PartnerBrokenError when there is none."""
    data = answer.get("data")
    if not isinstance(data, dict):
        raise PartnerBrokenError(Partner.VIDEO, "an answer without data")
    return data


def list_of(answer: Json, name: str) -> list[Json]:
    """A page's objects, whether ``data`` is the list or holds it under a name."""
    data = answer.get("data")
    rows = data.get(name) if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise PartnerBrokenError(Partner.VIDEO, f"an answer without {name}")
    return [row for row in rows if isinstance(row, dict)]


def total_of(answer: Json) -> int | None:
    """How many rows there are in all, whether ``paging`` stands beside ``data`` or inside it."""
    data = answer.get("data")
    paging = answer.get("paging") or (data.get("paging") if isinstance(data, dict) else None)
    total = paging.get("total_count") if isinstance(paging, dict) else None
    return int(total) if isinstance(total, int | float) else None


def meeting(answer: Json) -> Meeting:
    """The meeting that an answer is about."""
    return meeting_of(data_of(answer))


def meeting_of(data: Json) -> Meeting:
    """A meeting, without the content of its recording configuration (storage credentials)."""
    return Meeting(
        id=MeetingId(needed(data, "id")),
        title=_maybe(data, "title", str),
        preferred_region=_maybe(data, "preferred_region", str),
        created_at=_maybe(data, "created_at", str),
        record_on_start=_maybe(data, "record_on_start", bool),
        updated_at=_maybe(data, "updated_at", str),
        live_stream_on_start=_maybe(data, "live_stream_on_start", bool),
        persist_chat=_maybe(data, "persist_chat", bool),
        summarize_on_end=_maybe(data, "summarize_on_end", bool),
        status=_maybe(data, "status", str),
        recording_config=_recording(data.get("recording_config")),
    )


def admission(data: Json, token: str, guest: Guest) -> Admission:
    """A participant's record and token as an admission of that guest."""
    return Admission(
        participant_id=needed(data, "id"),
        guest_id=guest.id,
        preset=guest.preset,
        token=token,
        name=_maybe(data, "name", str),
        picture=_maybe(data, "picture", str),
        created_at=_maybe(data, "created_at", str),
        updated_at=_maybe(data, "updated_at", str),
    )


def open_peers(rows: list[Json]) -> frozenset[tuple[str, PersonId]]:
    """The session's participants who have not left; a row's id is the connection's (provider
    document)."""
    return frozenset(
        (id_of(row), PersonId(id_of(row, "custom_participant_id")))
        for row in rows
        if row.get("id") and not has_left(row.get("joined_at"), row.get("left_at"))
    )


def id_of(row: Json, name: str = "id") -> str:
    """An id as text, empty when there is none. Raises PartnerBrokenError for what can be none."""
    told = row.get(name) or ""
    if not isinstance(told, str | int):
        raise PartnerBrokenError(Partner.VIDEO, f"an answer with an odd {name}")
    return str(told)


def live_session(row: Json) -> LiveSession:
    """A row of the list of sessions. Without its meeting it could be anybody's: then nothing can be
    said of those that seem to be absent, so PartnerBrokenError is raised."""
    inside = row.get("live_participants")
    return LiveSession(
        id=needed(row, "id"),
        meeting=MeetingId(needed(row, "associated_id")),
        inside=int(inside) if isinstance(inside, int | float) else None,
    )


def needed(data: Json, name: str) -> str:
    """A required text; raises PartnerBrokenError when it is missing or empty."""
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise PartnerBrokenError(Partner.VIDEO, f"an answer without {name}")
    return value


def has_id(data: Json) -> bool:
    return isinstance(data.get("id"), str) and data["id"] != ""


def is_there_already(error: PartnerRefusedError) -> bool:
    """Whether what should have been made is there already: a 409, or a text that says so."""
    return error.status == 409 or THERE_ALREADY.search(error.hint) is not None


def differs(data: Json, guest: Guest, preset_name: str) -> bool:
    """Whether a participant's record differs from the guest's data and preset."""
    return any(data.get(name) != value for name, value in edit_body(guest, preset_name).items())


def _maybe(data: Json, name: str, kind: type[T]) -> T | None:
    value = data.get(name)
    return value if isinstance(value, kind) else None


def _recording(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return "CONFIGURED" if isinstance(value, dict) else "NOT_CONFIGURED"
