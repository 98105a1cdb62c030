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
            again = dice.choices(order, k=dice.randrange(4))
            for event, peer, session in (*order, *again):
                await _send(client, f"enc-{number}", event, peer, session)
                webhooks += 1
        for number in range(count):
            referral = f"enc-{number}"
            mark = (referral, f"m-{referral}", f"dra-{referral}")
            assert partner.marks[mark] is True, chosen[number]
        ended_in = sum(partner.marks.values())
    return Orders(len(chosen), webhooks, ended_in)


async def _send(
    client: aiohttp.ClientSession, referral: str, event: str, peer: str, session: str
) -> None:
    meeting = {"id": f"m-{referral}", "title": referral, "sessionId": session}
    person = {"peerId": f"{referral}-{peer}", "customParticipantId": f"dra-{referral}"}
    more = {"reason": "ALL_PARTICIPANTS_LEFT"} if event == "ended" else {"participant": person}
    body = orjson.dumps({"event": f"meeting.{event}", "meeting": meeting, **more})
    async with client.post("/api/dyte/webhook", data=body, headers=signed(body)) as answer:
        assert answer.status in {200, 202}, answer.status
