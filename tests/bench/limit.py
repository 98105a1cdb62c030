"""The limit: what aiohttp itself takes for the same partner calls, and nothing else.

``python -m tests.bench.limit PORT PARTNERS``. No validation, log, storage or limits; prepared URLs
and headers; the two updates of a webhook side by side.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable

import aiohttp
import orjson
import uvloop
from aiohttp import web
from yarl import URL

HEADERS = {"Content-Type": "application/json", "Authorization": "Basic a2V5"}
OPENED = {"record_on_start": False, "live_stream_on_start": False}
DONE = b'{"message":"Videochamada atualizada com sucesso!"}'

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Limit:
    """The four operations; ``session`` and the URLs are made once."""

    def __init__(self, session: aiohttp.ClientSession, partners: str) -> None:
        self.session, self.partners = session, partners
        self.meetings = URL(f"{partners}/v2/meetings", encoded=True)

    async def open(self, request: web.Request) -> web.Response:
        body = orjson.loads(await request.read())
        asked = orjson.dumps({"title": body["titleMeet"], **OPENED})
        return _made(await self._post(self.meetings, asked))

    async def join(self, request: web.Request) -> web.Response:
        body = orjson.loads(await request.read())
        user = body["user"]
        asked = {"custom_participant_id": user["id"], "name": user["name"]}
        asked |= {"picture": user["avatar"], "preset_name": body["type_preset"]}
        url = f"{self.partners}/v2/meetings/{body['idMeet']}/participants"
        return _made(await self._post(URL(url, encoded=True), orjson.dumps(asked)))

    async def leave(self, request: web.Request) -> web.Response:
        body = orjson.loads(await request.read())
        await self._out(body["referralID"], body["meetID"], body["doctorID"])
        return _made(DONE, 200)

    async def webhook(self, request: web.Request) -> web.Response:
        meeting = orjson.loads(await request.read())["meeting"]
        referral, identifier = meeting["title"], meeting["id"]
        url = URL(f"{self.partners}/attendance-service/referrals/{referral}", encoded=True)
        async with self.session.get(url, headers=HEADERS) as answer:
            found = orjson.loads(await answer.read())
        doctors = found["solicitante"]["id"], found["especialista"]["id"]
        await asyncio.gather(*(self._out(referral, identifier, doctor) for doctor in doctors))
        return _made(DONE, 200)

    async def _out(self, referral: str, meeting: str, doctor: str) -> None:
        url = f"{self.partners}/attendance-service/referrals/{referral}/meetings/{meeting}/user"
        body = orjson.dumps({"inMeeting": False, "userId": doctor})
        await self._post(URL(url, encoded=True), body)

    async def _post(self, url: URL, body: bytes) -> bytes:
        async with self.session.post(url, data=body, headers=HEADERS) as answer:
            return await answer.read()


def _made(body: bytes, status: int = 201) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json")


async def serve(port: int, partners: str) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as session:
        limit, app = Limit(session, partners), web.Application()
        app.router.add_post("/api/dyte/meeting", limit.open)
        app.router.add_post("/api/dyte/participants", limit.join)
        app.router.add_post("/api/update-doctor-meet", limit.leave)
        app.router.add_post("/api/dyte/webhook", limit.webhook)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2]))
