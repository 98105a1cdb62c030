"""What the people of one consultation do: at the provider, in the front end, or in both."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from adapters.sandbox.calls import ImpossibleDeedError
from adapters.sandbox.events import participant_joined
from adapters.sandbox.rooms import Peer, Room, Session
from adapters.sandbox.world import SandboxWorld
from domain.errors import UnknownMeetingError
from domain.meeting import MeetingId, PersonId
from domain.referral import Referral, ReferralId
from tests.chaos.caller import OPERATOR_KEY, Caller
from tests.chaos.service import Instance
from tests.chaos.streams import watching

MEETING = "/api/dyte/meeting"
PARTICIPANTS = "/api/dyte/participants"
LEAVE = "/api/update-doctor-meet"
TRIES = 4
LOOKING = 3
"""Streams that ``look_in`` opens."""
STARTED_AGAIN = 0.6
"""The share of endings after which the front end starts again."""
NAME = "Canaria"
"""Begins every person's name; it must come out nowhere but at the provider, and in stored webhooks.
"""


@dataclass
class Consultation:
    """Two doctors and one referral. Each deed takes its own random numbers, so that leaving one out
    changes no other; one that is impossible by then does nothing."""

    number: int
    world: SandboxWorld
    caller: Caller
    instances: Sequence[Instance]
    keyed: bool
    meetings: list[str] = field(default_factory=list)
    tickets: dict[str, str] = field(default_factory=dict)
    streams: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.referral = f"enc-{self.number}"
        self.doctors = f"dra-{self.number}", f"dr-{self.number}"
        requester, specialist = map(PersonId, self.doctors)
        self.world.attendance.put(Referral(ReferralId(self.referral), requester, specialist))

    async def start(self, chance: random.Random) -> None:
        """Clicked twice sometimes; the front end tries again what failed."""
        clicks = 2 if chance.random() < 0.3 else 1
        await asyncio.gather(*(self._start(chance) for _ in range(clicks)))

    async def join(self, chance: random.Random) -> None:
        await self._join(chance.choice(self.doctors), chance)

    async def come(self, chance: random.Random) -> None:
        """Both, one after the other."""
        for doctor in self.doctors:
            await self._join(doctor, chance)
            await asyncio.sleep(chance.uniform(0, 1))

    async def second_tab(self, chance: random.Random) -> None:
        person = self._somebody_inside(chance)
        if person is not None:
            await self._join(person, chance)

    async def close_tab(self, chance: random.Random) -> None:
        """The provider notices; the closing page sends its beacon: once or more, soon or late."""
        person = self._somebody_inside(chance)
        if person is None:
            return
        peers = [peer.id for peer in self._peers(person)]
        self._do(lambda: self.world.calls.leave(self._meeting, person, chance.choice(peers)))
        late = [chance.choice([0, 0, 0.2, 2.0]) for _ in range(chance.choice([1, 1, 2, 3]))]
        await asyncio.gather(*(self._beacon(person, one, chance) for one in late))

    async def leave(self, chance: random.Random) -> None:
        """With all tabs; the front end says so by its key."""
        person = self._somebody_inside(chance)
        if person is None:
            return
        self._do(lambda: self.world.calls.leave(self._meeting, person))
        await self._report(person, chance, inside=False)

    async def drop(self, chance: random.Random) -> None:
        person = self._somebody_inside(chance)
        if person is not None:
            self._do(lambda: self.world.calls.drop(self._meeting, person))

    async def reconnect(self, chance: random.Random) -> None:
        person = self._somebody_inside(chance)
        if person is not None:
            self._do(lambda: self.world.calls.reconnect(self._meeting, person))

    async def rejoin_with_old_id(self, chance: random.Random) -> None:
        """A connection that broke comes back under the id that it had."""
        person = self._somebody_inside(chance)
        room = self._room
        if person is None or room is None or room.active_session is None:
            return
        old = chance.choice(self._peers(person))
        self._do(lambda: self.world.calls.drop(self._meeting, person))
        await asyncio.sleep(chance.uniform(0.05, 1.0))
        session = room.active_session
        if session is not None:
            self._enter_again(room, session, old)

    async def burst(self, chance: random.Random) -> None:
        """Overlapping reports of one seat; the last says what is true."""
        person = chance.choice(self.doctors)
        if not self.meetings:
            return
        told: list[Awaitable[None]] = []
        for _ in range(chance.randrange(2, 6)):
            inside = chance.random() < 0.5
            told.append(asyncio.ensure_future(self._report(person, chance, inside=inside)))
            await asyncio.sleep(chance.uniform(0, 0.4))
        await self._report(person, chance, inside=bool(self._peers(person)))
        await asyncio.gather(*told)

    async def host_ends(self, chance: random.Random) -> None:
        self._do(lambda: self.world.calls.host_ends(self._meeting))

    async def everyone_leaves(self, chance: random.Random) -> None:
        self._do(lambda: self.world.calls.everyone_leaves(self._meeting))

    async def call_again(self, chance: random.Random) -> None:
        """The session ends, and both are back in a new one before everybody has heard of it."""
        await chance.choice([self.host_ends, self.everyone_leaves])(chance)
        await self.come(chance)

    async def end(self, chance: random.Random) -> None:
        """Sometimes the front end starts again, and both come to what it got."""
        if await self._ended(chance) and chance.random() < STARTED_AGAIN:
            known = {*self.meetings}
            await self._start(chance)
            self.meetings.sort(key=known.__contains__)  # The new one is the first.
            await self.come(chance)

    async def see(self, chance: random.Random) -> None:
        path = f"/api/referrals/{self.referral}/presence"
        await self.caller.call("see", self._one(chance), path, method="GET")

    async def watch(self, chance: random.Random) -> None:
        """Until the end of the run."""
        reading = watching(self.caller, self.instances, self.referral, chance)
        self.streams.append(asyncio.create_task(reading))

    async def look_in(self, chance: random.Random) -> None:
        """Streams are opened while the meeting is ended, or in the middle of a burst: nothing else
        may ever change, so what one misses then it never tells."""
        last = self.burst if chance.random() < 0.3 else self._end_soon
        opening = (self._watch_after(chance.uniform(0, 1), chance) for _ in range(LOOKING))
        await asyncio.gather(last(chance), *opening)

    async def clear(self, chance: random.Random) -> None:
        """An operator puts somebody out who is not inside."""
        outside = [doctor for doctor in self.doctors if not self._peers(doctor)]
        if outside:
            person = chance.choice(outside)
            await self.caller.call(
                "clear",
                self._one(chance),
                f"/operations/presence/{self.referral}/clear",
                {"userId": person, "why": "aparece desde ontem"},
                key=OPERATOR_KEY,
                about={"person": person, "referral": self.referral},
            )

    async def retry(self, chance: random.Random) -> None:
        await self.caller.call(
            "retry", self._one(chance), "/operations/inbox/retry", {}, key=OPERATOR_KEY
        )

    @property
    def _meeting(self) -> MeetingId:
        return MeetingId(self.meetings[0] if self.meetings else "")

    @property
    def _room(self) -> Room | None:
        return self.world.rooms.rooms.get(self._meeting)

    def _peers(self, person: str) -> list[Peer]:
        session = self._room.active_session if self._room else None
        inside = session.open_peers if session else []
        return [peer for peer in inside if peer.participant.guest.id == person]

    def _somebody_inside(self, chance: random.Random) -> PersonId | None:
        inside = [doctor for doctor in self.doctors if self._peers(doctor)]
        return PersonId(chance.choice(inside)) if inside else None

    async def _end_soon(self, chance: random.Random) -> None:
        await asyncio.sleep(0.9)
        await self._ended(chance)

    async def _ended(self, chance: random.Random) -> bool:
        """Whether the ending was accepted. Then one doctor tries to come back, who must not."""
        if not self.meetings:
            return False
        meeting = self.meetings[0]
        status, _ = await self.caller.call(
            "end", self._one(chance), f"{MEETING}/{meeting}/end", about={"meeting": meeting}
        )
        if status is None or status >= 300:
            return False
        await asyncio.sleep(chance.uniform(0.001, 1))
        await self._admitted(chance.choice(self.doctors), chance)
        return True

    async def _watch_after(self, pause: float, chance: random.Random) -> None:
        await asyncio.sleep(pause)
        await self.watch(random.Random(chance.random()))

    def _one(self, chance: random.Random) -> Instance:
        return chance.choice(self.instances)

    async def _start(self, chance: random.Random) -> None:
        key = f"key-{self.number}" if self.keyed else None
        headers = {"Idempotency-Key": f'"{key}"'} if key else {}
        for attempt in range(TRIES):
            status, told = await self.caller.call(
                "start",
                self._one(chance),
                MEETING,
                {"titleMeet": self.referral},
                headers=headers,
                about={"key_given": key, "referral": self.referral},
            )
            if status == 201:
                meeting = told["data"]["id"]
                self.caller.history.add(
                    "got", what="meeting", meeting=meeting, key=key, referral=self.referral
                )
                if meeting not in self.meetings:
                    self.meetings.append(meeting)
                return
            await asyncio.sleep(chance.uniform(0.2, 1.0) * 2**attempt)

    async def _join(self, person: str, chance: random.Random) -> None:
        """The front end reports in once the person is there; not always."""
        if not self.meetings:
            await self._start(chance)
        if not self.meetings or not await self._admitted(person, chance):
            return
        self._do(lambda: self.world.calls.join(self._meeting, PersonId(person)))
        if chance.random() < 0.7:
            await self._report(person, chance, inside=True)

    async def _admitted(self, person: str, chance: random.Random) -> bool:
        meeting = self.meetings[0]
        user = {"id": person, "name": f"{NAME} {self.number}"}
        preset = "group_call_host" if person == self.doctors[0] else "group_call_participant"
        for attempt in range(TRIES):
            status, told = await self.caller.call(
                "join",
                self._one(chance),
                PARTICIPANTS,
                {"user": user, "idMeet": meeting, "type_preset": preset},
                about={"meeting": meeting, "person": person},
            )
            if status == 201:
                self.tickets[person] = told["ticket"]
                return True
            if status == 409:
                return False
            await asyncio.sleep(chance.uniform(0.2, 1.0) * 2**attempt)
        return False

    def _enter_again(self, room: Room, session: Session, old: Peer) -> None:
        fresh = Peer(old.id, old.participant, self.world.rooms.timestamp())
        session.peers.append(fresh)
        self.world.calls.tell(participant_joined(room, session, fresh), room.prefix)

    async def _report(self, person: str, chance: random.Random, *, inside: bool) -> None:
        seat = [self.referral, self.meetings[0], person]
        path = f"/attendance-service/referrals/{seat[0]}/meetings/{seat[1]}/user"
        body = {"inMeeting": inside, "userId": person}
        to, about = self._one(chance), {"seat": seat, "value": inside}
        if inside or chance.random() < 0.5:
            await self.caller.call("report", to, path, body, about=about)
        else:
            left = {"doctorID": person, "referralID": seat[0], "meetID": seat[1]}
            await self.caller.call("report", to, LEAVE, left, about=about)

    async def _beacon(self, person: str, late: float, chance: random.Random) -> None:
        """By its ticket, without a header of its own."""
        await asyncio.sleep(late)
        ticket = self.tickets.get(person)
        body = {
            "doctorID": person,
            "referralID": self.referral,
            "meetID": self.meetings[0],
            "leaveTicket": ticket,
        }
        await self.caller.call(
            "beacon",
            self._one(chance),
            LEAVE,
            body,
            key=None,
            headers={"Content-Type": "text/plain;charset=UTF-8"},
            about={"seat": [self.referral, self.meetings[0], person]},
        )

    def _do(self, deed: Callable[[], object]) -> None:
        try:
            deed()
        except (ImpossibleDeedError, UnknownMeetingError):
            return
