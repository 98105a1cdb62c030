"""Real processes, and everybody has to say who they are: a call by two doctors, and others."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpServer

from adapters.callers.api_keys import OPERATOR, entry_of
from tests.e2e.processes import Running, free_port, run, running
from tests.e2e.test_whole_story import real_adapters, shown
from tests.identity import AUDIENCE, ISSUER, a_token, published

KEYS = {"portal": "vck_portal", "plantao": "vck_plantao"}


class Set(NamedTuple):
    """The stage: the service's process, and clients of it and of its partners."""

    process: Running
    service: aiohttp.ClientSession
    video: aiohttp.ClientSession
    attendance: aiohttp.ClientSession
    env: dict[str, str]

    async def post(
        self, path: str, body: object, credential: str | None = None
    ) -> aiohttp.ClientResponse:
        headers = {} if credential is None else {"Authorization": f"Bearer {credential}"}
        return await self.service.post(path, json=body, headers=headers)


@pytest.fixture
async def stage(aiohttp_server: AiohttpServer, tmp_path: Path) -> AsyncIterator[Set]:
    async def keys(_request: web.Request) -> web.Response:
        return web.json_response(published("key-1"))

    app = web.Application()
    app.router.add_get("/keys", keys)
    identity = str((await aiohttp_server(app)).make_url("/keys"))
    ours, video, attendance = (free_port() for _ in range(3))
    entries = [entry_of(KEYS[name], name, OPERATOR if name == "plantao" else None) for name in KEYS]
    env = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/storage.db",
        "AUTH": "jwt,api-key",
        "API_KEYS": ",".join(entries),
        "JWT_JWKS_URL": identity,
        "JWT_ISSUER": ISSUER,
        "JWT_AUDIENCE": AUDIENCE,
        "HOST_POLICY": "requester",
        "PORT": str(ours),
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "error",
        **real_adapters("dyte", video, attendance),
    }
    sandbox = (
        "sandbox",
        f"--provider-port={video}",
        f"--attendance-port={attendance}",
        f"--webhook=http://127.0.0.1:{ours}/api/dyte/webhook",
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running(*sandbox, until="then"))
        process = await stack.enter_async_context(running("serve", until="then", **env))
        clients = [
            await stack.enter_async_context(aiohttp.ClientSession(f"http://127.0.0.1:{port}"))
            for port in (ours, video, attendance)
        ]
        yield Set(process, clients[0], clients[1], clients[2], env)


def joining(person: str, meeting: str, preset: str) -> dict[str, object]:
    user = {"name": person, "avatar": "", "id": person}
    return {"user": user, "idMeet": meeting, "type_preset": preset}


async def test_only_the_two_doctors_of_a_referral_meet(stage: Set) -> None:
    ana, bruno, caio = (a_token(person) for person in ("dra-ana", "dr-bruno", "dr-caio"))
    start, join, leave = "/api/dyte/meeting", "/api/dyte/participants", "/api/update-doctor-meet"
    opened = await stage.post(start, {"titleMeet": "enc-1001"}, ana)
    meeting = (await opened.json())["data"]["id"]
    user = f"/attendance-service/referrals/enc-1001/meetings/{meeting}/user"

    as_host = joining("dr-bruno", meeting, "group_call_host")
    as_guest = joining("dr-bruno", meeting, "group_call_participant")
    intruder = joining("dr-caio", meeting, "group_call_participant")
    answers = [
        await stage.post(start, {"titleMeet": "enc-1001"}),
        await stage.post(start, {"titleMeet": "enc-1001"}, caio),
        await stage.post(join, joining("dra-ana", meeting, "group_call_host"), ana),
        await stage.post(join, as_host, bruno),
        await stage.post(join, as_guest, bruno),
        await stage.post(join, intruder, caio),
        await stage.post(user, {"inMeeting": True, "userId": "dr-bruno"}, ana),
        await stage.post(user, {"inMeeting": True, "userId": "dra-ana"}, ana),
        await stage.post(user, {"inMeeting": True, "userId": "dr-bruno"}, KEYS["portal"]),
    ]
    assert [answer.status for answer in answers] == [401, 403, 201, 403, 201, 403, 403, 200, 200]
    assert await shown(stage.attendance) == {"dra-ana": True, "dr-bruno": True}

    leaving = {"doctorID": "dra-ana", "referralID": "enc-1001", "meetID": meeting}
    ticket = {**leaving, "leaveTicket": answers[2].headers["X-Leave-Ticket"]}
    assert (await stage.post(leave, leaving)).status == 401
    assert (await stage.post(leave, leaving, bruno)).status == 403
    assert (await stage.post(leave, ticket)).status == 200
    assert await shown(stage.attendance) == {"dra-ana": False, "dr-bruno": True}

    clear = {"userId": "dr-bruno", "why": "aparece desde ontem"}
    timeline = "/operations/presence/enc-1001"
    assert (await stage.post(f"{timeline}/clear", clear, KEYS["portal"])).status == 403
    assert (await stage.post(f"{timeline}/clear", clear, bruno)).status == 403
    assert (await stage.post(f"{timeline}/clear", clear, KEYS["plantao"])).status == 200
    for path, credential, status in (
        ("/docs", None, 401),
        ("/openapi.json", ana, 403),
        ("/openapi.json", KEYS["plantao"], 200),
        (timeline, KEYS["plantao"], 200),
        ("/health/ready", None, 200),
    ):
        headers = {} if credential is None else {"Authorization": f"Bearer {credential}"}
        assert (await stage.service.get(path, headers=headers)).status == status, path

    pseudonym = (await run("privacy", "pseudonym", "dr-caio", **stage.env)).output.strip()
    finished = await stage.process.stop()
    *records, read = [json.loads(line) for line in finished.errors.splitlines()]
    assert read["event"] == "audit.pseudonym_read"
    assert all(record["request_id"] for record in records)
    assert [(record["event"], record["outcome"]) for record in records] == [
        ("audit.credentials_refused", "no token was given"),
        ("audit.access_refused", "not-on-referral"),
        ("audit.escalation_refused", "host"),
        ("audit.access_refused", "not-on-referral"),
        ("audit.access_refused", "another-person"),
        ("audit.credentials_refused", "no token was given"),
        ("audit.access_refused", "another-person"),
        ("audit.access_refused", "not-an-operator"),
        ("audit.access_refused", "not-an-operator"),
        ("audit.presence_cleared", "1 meetings"),
        ("audit.credentials_refused", "no token was given"),
        ("audit.access_refused", "not-an-operator"),
        ("audit.presence_read", "1 meetings"),
    ]
    assert records[0]["who"] == "unknown"
    assert records[1]["who"] == records[3]["who"] == f"doctor:{pseudonym}" != records[2]["who"]
    assert records[9]["who"] == "service:plantao"
    for person in ("dra-ana", "dr-bruno", "dr-caio"):
        assert person not in finished.errors


async def test_keys_are_made_at_the_command_line_and_let_their_service_in() -> None:
    made = await run("keys", "new", "portal", "--operator")
    key, entry = (line.partition(": ")[2] for line in made.output.splitlines())
    port = free_port()
    env = {"PORT": str(port), "AUTH": "api-key", "API_KEYS": entry}
    async with (
        running("serve", until="then", **env),
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as service,
    ):
        good = {"Authorization": f"Bearer {key}"}
        assert (await service.get("/operations/inbox", headers=good)).status == 200
        assert (await service.get("/operations/inbox")).status == 401

    assert key.startswith("vck_")
    assert entry.startswith("portal:operator=")
    assert key not in entry


async def test_the_check_looks_at_the_identity_provider(stage: Set) -> None:
    well = await run("check", **stage.env)
    wrong = await run("check", **{**stage.env, "JWT_JWKS_URL": "http://127.0.0.1:1/keys"})

    assert "ok       identity provider: publishes 1 usable keys" in well.output
    assert (well.code, wrong.code) == (0, 1)
    assert "failure  identity provider" in wrong.output
    assert "JWT_JWKS_URL" in wrong.output
    for name in KEYS:
        assert entry_of(KEYS[name], name)[-64:] not in well.output
