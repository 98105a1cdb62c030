"""A front end that reads a referral's presence stream, and comes back whenever it breaks."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress

import aiohttp
import orjson

from tests.chaos.caller import SERVICE_KEY, Caller
from tests.chaos.service import Instance

SILENT = 20.0
"""Seconds without a byte after which a browser's connection counts as broken; a comment comes each
15 s."""
PAUSE = 0.3


async def watching(
    caller: Caller, instances: Sequence[Instance], referral: str, chance: random.Random
) -> None:
    """Until it is cancelled."""
    stream, last = caller.history.number(), ""
    while True:
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            last = await _read(caller, chance.choice(instances), referral, stream, last)
        caller.history.add("stream", stream=stream, referral=referral, what="broken")
        await asyncio.sleep(PAUSE)


async def _read(caller: Caller, to: Instance, referral: str, stream: int, last: str) -> str:
    """Until it ends; the id of its last event."""
    headers = {"Authorization": f"Bearer {SERVICE_KEY}"}
    if last:
        headers["Last-Event-ID"] = last
    path = f"/api/referrals/{referral}/presence/stream"
    patience = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=SILENT)
    async with caller.client.get(to.url + path, headers=headers, timeout=patience) as answer:
        if answer.status != 200:
            return last
        caller.history.add("stream", stream=stream, referral=referral, what="open", last=last)
        async for line in answer.content:
            caller.heard(answer.status, "a stream", line, {})
            if line.startswith(b"id: "):
                last = line[4:].decode().strip()
            elif line.startswith(b"data: "):
                document = orjson.loads(line[6:])
                if "data" in document:
                    told = document["data"]["meetings"]
                    caller.history.add(
                        "stream", stream=stream, referral=referral, what="told", meetings=told
                    )
    return last
