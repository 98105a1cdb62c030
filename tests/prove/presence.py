"""Presence over real HTTP: events in any order."""

import itertools
import random
from dataclasses import dataclass

import aiohttp
import orjson

from tests.prove.partner import attendance
from tests.prove.service import serving, signed

SCRIPT = (
    ("participantJoined", "p1", "s1"),
    ("participantJoined", "p2", "s1"),
    ("participantLeft", "p1", "s1"),
    ("participantJoined", "p3", "s1"),
    ("participantLeft", "p2", "s1"),
    ("participantLeft", "p3", "s1"),
    ("ended", "", "s1"),
    ("participantJoined", "p4", "s2"),
)


@dataclass(frozen=True, slots=True)
class Orders:
    """How many orders were sent, in how many webhooks, and how many ended as they must."""

    sent: int
    webhooks: int
    ended_in: int

    def __str__(self) -> str:
        return f"{self.sent} orders of eight events, with repetitions: one state in {self.ended_in}"


async def orders(database: str, count: int, seed: int = 7) -> Orders:
    """Every run ends with the doctor in, by the connection of the next session."""
    dice = random.Random(seed)
    chosen = dice.sample(list(itertools.permutations(SCRIPT)), count)
    webhooks = 0
    async with attendance() as partner, serving(partner, database, SWEEP="false") as client:
        for number, order in enumerate(chosen):
            run = Run(f"enc-{number}", dice)
            again = dice.choices(order, k=dice.randrange(4))
            for event, peer, session in (*order, *again):
                await _send(client, run.body(event, peer, session))
                webhooks += 1
        for number in range(count):
            referral = f"enc-{number}"
            mark = (referral, f"m-{referral}", f"dra-{referral}")
            assert partner.marks[mark] is True, chosen[number]
        ended_in = sum(partner.marks.values())
    return Orders(len(chosen), webhooks, ended_in)


class Run:
    """One referral's events as a provider spells them: with optional fields left out, an instant
    in several forms, and in half of the runs a connection that comes back under its old id."""

    def __init__(self, referral: str, dice: random.Random) -> None:
        self.referral, self.random = referral, dice
        self.returns = dice.random() < 1 / 2

    def body(self, event: str, peer: str, session: str) -> bytes:
        meeting = {"id": f"m-{self.referral}", "title": self.referral, "sessionId": session}
        if session == "s1" and event != "ended" and self.random.random() < 1 / 3:
            meeting.pop("sessionId")
        more = (
            {"reason": "ALL_PARTICIPANTS_LEFT"}
            if event == "ended"
            else {"participant": self._participant(event, peer)}
        )
        return orjson.dumps({"event": f"meeting.{event}", "meeting": meeting, **more})

    def _participant(self, event: str, peer: str) -> dict[str, object]:
        connection = "p1" if peer == "p3" and self.returns else peer
        joined = 10 * int(peer[1:])
        told: dict[str, object] = {
            "peerId": f"{self.referral}-{connection}",
            "customParticipantId": f"dra-{self.referral}",
            "joinedAt": self._instant(joined),
        }
        if event == "participantLeft":
            told["leftAt"] = self._instant(joined + 9)
            if self.random.random() < 1 / 3:
                told["customParticipantId"] = self.random.choice([None, "someone-else"])
        return told

    def _instant(self, second: int) -> str:
        zone = self.random.choice(["Z", ".000Z", "+00:00", ".000+00:00"])
        return f"2026-11-01T12:00:{second:02}{zone}"


async def _send(client: aiohttp.ClientSession, body: bytes) -> None:
    async with client.post("/api/dyte/webhook", data=body, headers=signed(body)) as answer:
        assert answer.status in {200, 202}, answer.status
