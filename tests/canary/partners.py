"""All partners on one socket: they answer as they should, with more than anybody asked for, or
wrongly, in whichever way an id in the call asks for."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.canary.canaries import Canaries, Kind
from tests.canary.surfaces import Heard, Surface
from tests.identity import published
from tests.rsa_keys import key

FAULT = re.compile(r"fault-([a-z0-9-]+)-zq")
STATUSES = (301, 400, 401, 403, 404, 409, 422, 429, 500, 503, 508)
OTHERS = (
    "html",
    "list",
    "text",
    "empty-data",
    "odd-types",
    "long-wait",
    "encoded",
    "bad-header",
    "no-http",
    "hang-up",
    "half",
    "slow",
)
MEANT = re.compile("/video/|/attendance-service/")
"""Where our tokens and fixed headers belong."""
FAULTS = (*map(str, STATUSES), *OTHERS)


@dataclass
class Partners:
    """``faults_met`` are those that were really answered, so that none is left out unnoticed."""

    canaries: Canaries
    heard: Heard
    requester: str
    specialist: str
    url: str = ""
    tokens: dict[Surface, str] = field(default_factory=dict)
    app_name: str = ""
    faults_met: set[str] = field(default_factory=set)
    opened: int = 0
    words: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    storage: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    join_token: str = ""

    def __post_init__(self) -> None:
        plant = self.canaries.plant
        self.words = plant(Kind.WORDS, "an error message of a partner", "no <b>way</b>: {}")
        self.headers = {
            "Set-Cookie": plant(Kind.SECRET, "a partner's cookie", "session={}; Path=/"),
            "X-Powered-By": plant(Kind.WORDS, "a partner's header"),
        }
        self.others = {
            "name": plant(Kind.NAME, "a partner's name of a person", "Maria {}"),
            "cpf": self.canaries.whole(Kind.NAME, "a patient's CPF number", "390.533.447-05"),
            "picture": plant(Kind.NAME, "a partner's picture of a person", "https://{}.example"),
        }
        self.kept = {
            "name": plant(Kind.CALLER, "a name from an earlier joining", "Dr. {}"),
            "picture": plant(
                Kind.CALLER, "a picture from an earlier joining", "https://{}.example"
            ),
            "email": plant(Kind.NAME, "an address that the provider keeps", "{}@example.org"),
        }
        self.storage = {
            "access_key": plant(Kind.SECRET, "the access key of a storage"),
            "secret": plant(Kind.SECRET, "the secret of a storage"),
        }
        url = plant(Kind.SECRET, "the address of somebody else's webhook", "https://x.example/{}")
        self.webhook = {"id": "w-1", "url": url, "events": [self.words], "enabled": True}
        self.join_token = plant(Kind.ENTRY, "a join token", "eyJhbGciOi.{}.c2ln")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        surface = Surface.ATTENDANCE if "/attendance" in request.path else Surface.VIDEO
        body = (await request.read()).decode()
        self._overheard(request, surface, body)
        if found := FAULT.search(f"{request.path}\n{body}"):
            self.faults_met.add(f"{surface.name} {found[1]}")
            return await self._fault(found[1], request)
        if (answer := self._right(f"{request.method} {request.path}", body)) is not None:
            return web.json_response(answer)
        wrong = {"success": False, "message": self.words, "error": {"message": self.words}}
        return web.json_response(wrong, status=409 if body else 404)

    async def add_headers(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(self.headers)

    def _overheard(self, request: web.Request, surface: Surface, body: str) -> None:
        """What we were told, without the one token and the one header that are meant for us."""
        heads = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
        if MEANT.search(request.path):
            heads = heads.replace(self.tokens[surface], "")
            if surface is Surface.ATTENDANCE:
                assert f"app-name: {self.app_name}\n" in f"{heads}\n"
                heads = heads.replace(self.app_name, "")
        self.heard.add(
            surface, f"{request.method} a partner", f"{heads}\n{request.path_qs}\n{body}"
        )

    def _right(self, call: str, text: str) -> dict[str, Any] | None:
        """What the first way of the table that fits answers."""
        for pattern, answer in self._ways.items():
            if re.fullmatch(pattern, call):
                return answer(text)
        return None

    @property
    def _ways(self) -> dict[str, Callable[[str], dict[str, Any] | None]]:
        doctors = {"solicitante": self.requester, "especialista": self.specialist}
        roster = {role: {"id": person, **self.others} for role, person in doctors.items()}
        peer = {**self.others, "id": "peer-1", "custom_participant_id": self.requester}
        there = {**self.kept, "id": "p-1", "custom_participant_id": self.specialist}
        session = _data(id="session-1", meeting_display_name=self.others["name"])
        pem = {"publicKey": key("ours").public_pem, "comment": self.words}
        return {
            "GET /identity/keys": lambda _: {**published("key-1"), "comment": self.words},
            "GET /published/key": lambda _: pem,
            "GET /attendance-service/.*": lambda _: {**roster, "paciente": self.others},
            "POST /attendance-service/.*": lambda _: {"message": self.words, "user": self.others},
            "POST /video/meetings": self._opened,
            "GET /video/meetings/[^/]*/active-session": lambda _: session,
            "GET /video/sessions/.*": lambda _: _data(participants=[peer]),
            "GET /video/presets": lambda _: _data(presets=[{"name": self.words}]),
            "GET /video/meetings/.*": lambda _: _data(
                participants=[there], paging={"total_count": 1}
            ),
            "GET /video/webhooks": lambda _: _data(webhooks=[{**self.webhook, "name": self.words}]),
            "PATCH /video/.*": lambda _: _data(id="p-1"),
            "POST /video/meetings/[^/]*/participants": self._admitted,
            "POST /video/.*/kick-all": lambda _: _data(action=self.words, by=self.others),
            "POST /video/.*/token": lambda _: _data(token=self.join_token, by=self.others),
        }

    def _opened(self, text: str) -> dict[str, Any]:
        self.opened += 1
        recording = {"storage_config": self.storage, "file_name_prefix": self.words}
        title = json.loads(text)["title"]
        return _data(id=f"m-{self.opened}", title=title, recording_config=recording, by=self.others)

    def _admitted(self, text: str) -> dict[str, Any] | None:
        """The specialist is there already."""
        if self.specialist in text:
            return None
        return _data(id="p-1", token=self.join_token, organizer=self.others)

    async def _fault(self, fault: str, request: web.Request) -> web.StreamResponse:
        words = {"message": self.words, "error": {"message": self.words, **self.storage}}
        if fault.isdigit():
            to = {"Location": f"{self.url}/{self.words}", "Retry-After": self.words}
            return web.json_response(words, status=int(fault), headers=to)
        answers = {
            "html": web.Response(text=f"<h1>{self.words}</h1>", content_type="text/html"),
            "list": web.json_response([words]),
            "text": web.json_response(self.words),
            "empty-data": web.json_response({"success": True, "data": {"title": self.words}}),
            "odd-types": web.json_response({"data": {"id": words, "solicitante": [words]}}),
            "long-wait": web.json_response(words, status=503, headers={"Retry-After": "9" * 5000}),
            "encoded": web.json_response(words, headers={"Content-Encoding": "gzip"}),
        }
        if fault in answers:
            return answers[fault]
        if fault == "slow":
            await asyncio.sleep(1.5)
        raw = {
            "bad-header": f"HTTP/1.1 200 OK\r\n{self.words}\r\nContent-Length: 2\r\n\r\n{{}}",
            "no-http": f"220 {self.words}\r\n\r\n",
            "half": f'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{{"message": "{self.words}',
        }
        if request.transport is not None:  # whoever asked may have given up
            request.transport.write(raw.get(fault, "").encode())
            request.transport.close()
        return web.Response()


def _data(**data: object) -> dict[str, Any]:
    return {"success": True, "data": data}


@asynccontextmanager
async def listening(partners: Partners) -> AsyncIterator[Partners]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", partners.answer)
    app.on_response_prepare.append(partners.add_headers)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    partners.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield partners
    finally:
        await runner.cleanup()
