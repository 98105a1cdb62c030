"""What people do in a sandbox meeting; each action sends events to the registered webhooks."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.sandbox import events
from adapters.sandbox.rooms import Peer, Room, SandboxRooms, Session
from domain.errors import DomainError, Kind
from domain.meeting import MeetingId, PersonId

EVERYONE_LEFT = "ALL_PARTICIPANTS_LEFT"
HOST_ENDED = "HOST_ENDED_MEETING"


class ImpossibleDeedError(DomainError):
    """The person is not admitted or not inside, or the meeting has no active session."""

    slug = "sandbox-impossible"
    kind = Kind.REFUSED


@dataclass(slots=True)
class SandboxCalls:
    """``tell`` takes an event's body and its headers' prefix, and returns before delivering."""

    rooms: SandboxRooms
    tell: Callable[[events.Event, str], None]

    def join(self, meeting: MeetingId, person: PersonId) -> Peer:
        """One more peer of an admitted person; the first one starts a session."""
        room = self.rooms.room(meeting)
        participant = room.participants.get(person)
        if participant is None:
            raise ImpossibleDeedError("that person was not admitted")
        if not room.is_active:
            raise ImpossibleDeedError("an INACTIVE meeting lets nobody in")
        session = room.active_session or self._start(room)
        peer = Peer(self.rooms.new_id(), participant, self.rooms.timestamp())
        session.peers.append(peer)
        self.tell(events.participant_joined(room, session, peer), room.prefix)
        return peer

    def drop(self, meeting: MeetingId, person: PersonId) -> None:
        """The person's connections break; the session waits for them to come back."""
        room, session = self._session(meeting)
        for peer in self._peers_of(session, person):
            self._close(room, session, peer)

    def reconnect(self, meeting: MeetingId, person: PersonId) -> Peer:
        """A short network failure: the new peer's join is sent before the old peers' leave."""
        room, session = self._session(meeting)
        old = [peer for peer in session.open_peers if peer.participant.guest.id == person]
        fresh = self.join(meeting, person)
        for peer in old:
            self._close(room, session, peer)
        return fresh

    def leave(self, meeting: MeetingId, person: PersonId, peer: str | None = None) -> None:
        """Close one peer of a person, or all; when nobody is left inside, the session ends."""
        room, session = self._session(meeting)
        for leaving in self._peers_of(session, person, peer):
            self._close(room, session, leaving)
        if not session.open_peers:
            self._end(room, session, EVERYONE_LEFT)

    def everyone_leaves(self, meeting: MeetingId) -> None:
        room, session = self._session(meeting)
        for peer in session.open_peers:
            self._close(room, session, peer)
        self._end(room, session, EVERYONE_LEFT)

    def host_ends(self, meeting: MeetingId) -> None:
        """Only the session's end is sent, not that anybody left, as the provider does."""
        room, session = self._session(meeting)
        now = self.rooms.timestamp()
        for peer in session.open_peers:
            peer.left_at = now
        self._end(room, session, HOST_ENDED)

    def kick_all(self, room: Room) -> int:
        """How many people were thrown out. Everybody's leave is sent, and that the host ended it:
        the provider documents two reasons, and its own button for that does the same."""
        session = room.active_session
        if session is None:
            return 0
        thrown_out = {peer.participant.guest.id for peer in session.open_peers}
        for peer in session.open_peers:
            self._close(room, session, peer)
        self._end(room, session, HOST_ENDED)
        return len(thrown_out)

    def _session(self, meeting: MeetingId) -> tuple[Room, Session]:
        room = self.rooms.room(meeting)
        if room.active_session is None:
            raise ImpossibleDeedError("nobody is in this meeting")
        return room, room.active_session

    def _peers_of(self, session: Session, person: PersonId, peer: str | None = None) -> list[Peer]:
        inside = [
            candidate
            for candidate in session.open_peers
            if candidate.participant.guest.id == person and peer in {None, candidate.id}
        ]
        if not inside:
            raise ImpossibleDeedError("that person is not inside")
        return inside

    def _start(self, room: Room) -> Session:
        session = Session(self.rooms.new_id(), self.rooms.timestamp())
        room.sessions.append(session)
        self.tell(events.meeting_started(room, session), room.prefix)
        return session

    def _close(self, room: Room, session: Session, peer: Peer) -> None:
        peer.left_at = self.rooms.timestamp()
        self.tell(events.participant_left(room, session, peer), room.prefix)

    def _end(self, room: Room, session: Session, reason: str) -> None:
        session.ended_at = self.rooms.timestamp()
        self.tell(events.meeting_ended(room, session, reason), room.prefix)
