"""The real process on its real event loop: tabs that close all at once leave nobody behind."""

import asyncio
import socket

import aiohttp
import orjson

from tests.e2e.processes import free_port, running
from tests.http.test_hanging_up import PATIENCE, a_beacon

DOCTORS = [f"dra-{number}" for number in range(30)]


async def test_thirty_doctors_who_close_their_tabs_are_all_out() -> None:
    port = free_port()
    async with (
        running("serve", until="then", PORT=str(port), CORS_ORIGINS="https://app.example"),
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        for doctor in DOCTORS:
            with socket.create_connection(("127.0.0.1", port)) as tab:
                tab.sendall(a_beacon(doctor))

        async with asyncio.timeout(PATIENCE):
            while await shown(http) != dict.fromkeys(DOCTORS, False):
                pass  # each look takes a round trip


async def shown(http: aiohttp.ClientSession) -> dict[str, bool]:
    async with http.get("/sandbox/referrals/enc-1001") as answer:
        referral = orjson.loads(await answer.read())
    return {user["userId"]: user["inMeeting"] for user in referral["users"]}
