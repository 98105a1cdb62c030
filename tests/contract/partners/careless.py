"""Adapters as they are written in a hurry. The suite must fail them.

They stand outside of the repository when they are judged: a test copies this file.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import aiohttp
import orjson

from adapters.plug_in import AdapterContext, AttendanceAdapter, VideoAdapter
from domain.errors import Partner, PartnerUnavailableError
from domain.live_list import LivePage, LiveSession
from domain.meeting import Admission, Guest, Inside, Meeting, MeetingId, PersonId
from domain.ports.webhooks import Headers
from domain.presence import Seat
from domain.referral import Referral, ReferralId
from domain.session import SessionEvent


@dataclass
class CarelessAttendance:
    """Takes any answer for success, sends half of it all, and lets every exception out."""

    session: aiohttp.ClientSession
    url: str

    async def referral(self, referral: ReferralId) -> Referral:
        async with self.session.get(f"{self.url}/encounters/{referral}") as answer:
            encounter = await answer.json()
        return Referral(referral, PersonId(encounter["requestedBy"]))

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        url = f"{self.url}/encounters/{seat.referral}/present"
        async with self.session.patch(url, json={"call": seat.meeting}):
            pass


@dataclass
class CarelessCalls:
    """Opens until it works, asks nobody who is inside, and names the wrong partner."""

    session: aiohttp.ClientSession
    url: str

    async def open(self, title: str) -> Meeting:
        for _ in range(2):
            async with self.session.post(f"{self.url}/rooms", json={"title": title}) as answer:
                if answer.ok:
                    break
        return Meeting(MeetingId("room-1"), title)

    async def opened_within(self, title: str, seconds: float) -> Sequence[Meeting]:
        async with self.session.get(f"{self.url}/rooms", params={"title": title}):
            raise PartnerUnavailableError(Partner.ATTENDANCE, "always")

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        async with self.session.post(f"{self.url}/rooms/{meeting}/guests") as answer:
            answer.raise_for_status()
        return Admission("guest-1", guest.id, guest.preset, "token-1")

    async def active_session(self, meeting: MeetingId) -> str | None:
        async with self.session.get(f"{self.url}/rooms/{meeting}/session") as answer:
            return await answer.text()

    async def inside(self, meeting: MeetingId) -> Inside | None:
        return None

    async def close(self, meeting: MeetingId) -> None:
        async with self.session.delete(f"{self.url}/rooms/{meeting}"):
            pass

    async def live_pages(self) -> AsyncIterator[LivePage]:
        async with self.session.get(f"{self.url}/sessions") as answer:
            rows = await answer.json()
        yield LivePage([LiveSession(row["id"], row["room"]) for row in rows], len(rows))


class CarelessWebhooks:
    """Tells a wrong signature from a right one, and does not say which of them it was."""

    async def verify(self, headers: Headers, body: bytes) -> bool:
        return headers.get("x-signature", [""]) == ["right"]

    def read(self, body: bytes) -> SessionEvent:
        told = orjson.loads(body) or {}
        return SessionEvent(str(told.get("event")))

    def delivery_id(self, headers: Headers) -> str | None:
        return headers["x-request-id"][0]


def attendance(context: AdapterContext) -> AttendanceAdapter:
    url = context.variable("ADAPTER_URL")
    return AttendanceAdapter(CarelessAttendance(context.session, url))


def video(context: AdapterContext) -> VideoAdapter:
    url = context.variable("ADAPTER_URL")
    return VideoAdapter(CarelessCalls(context.session, url), CarelessWebhooks())
