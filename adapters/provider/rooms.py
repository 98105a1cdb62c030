"""VideoProvider over the provider's REST API."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import structlog

from adapters.partner_api import PartnerApi
from adapters.provider import wire
from adapters.provider.profile import Profile
from domain.errors import (
    Partner,
    PartnerMisconfiguredError,
    PartnerNotFoundError,
    PartnerRefusedError,
    UnknownMeetingError,
)
from domain.live_list import LivePage
from domain.meeting import Admission, Guest, Inside, Meeting, MeetingId, Preset, opened_since

PAGE = 100
MOST_PAGES = 50
MOST_LIVE_PAGES = 200
NO_PRESET = re.compile(r"no preset found|preset.*not found", re.IGNORECASE)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ProviderRooms:
    """``presets`` has the provider's names of the contract's presets."""

    api: PartnerApi
    profile: Profile
    presets: Mapping[Preset, str]

    async def open(self, title: str) -> Meeting:
        body = wire.meeting_body(title, with_region=self.profile.sends_region)
        with _meetings_are_there():
            return wire.meeting(await self.api.call("POST", "meetings", body=body, item=None))

    async def opened_within(self, title: str, seconds: float) -> list[Meeting]:
        """The provider's search also finds ids and parts of titles, and promises no order."""
        rows = [row async for row in self._rows(None, "meetings", search=title)]
        since = self.api.clock.at_newest_answer() - seconds
        return opened_since(
            [wire.meeting_of(row) for row in rows if wire.has_id(row)], title, since
        )

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        try:
            return await self._add(guest, meeting)
        except PartnerNotFoundError as error:
            raise UnknownMeetingError("the provider has no such meeting") from error
        except PartnerRefusedError as error:
            if NO_PRESET.search(error.hint):
                log.error("partner.preset_missing", preset=self.presets[guest.preset])
                raise PartnerMisconfiguredError(Partner.VIDEO, "preset missing") from error
            raise

    async def active_session(self, meeting: MeetingId) -> str | None:
        """The provider answers 404 when there is no session, also for an unknown meeting."""
        try:
            answer = await self.api.call("GET", "meetings", meeting, "active-session", item=meeting)
        except PartnerNotFoundError:
            return None
        return wire.needed(wire.data_of(answer), "id")

    async def inside(self, meeting: MeetingId) -> Inside | None:
        session = await self.active_session(meeting)
        if session is None:
            return None
        rows = [row async for row in self._rows(meeting, "sessions", session, "participants")]
        return Inside(session, wire.open_peers(rows))

    async def live_pages(self) -> AsyncIterator[LivePage]:
        """Oldest first, so that a session that begins meanwhile moves no other."""
        query = {"status": "LIVE", "sort_by": "createdAt", "sort_order": "ASC"}
        async for rows, total in self._pages(None, MOST_LIVE_PAGES, "sessions", **query):
            yield LivePage([wire.live_session(row) for row in rows], total)

    async def close(self, meeting: MeetingId) -> None:
        """What the provider answers to kick-all without a session is not documented: whatever it
        refuses, it is asked whether there is one."""
        path = ("meetings", meeting)
        try:
            await self.api.send("PATCH", *path, body=wire.INACTIVE, item=meeting)
        except PartnerNotFoundError as error:
            raise UnknownMeetingError("the provider has no such meeting") from error
        try:
            await self.api.send("POST", *path, "active-session", "kick-all", item=meeting)
        except (PartnerNotFoundError, PartnerRefusedError):
            if await self.active_session(meeting) is not None:
                raise

    async def _add(self, guest: Guest, meeting: MeetingId) -> Admission:
        body = wire.participant_body(guest, self.presets[guest.preset])
        path = ("meetings", meeting, "participants")
        try:
            answer = await self.api.call("POST", *path, body=body, item=meeting)
        except PartnerRefusedError as error:
            if not wire.is_there_already(error):
                raise
            present = await self._find(guest, meeting)
            if present is None:
                raise
            return await self._readmit(guest, meeting, present)
        data = wire.data_of(answer)
        return wire.admission(data, wire.needed(data, "token"), guest)

    async def _readmit(self, guest: Guest, meeting: MeetingId, present: wire.Json) -> Admission:
        """Update a participant's record to the guest's data, then refresh the token."""
        preset = self.presets[guest.preset]
        path = ("meetings", meeting, "participants", wire.needed(present, "id"))
        if wire.differs(present, guest, preset):
            body = wire.edit_body(guest, preset)
            edited = await self.api.call("PATCH", *path, body=body, item=meeting)
            present = {**present, **wire.data_of(edited)}
        refreshed = wire.data_of(await self.api.call("POST", *path, "token", item=meeting))
        return wire.admission(present, wire.needed(refreshed, "token"), guest)

    async def _find(self, guest: Guest, meeting: MeetingId) -> wire.Json | None:
        async for row in self._rows(meeting, "meetings", meeting, "participants"):
            if row.get("custom_participant_id") == guest.id:
                return row
        return None

    async def _rows(
        self, meeting: MeetingId | None, *path: str, **query: str
    ) -> AsyncIterator[wire.Json]:
        """All rows of a list, of one meeting or of all."""
        async for rows, _ in self._pages(meeting, MOST_PAGES, *path, **query):
            for row in rows:
                yield row

    async def _pages(
        self, meeting: MeetingId | None, most: int, *path: str, **query: str
    ) -> AsyncIterator[tuple[list[wire.Json], int | None]]:
        """Each page's rows and the total that it tells. Whether pages count from 0 or from 1 is not
        documented, so the first two pages may be the same. After them a page with nothing new ends
        the walk, as the total does."""
        seen: set[object] = set()
        for page in range(most):
            paged = {**query, "page_no": str(page), "per_page": str(PAGE)}
            with nullcontext() if meeting else _meetings_are_there():
                answer = await self.api.call("GET", *path, query=paged, item=meeting)
            rows, total = wire.list_of(answer, path[-1]), wire.total_of(answer)
            yield rows, total
            new = {row["id"] for row in rows if isinstance(row.get("id"), str | int)} - seen
            seen |= new
            if (total is not None and len(seen) >= total) or (page and not rows):
                return
            if page > 1 and not new:
                return


@contextmanager
def _meetings_are_there() -> Iterator[None]:
    """A 404 on ``/meetings`` or ``/sessions`` itself means that the base URL is wrong."""
    try:
        yield
    except PartnerNotFoundError as error:
        log.error("partner.base_url_wrong", partner=Partner.VIDEO.value)
        raise PartnerMisconfiguredError(Partner.VIDEO, "no meetings at this URL") from error
