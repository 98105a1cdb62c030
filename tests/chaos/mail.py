"""The provider's webhooks on their way: lost, doubled, late, out of order, and with optional fields
left out. It tries again as Dyte does.

What becomes of one is drawn from the seed, its referral, and how many were about that before it; so
it does not depend on what is sent about others.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson

from adapters.sandbox.signing import SigningKey
from tests.chaos.caller import Caller
from tests.chaos.history import History
from tests.chaos.service import Instance

ATTEMPTS = 5
PAUSE = 0.4
"""Seconds before the second attempt; twice as many before each further one."""
SAME_UUID = 0.25
"""The share of webhooks that come under a uuid which others have too."""
WEBHOOK = "/api/dyte/webhook"

Event = dict[str, Any]


@dataclass
class Mood:
    """The shares of webhooks that are lost, sent twice, and late by up to so many seconds."""

    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    latest: float = 4.0
    bare: float = 0.15
    """The share that leaves out what is optional."""


@dataclass
class Mail:
    """``tell`` has the interface that the sandbox's calls want."""

    history: History
    caller: Caller
    seed: int
    instances: Sequence[Instance]
    key: SigningKey
    mood: Mood = field(default_factory=Mood)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _drawn: Counter[str] = field(default_factory=Counter)

    def tell(self, event: Event, prefix: str) -> None:
        """What happened at the provider is a truth, whatever becomes of its webhook."""
        meeting, movement = event["meeting"], event.get("participant", {})
        number = self.history.number()
        self.history.add(
            "truth",
            event=number,
            what=event["event"].removeprefix("meeting."),
            meeting=meeting["id"],
            session=meeting["sessionId"],
            referral=meeting["title"],
            **({"peer": movement["peerId"]} if movement else {}),
            **({"person": movement["customParticipantId"]} if movement else {}),
            **({"reason": event["reason"]} if "reason" in event else {}),
        )
        chance = self._chance("told", meeting["title"])
        if chance.random() < self.mood.lost:
            self.history.add("lost", event=number)
            return
        body = orjson.dumps(self._as_sent(deepcopy(event), chance))
        for _ in range(2 if chance.random() < self.mood.doubled else 1):
            late = chance.uniform(0, self.mood.latest) if chance.random() < self.mood.late else 0.0
            self.send(body, late, event=number, says=self._about(body))

    def send(
        self,
        body: bytes,
        late: float = 0.0,
        *,
        key: Callable[[bytes], str] | None = None,
        attempts: int = ATTEMPTS,
        **about: Any,
    ) -> None:
        """Signed when it leaves; ``key`` signs otherwise than the provider does."""
        sending = self._send(body, late, key or self.key.sign, attempts, about)
        task = asyncio.create_task(sending)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def settle(self) -> None:
        """Until all that is under way has been delivered or given up."""
        while self.tasks:
            await asyncio.gather(*self.tasks)

    async def _send(
        self,
        body: bytes,
        late: float,
        sign: Callable[[bytes], str],
        attempts: int,
        about: dict[str, Any],
    ) -> None:
        chance = self._chance(about.get("bad", "sent"), about["says"].get("referral", ""))
        await asyncio.sleep(late)
        digest = sha256(body).hexdigest()[:16]
        number = self.history.number()
        # It is not signed: anybody on the way can put another's there.
        uuid = f"uuid-{chance.randrange(3) if chance.random() < SAME_UUID else number}"
        for attempt in range(attempts):
            headers = {"dyte-signature": sign(body), "dyte-uuid": uuid}
            status, _ = await self.caller.call(
                "webhook",
                chance.choice(self.instances),
                WEBHOOK,
                body,
                key=None,
                headers=headers,
                about={"digest": digest, **about},
            )
            if status is not None and status < 300:
                return
            await asyncio.sleep(PAUSE * 2**attempt)

    def _chance(self, *whose: str) -> random.Random:
        name = " ".join(whose)
        self._drawn[name] += 1
        return random.Random(f"{self.seed} {name} {self._drawn[name]}")

    def _as_sent(self, event: Event, chance: random.Random) -> Event:
        """The session may be left out, and so may the person who left, and all times."""
        if chance.random() >= self.mood.bare:
            return event
        meeting, movement = event["meeting"], event.get("participant")
        if chance.random() < 0.5:
            del meeting["sessionId"]
        if movement is None:
            return event
        movement.pop("clientSpecificId", None)
        if "leftAt" in movement and chance.random() < 0.5:
            movement.pop("customParticipantId", None)
        if chance.random() < 0.5:
            movement.pop("joinedAt", None)
        return event

    def _about(self, body: bytes) -> dict[str, Any]:
        """What the body says, for the checker."""
        told = orjson.loads(body)
        meeting, movement = told["meeting"], told.get("participant", {})
        return {
            "event": told["event"].removeprefix("meeting."),
            "reason": told.get("reason"),
            "meeting": meeting["id"],
            "referral": meeting["title"],
            "session": meeting.get("sessionId"),
            "peer": movement.get("peerId"),
            "person": movement.get("customParticipantId"),
        }
