"""No forgery is accepted, answers 500, or makes the service call a partner."""

import asyncio
import random

import aiohttp

from tests.prove.partner import attendance
from tests.prove.service import Event, serving
from tests.rsa_keys import key

AT_ONCE = 32


async def forgeries(database: str, count: int, seed: int = 7) -> str:
    dice = random.Random(seed)
    async with attendance() as partner, serving(partner, database) as client:
        statuses: dict[int, int] = {}

        async def some(number: int) -> None:
            for _ in range(number):
                status = await _send(client, dice)
                statuses[status] = statuses.get(status, 0) + 1

        await asyncio.gather(*(some(count // AT_ONCE) for _ in range(AT_ONCE)))
        async with client.get("/health/live") as answer:
            assert answer.status == 200
        assert partner.calls == 0
    # A header beyond what HTTP parsers take is a 400 of the server itself.
    assert set(statuses) <= {400, 401}, statuses
    return f"{sum(statuses.values())} forgeries: 0 accepted, 0 partner calls, {statuses}"


async def _send(client: aiohttp.ClientSession, dice: random.Random) -> int:
    body, headers = _forgery(dice)
    async with client.post("/api/dyte/webhook", data=body, headers=headers) as answer:
        await answer.read()
        return answer.status


def _forgery(dice: random.Random) -> tuple[bytes, list[tuple[str, str]]]:
    body = Event("enc-1", f"m-{dice.randrange(20)}").body
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
