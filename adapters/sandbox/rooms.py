"""VideoProvider in memory: meetings, who was admitted, and the sessions that took place in them."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.errors import Partner, PartnerRefusedError, UnknownMeetingError
from domain.live_list import LivePage, LiveSession
from domain.meeting import Admission, Guest, Inside, Meeting, MeetingId, PersonId, opened_since

INACTIVE = "INACTIVE"


@dataclass(slots=True)
class Participant:
    """A guest's record; admitting the guest again changes it and keeps its id."""

    id: str
    guest: Guest
    created_at: str
    updated_at: str


@dataclass(slots=True)
class Peer:
    """One connection of a participant: a tab, a telephone. Open until it has left."""

    id: str
    participant: Participant
    joined_at: str
    left_at: str | None = None


@dataclass(slots=True)
class Session:
    """One call in a meeting, from its first peer until its end."""

    id: str
    started_at: str
    peers: list[Peer] = field(default_factory=list)
    ended_at: str | None = None

    @property
    def open_peers(self) -> list[Peer]:
        return [peer for peer in self.peers if peer.left_at is None]


@dataclass(slots=True)
class Room:
    """A meeting, who was admitted to it, and its sessions in order.

    ``prefix`` begins the headers of its webhooks: ``dyte``, or ``rtk`` at RealtimeKit.
    """

    meeting: Meeting
    prefix: str = "dyte"
    participants: dict[PersonId, Participant] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)

    @property
    def is_active(self) -> bool:
        """An INACTIVE meeting lets nobody in (provider document)."""
        return self.meeting.status != INACTIVE

    @property
    def active_session(self) -> Session | None:
        last = self.sessions[-1] if self.sessions else None
        return last if last and last.ended_at is None else None


def throw_nobody_out(room: Room) -> None:
    """For rooms that nobody acts in."""


@dataclass(slots=True)
class SandboxRooms:
    """``now`` and ``new_id`` are arguments, so that a test controls both. ``throw_out`` ends the
    session of a room that is closed."""

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    rooms: dict[MeetingId, Room] = field(default_factory=dict)
    throw_out: Callable[[Room], object] = throw_nobody_out

    async def open(self, title: str) -> Meeting:
        now = self.timestamp()
        meeting = Meeting(
            id=MeetingId(self.new_id()),
            title=title,
            preferred_region="ap-south-1",
            created_at=now,
            record_on_start=False,
            updated_at=now,
            live_stream_on_start=False,
            persist_chat=False,
            summarize_on_end=False,
            status="ACTIVE",
            recording_config="NOT_CONFIGURED",
        )
        self.rooms[meeting.id] = Room(meeting)
        return meeting

    async def opened_within(self, title: str, seconds: float) -> list[Meeting]:
        since = self.now().timestamp() - seconds
        return opened_since((room.meeting for room in self.rooms.values()), title, since)

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        room = self.open_room(meeting)
        now = self.timestamp()
        created = Participant(self.new_id(), guest, now, now)
        participant = room.participants.setdefault(guest.id, created)
        if participant.guest != guest:
            participant.guest, participant.updated_at = guest, now
        return Admission(
            participant_id=participant.id,
            guest_id=guest.id,
            preset=guest.preset,
            token=self.new_token(),
            name=guest.name,
            picture=guest.picture,
            created_at=participant.created_at,
            updated_at=participant.updated_at,
        )

    async def active_session(self, meeting: MeetingId) -> str | None:
        room = self.rooms.get(meeting)
        session = room and room.active_session
        return session.id if session else None

    async def inside(self, meeting: MeetingId) -> Inside | None:
        room = self.rooms.get(meeting)
        session = room and room.active_session
        if not session:
            return None
        peers = ((peer.id, peer.participant.guest.id) for peer in session.open_peers)
        return Inside(session.id, frozenset(peers))

    async def close(self, meeting: MeetingId) -> None:
        self.set_status(meeting, INACTIVE)
        self.throw_out(self.room(meeting))

    def set_status(self, meeting: MeetingId, status: str) -> None:
        room = self.room(meeting)
        room.meeting = replace(room.meeting, status=status, updated_at=self.timestamp())

    async def live_pages(self) -> AsyncIterator[LivePage]:
        live = [
            LiveSession(session.id, meeting, len(session.open_peers))
            for meeting, room in self.rooms.items()
            if (session := room.active_session)
        ]
        yield LivePage(live, len(live))

    def room(self, meeting: MeetingId) -> Room:
        """Raises UnknownMeetingError."""
        if meeting not in self.rooms:
            raise UnknownMeetingError("the sandbox has no such meeting")
        return self.rooms[meeting]

    def title(self, meeting: str) -> str | None:
        """Also None for a meeting that is not there."""
        room = self.rooms.get(MeetingId(meeting))
        return room.meeting.title if room else None

    def open_room(self, meeting: MeetingId) -> Room:
        """The room, if it admits people: an INACTIVE meeting is refused. How the provider does it
        is not documented. Raises UnknownMeetingError, PartnerRefusedError."""
        room = self.room(meeting)
        if not room.is_active:
            raise PartnerRefusedError(Partner.VIDEO, 400, "Meeting is INACTIVE")
        return room

    def new_token(self) -> str:
        return f"sandbox-token-{self.new_id()}"

    def timestamp(self) -> str:
        """Now, as the provider writes it: UTC with milliseconds."""
        return self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
