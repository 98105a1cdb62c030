"""A video provider's live calls as a test says, on a clock in hand: each call takes 0.4 s."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from domain.claims import WatchedMeeting
from domain.errors import Partner, PartnerBrokenError
from domain.live_list import LivePage, LiveSession
from domain.meeting import Inside, MeetingId, PersonId
from domain.ports.sweeps import LiveLists

A_CALL = 0.4  # seconds
A_PAGE = 100


async def watched_by(live_lists: LiveLists) -> list[WatchedMeeting]:
    """All parts in one list."""
    return [one async for some in live_lists.watched() for one in some]


@dataclass
class LiveProvider:
    """``peers`` has the open connections of each meeting, a pair of connection and person each.

    ``failing`` is raised by every page; ``hiding`` meetings are listed by no page, though the total
    counts them, or does not. A page takes ``taking`` seconds more, and ``meanwhile`` happens.
    Each question about a ``silent`` meeting gets ``silence``, an error. ``asked`` has the meetings
    that were asked about one by one, ``probed`` those of which only the session was asked,
    ``times`` every call.
    """

    now: Callable[[], float]
    pass_by: Callable[[float], None]
    peers: dict[MeetingId, set[tuple[str, PersonId]]] = field(default_factory=dict)
    failing: Exception | None = None
    hiding: set[MeetingId] = field(default_factory=set)
    counting_hidden: bool = True
    taking: float = 0.0
    meanwhile: Callable[[], Awaitable[None]] | None = None
    lists: int = 0
    silent: set[MeetingId] = field(default_factory=set)
    silence: Exception = field(default_factory=lambda: PartnerBrokenError(Partner.VIDEO, "a 500"))
    asked: list[MeetingId] = field(default_factory=list)
    probed: list[MeetingId] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    async def active_session(self, meeting: MeetingId) -> str | None:
        self.probed.append(meeting)
        return self._session(meeting)

    async def inside(self, meeting: MeetingId) -> Inside | None:
        self.asked.append(meeting)
        session = self._session(meeting)
        if session is None:
            return None
        self._called()
        return Inside(session, frozenset(self.peers[meeting]))

    async def live_pages(self) -> AsyncIterator[LivePage]:
        """Page 0 and page 1 are the same, as at a provider that counts from 1."""
        self.lists += 1
        live = [meeting for meeting, peers in self.peers.items() if peers]
        shown = [meeting for meeting in live if meeting not in self.hiding]
        pages = [shown[at : at + A_PAGE] for at in range(0, len(shown), A_PAGE)] or [[]]
        for page in pages if len(pages) == 1 else [pages[0], *pages]:
            self._called()
            self.pass_by(self.taking)
            if self.meanwhile:
                await self.meanwhile()
            if self.failing:
                raise self.failing
            sessions = [LiveSession(f"s-{one}", one, len(self.peers[one])) for one in page]
            yield LivePage(sessions, len(live if self.counting_hidden else shown))

    def _session(self, meeting: MeetingId) -> str | None:
        self._called()
        if meeting in self.silent:
            raise self.silence
        return f"s-{meeting}" if self.peers.get(meeting) else None

    def _called(self) -> None:
        self.times.append(self.now())
        self.pass_by(A_CALL)


def most_in_a_minute(times: Sequence[float]) -> int:
    """The most calls in any minute; the times are in order."""
    most, first = 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - 60:
            first += 1
        most = max(most, last - first + 1)
    return most
