"""An attendance service that is down, slow or failing on command, and remembers all it was told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Mark = tuple[str, str, str]


@dataclass
class Partner:
    """Every referral is known; its doctors are ``dra-<id>`` and ``dr-<id>``.

    ``mode`` is ``up``, ``down`` (hangs up), ``slow`` (10 s), or a status to answer; ``sick`` is the
    mode of referrals whose id begins so.
    """

    url: str = ""
    mode: str = "up"
    calls: int = 0
    marks: dict[Mark, bool] = field(default_factory=dict)
    told: list[Mark] = field(default_factory=list)
    sick: str = "up"
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def told_all(self, wanted: set[Mark]) -> None:
        """Until each of these was told out of its meeting, whatever else is told."""
        missing = set(wanted)
        while missing := {mark for mark in missing if self.marks.get(mark) is not False}:
            self.news.clear()
            await self.news.wait()

    async def read(self, request: web.Request) -> web.StreamResponse:
        referral = request.match_info["referral"]
        await self._behave(request)
        roster = {
            "solicitante": {"id": f"dra-{referral}"},
            "especialista": {"id": f"dr-{referral}"},
        }
        return web.json_response(roster)

    async def mark(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        await self._behave(request)
        mark = (request.match_info["referral"], request.match_info["meeting"], body["userId"])
        self.marks[mark] = body["inMeeting"]
        self.told.append(mark)
        self.news.set()
        return web.json_response({"message": "ok"})

    async def _behave(self, request: web.Request) -> None:
        self.calls += 1
        mode = self.sick if request.match_info["referral"].startswith("sick") else self.mode
        if mode == "down":
            assert request.transport is not None
            request.transport.abort()
            raise web.HTTPServiceUnavailable
        if mode == "slow":
            await asyncio.sleep(10)
        elif mode.isdigit():
            raise type("Failing", (web.HTTPException,), {"status_code": int(mode)})


@asynccontextmanager
async def attendance() -> AsyncIterator[Partner]:
    """A partner on a port of its own."""
    partner = Partner()
    app = web.Application()
    referral = "/attendance-service/referrals/{referral}"
    app.router.add_get(referral, partner.read)
    app.router.add_post(referral + "/meetings/{meeting}/user", partner.mark)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    partner.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield partner
    finally:
        await runner.cleanup()
