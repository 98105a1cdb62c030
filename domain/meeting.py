"""A meeting at the video provider, a guest, and what the guest gets on admission."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType

MeetingId = NewType("MeetingId", str)
PersonId = NewType("PersonId", str)


class Preset(StrEnum):
    """The role of a person in the call, by the contract's names."""

    HOST = "group_call_host"
    PARTICIPANT = "group_call_participant"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as the provider answered it; absent fields are None. Times are ISO 8601 texts."""

    id: MeetingId
    title: str | None = None
    preferred_region: str | None = None
    created_at: str | None = None
    record_on_start: bool | None = None
    updated_at: str | None = None
    live_stream_on_start: bool | None = None
    persist_chat: bool | None = None
    summarize_on_end: bool | None = None
    status: str | None = None
    recording_config: str | None = None

    @property
    def opened(self) -> float | None:
        """Seconds since the epoch (UTC); None when ``created_at`` is absent or unreadable."""
        try:
            told = datetime.fromisoformat(self.created_at or "")
        except ValueError:
            return None
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()


def opened_since(meetings: Iterable[Meeting], title: str, since: float) -> list[Meeting]:
    """Those of exactly that title that were opened at ``since`` or later, oldest first."""
    dated = [(meeting.opened, meeting) for meeting in meetings if meeting.title == title]
    found = [(at, meeting) for at, meeting in dated if at is not None and at >= since]
    return [meeting for _, meeting in sorted(found, key=lambda one: one[0])]


@dataclass(frozen=True, slots=True)
class KnownMeeting:
    """A meeting in the repository. ``title`` is what it was opened with, or first heard of with.

    ``opened`` is when this service opened it, in seconds since the epoch; None when it did not.
    ``closing`` is when it was asked to close it: from then on nobody joins.
    """

    title: str
    opened: float | None
    closing: float | None = None


@dataclass(frozen=True, slots=True)
class Inside:
    """A meeting's active session and its open connections, each a pair of peer and person."""

    session: str
    peers: frozenset[tuple[str, PersonId]]


@dataclass(frozen=True, slots=True)
class Guest:
    """A person who wants to enter a meeting. The picture is an https URL or nothing."""

    id: PersonId
    name: str = field(repr=False)
    preset: Preset
    picture: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Admission:
    """A guest admitted to a meeting. The token opens the call, so no repr shows it."""

    participant_id: str
    guest_id: PersonId
    preset: Preset
    token: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    picture: str | None = field(default=None, repr=False)
    created_at: str | None = None
    updated_at: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a guest gets: the admission to enter, and the ticket to leave when the page closes."""

    admission: Admission
    leave_ticket: str = field(repr=False)
