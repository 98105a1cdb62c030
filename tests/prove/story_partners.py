"""The provider and the attendance service of the random story, true to its consultations."""

import heapq
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from adapters.provider import wire
from domain.errors import Partner, PartnerTimeoutError
from domain.live_list import LivePage, LiveSession
from domain.meeting import Inside, MeetingId, PersonId
from domain.presence import Seat
from domain.referral import Referral, ReferralId
from tests.application.conftest import Clock
from tests.prove.consultations import NOT_YET, Consultation

A_CALL = 0.4
A_PAGE = 100
UNKNOWN_OUTCOME = 0.1
"""The share of updates that time out; half of them take effect all the same, seconds later."""


@dataclass
class Later:
    """What is to happen when."""

    now: Callable[[], float]
    _due: list[tuple[float, int, Callable[[], Awaitable[object] | None]]] = field(
        default_factory=list
    )
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def at(self, seconds: float, deed: Callable[[], Awaitable[object] | None]) -> None:
        heapq.heappush(self._due, (seconds, next(self._numbers), deed))

    async def happen(self) -> None:
        while self._due and self._due[0][0] <= self.now():
            _, _, deed = heapq.heappop(self._due)
            if (waited := deed()) is not None:
                await waited


@dataclass
class Partners:
    """The provider and the attendance service, as the consultations are."""

    clock: Clock
    chance: random.Random
    later: Later
    faults_end: float
    consultations: dict[MeetingId, Consultation] = field(default_factory=dict)
    shown: dict[Seat, bool] = field(default_factory=dict)

    async def active_session(self, meeting: MeetingId) -> str | None:
        self.clock.pass_by(A_CALL)
        session = self.consultations[meeting].session
        return session.id if session else None

    async def inside(self, meeting: MeetingId) -> Inside | None:
        if await self.active_session(meeting) is None:
            return None
        self.clock.pass_by(A_CALL)
        session = self.consultations[meeting].session
        if session is None:
            return None
        rows: list[wire.Json] = [
            {
                "id": row.peer,
                "custom_participant_id": row.person,
                "joined_at": _instant(row.joined),
                "left_at": self.chance.choice(NOT_YET) if row.left is None else _instant(row.left),
            }
            for row in session.rows
        ]
        return Inside(session.id, wire.open_peers(rows))

    async def live_pages(self) -> AsyncIterator[LivePage]:
        live = [one for one in self.consultations.values() if one.session]
        for start in range(0, max(1, len(live)), A_PAGE):
            self.clock.pass_by(A_CALL)
            page = [one for one in live[start : start + A_PAGE] if one.session]
            yield LivePage(
                [
                    LiveSession(one.session.id, one.meeting, len(one.session.open))
                    for one in page
                    if one.session
                ],
                sum(one.session is not None for one in self.consultations.values()),
            )

    async def referral(self, referral: ReferralId) -> Referral:
        number = referral.removeprefix("enc-")
        return Referral(referral, PersonId(f"dra-{number}"), PersonId(f"dr-{number}"))

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        if self.clock() < self.faults_end and self.chance.random() < UNKNOWN_OUTCOME:
            if self.chance.random() < 0.5:
                at = self.clock() + self.chance.uniform(0, 12)
                self.later.at(at, partial(self.shown.update, {seat: in_meeting}))
            raise PartnerTimeoutError(Partner.ATTENDANCE, "no answer in time")
        self.shown[seat] = in_meeting


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
