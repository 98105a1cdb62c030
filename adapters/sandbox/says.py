"""Who is in a meeting of the provider's twin now; the console compares that with our own."""

from datetime import datetime

from adapters.sandbox.rooms import Peer, SandboxRooms
from domain.meeting import MeetingId, PersonId
from domain.provider_says import PeerInside, ProviderSays, Source


def says(rooms: SandboxRooms, meeting: MeetingId) -> ProviderSays:
    """Nobody is inside a meeting that the twin does not have."""
    room = rooms.rooms.get(meeting)
    session = room.active_session if room else None
    peers = [peer for one in (room.sessions if room else ()) for peer in one.peers]
    return ProviderSays(
        Source.TWIN,
        session=session.id if session else None,
        inside=tuple(_inside(peer) for peer in (session.open_peers if session else ())),
        changed={_person(peer): _changed(peer) for peer in sorted(peers, key=_changed)},
    )


def _inside(peer: Peer) -> PeerInside:
    return PeerInside(_person(peer), peer.id, _seconds(peer.joined_at))


def _person(peer: Peer) -> PersonId:
    return peer.participant.guest.id


def _changed(peer: Peer) -> float:
    return _seconds(peer.left_at or peer.joined_at)


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
