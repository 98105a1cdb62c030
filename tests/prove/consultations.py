"""Consultations as they happen at the provider, and what its webhooks and the front end tell.

The story of one consultation: two doctors come and go in tabs, connections break and come back
under their old ids, a guest reconnects all the time, and the session ends or goes on.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import orjson

from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId

LONGEST = 420.0
"""Seconds that a consultation lasts at most."""
NOT_YET = (None, "", "null", "0001-01-01T00:00:00Z")
GUEST = PersonId("guest")


@dataclass
class Row:
    """A connection in the provider's list."""

    peer: str
    person: PersonId
    joined: float
    left: float | None = None


@dataclass
class Session:
    id: str
    rows: list[Row] = field(default_factory=list)

    @property
    def open(self) -> list[Row]:
        return [row for row in self.rows if row.left is None]


@dataclass
class Consultation:
    """``webhook`` and ``report`` send what is told, which may be lost on its way: a body, and a
    doctor with whether they are in."""

    number: int
    chance: random.Random
    now: Callable[[], float]
    webhook: Callable[[bytes], None]
    report: Callable[["Consultation", PersonId, bool], None]
    sessions: int = 0
    session: Session | None = None

    def __post_init__(self) -> None:
        self.referral = ReferralId(f"enc-{self.number}")
        self.meeting = MeetingId(f"m-{self.number}")
        self.doctors = PersonId(f"dra-{self.number}"), PersonId(f"dr-{self.number}")
        self.opened_here = self.chance.random() < 0.75
        self.guest_comes = self.chance.random() < 0.1

    def is_inside(self, person: PersonId) -> bool:
        return bool(self._rows(person))

    def deeds(self) -> Iterator[tuple[float, Callable[[], None]]]:
        """When, in seconds from its beginning, and what; the times of each person rise."""
        lasts = self.chance.uniform(60, LONGEST)
        for doctor in self.doctors:
            at = self.chance.uniform(0, 60)
            yield at, partial(self._join, doctor)
            while (at := at + self.chance.expovariate(1 / 60)) < lasts:
                yield at, partial(self._do_something, doctor)
        if self.guest_comes:
            for turn in range(int(lasts / 15)):
                yield 15.0 * turn, partial(self._reconnect, GUEST)
        yield lasts, self.chance.choice([self._host_ends, self._everyone_leaves, lambda: None])

    def _do_something(self, person: PersonId) -> None:
        tabs = len(self._rows(person))
        if not tabs:
            return self._join(person)
        deeds = [self._join, self._close_a_tab, self._close_a_tab, self._drop, self._reconnect]
        return self.chance.choice(deeds)(person)

    def _join(self, person: PersonId, peer: str | None = None) -> None:
        if self.session is None:
            self.sessions += 1
            self.session = Session(f"s-{self.number}-{self.sessions}")
        row = Row(peer or self._id(person), person, self.now())
        self.session.rows.append(row)
        self._tell("participantJoined", row)
        if person in self.doctors:
            self.report(self, person, True)

    def _id(self, person: PersonId) -> str:
        """A new connection's id, or again that of one which has gone."""
        rows = self.session.rows if self.session else []
        gone = [row.peer for row in rows if row.person == person and row.left is not None]
        free = sorted(set(gone) - {row.peer for row in self._rows(person)})
        if free and self.chance.random() < 0.5:
            return self.chance.choice(free)
        return f"{person}-{self.sessions}-{len(rows)}"

    def _close_a_tab(self, person: PersonId) -> None:
        """The closing page also sends its beacon."""
        self._leave(self.chance.choice(self._rows(person)))
        self.report(self, person, False)
        self._end_if_empty()

    def _drop(self, person: PersonId) -> None:
        for row in self._rows(person):
            self._leave(row)
        self._end_if_empty()

    def _reconnect(self, person: PersonId) -> None:
        rows = self._rows(person)
        for row in rows:
            self._leave(row)
        self._join(person, rows[0].peer if rows else None)

    def _everyone_leaves(self) -> None:
        for row in self.session.open if self.session else []:
            self._leave(row)
        self._end_if_empty()

    def _host_ends(self) -> None:
        if self.session:
            for row in self.session.open:
                row.left = self.now()
            self._end("HOST_ENDED_MEETING")

    def _leave(self, row: Row) -> None:
        row.left = self.now()
        self._tell("participantLeft", row)

    def _end_if_empty(self) -> None:
        if self.session and not self.session.open:
            self._end("ALL_PARTICIPANTS_LEFT")

    def _end(self, reason: str) -> None:
        self._send("meeting.ended", {"reason": reason})
        self.session = None

    def _rows(self, person: PersonId) -> list[Row]:
        return [row for row in self.session.open if row.person == person] if self.session else []

    def _tell(self, event: str, row: Row) -> None:
        told: dict[str, object] = {
            "peerId": row.peer,
            "customParticipantId": row.person,
            "joinedAt": self._instant(row.joined),
        }
        if row.left is not None:
            told["leftAt"] = self._instant(row.left)
            told["customParticipantId"] = self.chance.choice([row.person, row.person, None])
        self._send(f"meeting.{event}", {"participant": told})

    def _send(self, event: str, more: dict[str, object]) -> None:
        meeting = {"id": self.meeting, "title": self.referral}
        if self.session and self.chance.random() < 0.9:
            meeting["sessionId"] = self.session.id
        self.webhook(orjson.dumps({"event": event, "meeting": meeting, **more}))

    def _instant(self, seconds: float) -> str:
        zone = self.chance.choice(["Z", "+00:00"])
        told = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
        return told.replace("+00:00", zone)
