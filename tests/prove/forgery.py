"""No forgery is accepted, answers 500, or makes the service call a partner; genuine ones are."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from tests.prove.partner import attendance
from tests.prove.service import Event, post, serving, until_told
from tests.rsa_keys import key

AT_ONCE = 32
EVENTS = [Event("enc-1", f"m-{number}") for number in range(20)]
"""What is forged, and in the end sent as it is."""


@dataclass(frozen=True, slots=True)
class Forgeries:
    """How they were answered, what the partner heard of them, and how often the same bodies had
    their effect once they were signed as they should be."""

    statuses: Mapping[int, int]
    partner_calls: int
    genuine: int

    @property
    def sent(self) -> int:
        return sum(self.statuses.values())

    @property
    def accepted(self) -> int:
        return sum(count for status, count in self.statuses.items() if status < 400)

    def __str__(self) -> str:
        return (
            f"{self.sent} forgeries: {self.accepted} accepted, {self.partner_calls} partner calls, "
            f"{dict(self.statuses)}; {self.genuine} of {len(EVENTS)} genuine ones applied"
        )


async def forgeries(database: str, count: int, seed: int = 7) -> Forgeries:
    dice = random.Random(seed)
    async with attendance() as partner, serving(partner, database) as client:
        statuses = Counter[int]()

        async def some(number: int) -> None:
            for _ in range(number):
                statuses[await _send(client, dice)] += 1

        await asyncio.gather(*(some(count // AT_ONCE) for _ in range(AT_ONCE)))
        async with client.get("/health/live") as answer:
            assert answer.status == 200
        calls, told = partner.calls, len(partner.told)
        for event in EVENTS:
            assert await post(client, event) in {200, 202}
        await until_told(partner, set().union(*(event.marks for event in EVENTS)), 30)
        genuine = sum(event.marks <= {*partner.told[told:]} for event in EVENTS)
    assert calls == 0
    # A header beyond what HTTP parsers take is a 400 of the server itself.
    assert set(statuses) <= {400, 401}, statuses
    return Forgeries(statuses, calls, genuine)


async def _send(client: aiohttp.ClientSession, dice: random.Random) -> int:
    body, headers = _forgery(dice)
    async with client.post("/api/dyte/webhook", data=body, headers=headers) as answer:
        await answer.read()
        return answer.status


def _forgery(dice: random.Random) -> tuple[bytes, list[tuple[str, str]]]:
    body = dice.choice(EVENTS).body
    good = key("ours").sign(body)
    name = dice.choice(["dyte-signature", "rtk-signature", "Dyte-Signature"])
    flipped = bytearray(body)
    flipped[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
    place = dice.randrange(len(good) - 2)
    changed = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
    return dice.choice(
        [
            (bytes(flipped), [(name, good)]),
            (body, [(name, changed)]),
            (body, [(name, key("theirs").sign(body))]),
            (body.replace(b":", b": "), [(name, good)]),
            (body + b" ", [(name, good)]),
            (body, []),
            (body, [(name, "")]),
            (body, [(name, good), (name, key("theirs").sign(body))]),
            (body, [("dyte-signature", good), ("rtk-signature", changed)]),
            (body, [(name, good[: dice.randrange(len(good))])]),
            (body, [(name, "A" * 7000)]),
            (b"", [(name, good)]),
        ]
    )
