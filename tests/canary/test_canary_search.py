"""Nothing that opens a door or names a person gets out where it has no business: canaries are
planted everywhere, the whole story is played, and all that came out is searched for them."""

import json
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import mkdtemp

import aiohttp
import asyncpg
import pytest
from aiohttp.test_utils import TestServer

from adapters.callers.api_keys import OPERATOR, entry_of
from domain.audit import AuditEvent
from entrypoints.cli.webhook import ACTIONS
from entrypoints.console.front_door import FRONT_DOOR
from entrypoints.console.table import CONSOLE
from entrypoints.database import SQLITE
from entrypoints.http.contract import CONTRACT
from entrypoints.http.service import SERVICE
from entrypoints.operators.table import FOR_OPERATORS
from tests.canary.canaries import Kind
from tests.canary.commands import said
from tests.canary.partners import FAULTS, Partners, listening
from tests.canary.story import PATIENCE, WEBHOOK, Keys, People, Story
from tests.canary.surfaces import Surface
from tests.collector import Collector
from tests.e2e.processes import free_port, running
from tests.identity import AUDIENCE, ISSUER

Env = Mapping[str, str]
MEANT = (200, 201, 202, 400, 401, 403, 404, 405, 413, 415, 422, 500, 502, 503, 504, 508)
"""Statuses that the story must meet to be the whole one."""
ASKED = (Surface.VIDEO.name, Surface.ATTENDANCE.name)
EVENTS = (
    "request",
    "request.crashed",
    "request.failed",
    "request.unreadable",
    "partner.misconfigured",
    "partner.base_url_wrong",
)


def environment(partners: Partners, keys: Keys, database: str, **more: str) -> dict[str, str]:
    canaries = partners.canaries
    partners.tokens = {
        Surface.VIDEO: canaries.basic("DYTE_TOKEN"),
        Surface.ATTENDANCE: canaries.plant(Kind.SECRET, "ATTENDANCE_TOKEN"),
    }
    partners.app_name = canaries.plant(Kind.SECRET, "ATTENDANCE_HEADERS", "web-{}")
    entries = [entry_of(keys.service, "portal")]
    entries.append(entry_of(keys.operator, "plantao", OPERATOR))
    return {
        "CONSOLE": "true",
        "LOG_LEVEL": "debug",
        "DATABASE_URL": database,
        "VIDEO_PROVIDER": "dyte",
        "DYTE_BASE_URL": f"{partners.url}/video",
        "DYTE_TOKEN": partners.tokens[Surface.VIDEO],
        "ATTENDANCE_PROVIDER": "http",
        "ATTENDANCE_BASE_URL": partners.url,
        "ATTENDANCE_TOKEN_FILE": in_a_file(partners.tokens[Surface.ATTENDANCE]),
        "ATTENDANCE_HEADERS": f"app-name: {partners.app_name}",
        "WEBHOOK_KEY_URL": f"{partners.url}/published/key",
        "AUTH": "jwt,api-key",
        "JWT_JWKS_URL": f"{partners.url}/identity/keys",
        "JWT_ISSUER": ISSUER,
        "JWT_AUDIENCE": AUDIENCE,
        "JWT_FROM": f"bearer,bare,cookie:{keys.cookie}",
        "HOST_POLICY": "requester",
        "API_KEYS": ",".join(entries),
        "PARTNER_TIMEOUT": "0.5",
        "SWEEP_INTERVAL": "0.1",
        **more,
    }


def in_a_file(secret: str) -> str:
    file = Path(mkdtemp()) / "secret"
    file.write_text(f"{secret}\n")
    return str(file)


def at_hand(story: Story, env: Env) -> list[tuple[Sequence[str], Env]]:
    """Every command, used rightly and wrongly."""
    people, known, canaries = story.people, story.known, story.canaries
    plant, text = canaries.plant, canaries.plant(Kind.WORDS, "an argument")
    why = plant(Kind.WHY, "why at the command line", "a pedido de {}")
    secret = plant(Kind.SECRET, "a setting that is wrong")
    wrong = dict.fromkeys(env, secret) | {"PORT": secret, "HOST_POLICY": secret}
    unreadable = {**env, "DATABASE_URL": f"postgresql://me:{secret}/x:y@127.0.0.1/videochamadas"}
    root = env["ATTENDANCE_BASE_URL"]
    broken = [f"{root}/fault-{fault}-zq" for fault in ("html", "list", "text", "401", "half")]
    unkind = [f"{root}/fault-{fault}-zq" for fault in FAULTS if env["LOG_FORMAT"] == "json"]
    copy = f"{env['DATABASE_URL'].removeprefix(SQLITE)}.copy"
    lines: list[tuple[str, Env]] = [
        ("inbox list", env),
        ("inbox list --dead --json", env),
        (f"inbox list --updates --referral {known}", env),
        *((f"inbox show {number}", env) for number in range(1, 8)),
        ("inbox retry --all-dead", env),
        (f"inbox discard 3 --why {why.replace(' ', '_')}", env),
        (f"inbox show {people.requester}", env),
        (f"inbox list --since {text}", env),
        (f"inbox --s={text}", env),
        (f"presence show {known}", env),
        ("visits --since 1d", env),
        ("visits --csv", env),
        ("visits --json", env),
        (f"visits --since {text}", env),
        (f"presence show {text}", env),
        (f"presence clear {known} {people.requester} --why {why.replace(' ', '_')}", env),
        (f"presence clear {known} {people.requester} {text} --why x", env),
        (f"privacy erase {people.erased}", env),
        (f"privacy erase {text}", env),
        ("privacy erase-again", env),
        (f"privacy pseudonym {people.requester}", env),
        (f"backup {copy}", env),
        (f"backup {copy}", env),
        (f"backup /{text}/copy", env),
        ("secrets rotate", env),
        ("secrets rotate --revoke", env),
        (f"keys new Dra.{text}", env),
        *((f"webhook {action} --url https://x.example", env) for action in ACTIONS),
        ("webhook status --json --url https://x.example", env),
        (f"webhook ensure --url https://me:{text}@x.example", env),
        ("check", env),
        ("check --json", env),
        *(("check", {**env, "JWT_JWKS_URL": url}) for url in broken),
        *(("check", {**env, "ATTENDANCE_BASE_URL": url}) for url in unkind),
        ("check", {**env, "DYTE_BASE_URL": f"{root}/video/fault-500-zq"}),
        ("serve", wrong),
        ("serve", unreadable),
        ("serve", {**env, "ATTENDANCE_TOKEN": secret}),
        ("migrate", unreadable),
        ("serve", {**env, "DATABASE_URL": "sqlite:////dev/null/storage.db"}),
        (text, env),
        ("openapi", env),
        ("migrate", env),
        ("migrate --adopt", env),
        (f"sandbox --provider-port {text}", env),
        (f"sandbox --host {text}.invalid", env),
    ]
    return [(line.split(), each) for line, each in lines]


@asynccontextmanager
async def told(partners: Partners, people: People, keys: Keys, port: int) -> AsyncIterator[Story]:
    """A story that has not begun; its partners listen."""
    canaries = partners.canaries
    known = canaries.plant(Kind.REFERRAL, "the referral", "enc-{}")
    url = f"http://127.0.0.1:{port}"
    async with listening(partners), aiohttp.ClientSession(url, timeout=PATIENCE) as client:
        yield Story(client, port, canaries, partners.heard, people, keys, known)


async def played(story: Story, env: Env) -> None:
    """The whole story and every command against a process of the service, which crashes over one
    request and is stopped by SIGTERM at the end."""
    async with running("serve", until="then", **env) as service:
        await story.everything()
        for line, output, errors in await said(at_hand(story, env)):
            story.heard.add(Surface.OPERATORS, line, output)
            story.heard.add(Surface.LOG, line, errors)
        await spoil(env["DATABASE_URL"], story)
        shown = f"/operations/presence/{story.known}"
        assert (await story.call("GET", shown, story.keys.operator))[0] == 500
        finished = await service.stop()
    assert finished.code == 0
    story.heard.add(Surface.LOG, "serve", finished.output)
    story.heard.add(Surface.LOG, "serve", finished.errors)


async def spoil(database: str, story: Story) -> None:
    """Facts that cannot be read: reading them crashes."""
    kind = story.plant(Kind.HEARD, "a row of the database")
    if database.startswith(SQLITE):
        with closing(sqlite3.connect(database.removeprefix(SQLITE))) as stored:
            stored.execute("UPDATE facts SET kind = ?", (kind,))
            stored.commit()
    else:
        server = await asyncpg.connect(database)
        await server.execute("UPDATE facts SET kind = $1", kind)
        await server.close()


def left_in(folder: Path) -> dict[str, str]:
    """What the files hold, by name."""
    return {file.name: file.read_bytes().decode("latin-1") for file in folder.iterdir()}


async def test_nothing_leaks_over_the_whole_story_with_a_log_for_machines(
    partners: Partners, people: People, keys: Keys, tmp_path: Path
) -> None:
    port, heard, collector = free_port(), partners.heard, Collector()
    async with (
        told(partners, people, keys, port) as story,
        TestServer(collector.app()) as server,
    ):
        env = environment(partners, keys, f"{SQLITE}{tmp_path}/storage.db", PORT=str(port))
        env["OTEL_EXPORTER_OTLP_ENDPOINT"] = str(server.make_url("/"))
        await played(story, {**env, "LOG_FORMAT": "json"})
    for body in collector.bodies:
        heard.add(Surface.SPANS, "spans", body.decode("latin-1"))
    files = left_in(tmp_path)
    for name, held in files.items():
        heard.add(Surface.DATABASE, name, held)

    assert heard.leaks() == []
    assert files.keys() == {"storage.db", "storage.db.copy"}
    assert story.statuses.keys() >= {*MEANT}
    assert partners.faults_met >= {f"{name} {fault}" for name in ASKED for fault in FAULTS}
    lines = [json.loads(line) for line in heard.of(Surface.LOG).splitlines() if line[:1] == "{"]
    asked = {(line.get("method"), line.get("route")) for line in lines}
    operations = (*CONTRACT, *FOR_OPERATORS, *SERVICE, *FRONT_DOOR, *CONSOLE)
    routes = {(one.method, one.path) for one in operations if "health" not in one.path}
    assert asked >= routes
    assert {span.name for span in collector.spans()} >= {" ".join(route) for route in routes}
    assert {line["event"] for line in lines} >= {*AuditEvent, *EVENTS}


async def test_nothing_leaks_over_the_whole_story_with_a_log_for_people(
    partners: Partners, people: People, keys: Keys, fresh_postgres: str
) -> None:
    """And with a database that has a password."""
    password = partners.canaries.plant(Kind.SECRET, "the database's password")
    with_password = fresh_postgres.replace("@", f":{password}@", 1)
    port = free_port()
    async with told(partners, people, keys, port) as story:
        env = environment(partners, keys, with_password, PORT=str(port))
        await played(story, {**env, "LOG_FORMAT": "console"})

    assert partners.heard.leaks() == []
    for event in ({*AuditEvent} - {AuditEvent.BACKUP_MADE}) | {*EVENTS}:
        assert event in partners.heard.of(Surface.LOG)


@pytest.mark.parametrize("fault", ["html", "odd-types"])
async def test_nothing_leaks_of_keys_that_partners_do_not_publish(
    partners: Partners, people: People, keys: Keys, fault: str
) -> None:
    port = free_port()
    async with told(partners, people, keys, port) as story:
        broken = f"{partners.url}/fault-{fault}-zq"
        env = environment(partners, keys, "", PORT=str(port), LOG_FORMAT="json") | {
            "JWT_JWKS_URL": broken,
            "WEBHOOK_KEY_URL": broken,
        }
        del env["DATABASE_URL"]
        async with running("serve", until="then", **env) as service:
            await story.start(story.known, story.doctor(people.requester, "the requester"))
            signed = {"dyte-signature": story.words("a signature")}
            await story.call("POST", WEBHOOK, body={"event": "a"}, headers=signed)
            finished = await service.stop()
    partners.heard.add(Surface.LOG, "serve", finished.output + finished.errors)

    assert story.statuses == {503: 2}
    assert "identity_keys.unavailable" in finished.errors
    assert "webhook_key.unavailable" in finished.errors
    assert partners.heard.leaks() == []
