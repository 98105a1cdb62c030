"""The bodies of the provider's webhooks, as its documents show them. Pure."""

from typing import Any, NamedTuple

from adapters.sandbox.rooms import Peer, Room, Session

ORGANIZATION = "sandbox-organization"

Event = dict[str, Any]


class About(NamedTuple):
    """Whom and what an event or a call is about, as far as it says so. A title is taken for a
    referral, as this service does."""

    referral: str | None = None
    meeting: str | None = None
    person: str | None = None
    peer: str | None = None
    session: str | None = None


def about(event: Event) -> About:
    meeting, participant = event["meeting"], event.get("participant", {})
    who = (participant.get("customParticipantId"), participant.get("peerId"))
    return About(meeting["title"], meeting["id"], *who, meeting.get("sessionId"))


def meeting_started(room: Room, session: Session) -> Event:
    return {"event": "meeting.started", "meeting": _meeting(room, session)}


def meeting_ended(room: Room, session: Session, reason: str) -> Event:
    meeting = {**_meeting(room, session), "endedAt": session.ended_at}
    return {"event": "meeting.ended", "meeting": meeting, "reason": reason}


def participant_joined(room: Room, session: Session, peer: Peer) -> Event:
    return {
        "event": "meeting.participantJoined",
        "meeting": _meeting(room, session),
        "participant": _participant(peer),
    }


def participant_left(room: Room, session: Session, peer: Peer) -> Event:
    return {
        "event": "meeting.participantLeft",
        "meeting": _meeting(room, session),
        "participant": {**_participant(peer), "leftAt": peer.left_at},
    }


def _meeting(room: Room, session: Session) -> Event:
    """The status is LIVE also when the session has ended, as in every sample of the provider."""
    return {
        "id": room.meeting.id,
        "sessionId": session.id,
        "title": room.meeting.title,
        "status": "LIVE",
        "createdAt": room.meeting.created_at,
        "startedAt": session.started_at,
        "organizedBy": {"id": ORGANIZATION, "name": "Sandbox"},
    }


def _participant(peer: Peer) -> Event:
    guest = peer.participant.guest
    return {
        "peerId": peer.id,
        "userDisplayName": guest.name,
        "customParticipantId": guest.id,
        "clientSpecificId": guest.id,
        "joinedAt": peer.joined_at,
    }
