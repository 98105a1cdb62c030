"""The video provider, split by who asks: opening and closing meetings, admitting people, looking
into calls.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from domain.live_list import LivePage
from domain.meeting import Admission, Guest, Inside, Meeting, MeetingId


class MeetingOpener(Protocol):
    """Opens meetings."""

    async def open(self, title: str) -> Meeting:
        """Open a new meeting. Never retried inside, so one call never opens two."""
        ...

    async def opened_within(self, title: str, seconds: float) -> Sequence[Meeting]:
        """The meetings of exactly that title that were opened in the last ``seconds``.

        Oldest first. What time it is now, the provider's clock says: it may differ from ours.
        """
        ...


class GuestAdmitter(Protocol):
    """Admits people to meetings."""

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        """Admit a guest. A guest who was admitted before gets a fresh token, and the preset, name
        and picture that are asked for now.

        Raises UnknownMeetingError.
        """
        ...


class LiveCalls(Protocol):
    """Looks into the calls that are going on."""

    async def active_session(self, meeting: MeetingId) -> str | None:
        """The id of the session that is going on in a meeting; None when there is none."""
        ...

    async def inside(self, meeting: MeetingId) -> Inside | None:
        """Who is in the session that is going on; None when there is none."""
        ...

    def live_pages(self) -> AsyncIterator[LivePage]:
        """The sessions that are going on in all meetings, page by page, one call for each.

        A session may be on two pages. Ends with the page that brings their number to the total, or
        when there is no further page. Raises an error where a page fails; a provider that has no
        such list always does, and its meetings are asked about one by one.
        """
        ...


class MeetingCloser(Protocol):
    """Closes meetings."""

    async def close(self, meeting: MeetingId) -> None:
        """Let nobody in any more, whatever token he or she has, and then throw everybody out.

        Safe to repeat. Raises UnknownMeetingError when the provider has no such meeting.
        """
        ...


class VideoProvider(MeetingOpener, GuestAdmitter, LiveCalls, MeetingCloser, Protocol):
    """All that is asked of a video provider, but for its webhooks (``domain.ports.webhooks``)."""
