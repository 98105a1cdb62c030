"""The console's files, its front door, and its views as streams of whole documents."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

import pytest
import structlog
from dependency_injector import providers
from pydantic import SecretStr

from adapters.system import epoch
from application.operator_views import Looked
from domain.claims import SweepAnswer
from domain.meeting import Inside, MeetingId, PersonId
from entrypoints.cli.serve import banner
from entrypoints.console.health import HealthShown
from entrypoints.console.static_files import STATIC, TYPES
from entrypoints.console.times import moment
from entrypoints.console.views import VIEWS
from entrypoints.container import Container
from entrypoints.http.streams import STREAMS
from entrypoints.sandbox.control import WORLD
from entrypoints.settings import Settings
from tests.builders import a_webhook_body
from tests.conftest import Client, Serve
from tests.counted import Counted, CountedAttendance, CountedRooms
from tests.http.operators import audited
from tests.http.test_endpoints import a_join, a_meeting
from tests.http.test_openapi import PACKAGE_DATA
from tests.http.test_presence_stream import Stream
from tests.identity import OPERATOR_KEY, PORTAL_KEY, asking
from tests.waiting import PATIENCE

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
VIEW = "/console/views/{}".format
PAGES = sorted(file.name for file in STATIC.iterdir())
REAL = {
    "video_provider": "sandbox",
    "attendance_provider": "http",
    "attendance_base_url": "https://attendance.example",
    **asking(),
}


@pytest.fixture
async def opened(client: Client) -> AsyncIterator["Opened"]:
    client.app[VIEWS].referrals.every = 0.01
    async with AsyncExitStack() as streams:
        yield Opened(client, streams)


class Opened:
    """Views that are open until the test ends."""

    def __init__(self, client: Client, streams: AsyncExitStack) -> None:
        self.client = client
        self._streams = streams

    async def view(self, view: str) -> Stream:
        answer = await self.client.get(VIEW(view))
        assert answer.status == 200
        self._streams.callback(answer.close)
        return Stream(answer)


def with_settings(container: Container, **changed: object) -> Container:
    return Container(settings=container.settings().model_copy(update=changed))


async def until(stream: Stream, view: str, right: Any) -> Any:
    """The first document of which that is true."""
    while True:
        event = await stream.event()
        assert event.name == view
        if right(event.data):
            return event.data


async def test_a_browser_is_led_to_the_console_and_whoever_takes_no_page_is_not(
    client: Client,
) -> None:
    led = await client.get("/", headers=BROWSER, allow_redirects=False)
    others = [await client.get("/", headers={"Accept": kind}) for kind in ("*/*", "", "text/plain")]

    assert (led.status, led.headers["Location"], led.headers["Vary"]) == (302, "/console", "Accept")
    assert [other.status for other in others] == [404] * 3
    assert others[0].content_type == "application/problem+json"
    assert (await client.get("/favicon.ico")).headers["Content-Type"] == "image/x-icon"


@pytest.mark.parametrize("changed", [{"console": False}, REAL, {**REAL, "console": True}])
async def test_elsewhere_a_browser_gets_a_page_that_names_the_health_and_the_documents(
    serve: Serve, container: Container, changed: dict[str, Any]
) -> None:
    client = await serve(with_settings(container, **changed))

    page = await client.get("/", headers=BROWSER, allow_redirects=False)

    assert (page.status, page.content_type) == (200, "text/html")
    linked = re.findall(r'href="(/[^"]*)"', await page.text())
    assert {"/health/ready", "/docs", "/openapi.json"} <= set(linked)
    there = 200 if changed.get("console") else 404
    assert (await client.get("/console")).status == there
    assert (await client.get("/console/index.html")).status == there


async def test_with_a_real_partner_and_no_operators_key_nothing_but_the_empty_shell_is_told(
    serve: Serve, container: Container
) -> None:
    client = await serve(with_settings(container, **REAL, console=True))
    shell = await client.get("/console")
    views = [VIEW(view) for view in ("watch/enc-1001", "now", "waiting", "health")]

    async def statuses(key: str | None) -> list[int]:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        found = []
        for path in views:
            answer = await client.get(path, headers=headers)
            found.append(answer.status)
            answer.close()
        return found

    assert await shell.read() == (STATIC / "index.html").read_bytes()
    assert await statuses(None) == [401] * 4
    assert await statuses("vck_wrong") == [401] * 4
    assert await statuses(PORTAL_KEY) == [403] * 4
    assert await statuses(OPERATOR_KEY) == [200] * 4


@pytest.mark.parametrize("name", PAGES)
async def test_each_file_has_its_type_a_tag_and_nothing_inline_or_from_elsewhere(
    client: Client, name: str
) -> None:
    path = "/console" if name == "index.html" else f"/console/{name}"
    answer = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    text = (await answer.read()).decode("latin-1")

    assert answer.headers["Content-Type"] == TYPES[f".{name.rpartition('.')[2]}"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-cache"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert again.status == 304
    if name.endswith(".html"):
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\bstyle=|\son\w+=", text)
        linked = re.findall(r'(?:src|href)="([^"]*)"', text)
        assert all(one.startswith(("/", "#")) for one in linked)
    if name.endswith((".html", ".css", ".js")):
        assert not re.search(r"""(?:src=|url\(|import\s|from\s|fetch\()["']?https?:""", text)


ELSEWHERE = "..%2f..%2f..%2ftests%2fbrowser%2fdoctor.js"


@pytest.mark.parametrize("name", ["nothing.js", "..%2fviews.py", ELSEWHERE])
async def test_nothing_else_is_served_as_a_file_of_the_console(client: Client, name: str) -> None:
    url = client.make_url("/").with_path(f"/console/{name}", encoded=True)
    async with client.session.get(url) as answer:
        assert answer.status == 404


async def test_one_watches_how_a_lost_webhook_makes_us_disagree_and_what_heals_it(
    client: Client, opened: Opened
) -> None:
    client.app[WORLD].webhooks.registrations.clear()
    client.app[WORLD].register(str(client.make_url("/api/dyte/webhook")))
    meeting = await a_meeting(client)
    call = f"/sandbox/calls/{meeting}"
    await client.post("/api/dyte/participants", json=a_join(meeting, id="dra-ana"))
    watch = await opened.view("watch/enc-1001")
    first = (await watch.event()).data
    await client.put("/sandbox/faults", json={"webhooks": {"drop": 1}})
    await client.post(f"{call}/join", json={"userId": "dra-ana"})

    def user(told: Any, person: str = "dra-ana") -> Any:
        return next(one for one in told["meetings"][0]["users"] if one["userId"] == person)

    lost = await until(watch, "watch", lambda told: user(told)["disagrees"])
    await client.put("/sandbox/faults", json={})
    await client.post(f"{call}/reconnect", json={"userId": "dra-ana"})
    healed = await until(
        watch, "watch", lambda told: user(told)["told"] and not user(told)["disagrees"]
    )

    assert first["kept"] == {"provider": True, "webhooks": True, "attendance": True}
    assert [one["what"] for one in first["provider"]][:2] == ["open", "admit"]
    assert [one["userId"] for one in first["meetings"][0]["users"]] == ["dr-bruno", "dra-ana"]
    assert user(lost)["disagrees"][0]["with"] == "provider"
    assert (user(lost)["inMeeting"], user(lost)["because"]) == (False, "nothing is known")
    assert [one["met"] for one in lost["webhooks"]] == [["lost"], ["lost"]]
    assert lost["meetings"][0]["provider"]["inside"][0]["userId"] == "dra-ana"
    assert (user(healed)["inMeeting"], user(healed)["because"]) == (True, "a connection is open")
    assert user(healed)["told"]["inMeeting"] is True
    assert [one["outcome"] for one in healed["deliveries"]][-1] == "applied"
    kinds = [fact["kind"] for fact in healed["meetings"][0]["facts"]]
    assert kinds[:2] == ["MeetingOpened", "PeerJoined"]
    assert [fact["changes"] for fact in healed["meetings"][0]["facts"]][:2] == [
        [],
        [{"userId": "dra-ana", "inMeeting": True, "because": "a connection is open"}],
    ]
    assert first["doctors"] == [
        {"userId": "dra-ana", "role": "requester"},
        {"userId": "dr-bruno", "role": "specialist"},
    ]
    joined = healed["webhooks"][-1]["peerId"], healed["webhooks"][-1]["sessionId"]
    assert joined in {(one["peerId"], one["sessionId"]) for one in healed["provider"]}
    updates = [one for one in healed["attendance"] if one["what"] == "set_in_meeting"]
    assert [(one["userId"], one["inMeeting"], one["answer"]) for one in updates] == [
        ("dra-ana", True, "ok")
    ]
    now = (await (await opened.view("now")).event()).data
    assert [one["meetingId"] for one in now["calls"]] == [meeting]
    assert now["calls"][0]["disagreesSince"] is None
    assert now["more"] is False


async def test_what_is_not_kept_is_said_and_what_the_provider_said_last_has_its_time(
    serve: Serve, container: Container
) -> None:
    """The provider is a real one, which nobody asks."""
    dyte = {"video_provider": "dyte", "dyte_token": SecretStr("x"), "sweep": False}
    container = with_settings(container, **{**REAL, **dyte}, console=True)
    client = await serve(container)
    await container.meetings().add(MeetingId("m-1"), "enc-1001", now=(now := epoch()))
    sweep = await container.sweeps().claim_sweep(now=now, lease=9.0)
    assert sweep is not None
    inside = Inside("s-1", frozenset({("p-1", PersonId("dra-ana"))}))
    await container.sweeps().note_answer(sweep, SweepAnswer(inside, 0), now=now, due=None)
    headers = {"Authorization": f"Bearer {OPERATOR_KEY}"}

    answer = await client.get(VIEW("watch/enc-1001"), headers=headers)
    told = (await Stream(answer).event()).data
    answer.close()

    assert told["kept"] == {"provider": False, "webhooks": False, "attendance": False}
    assert told["meetings"][0]["provider"] == {
        "source": "answer",
        "at": moment(now),
        "sessionId": None,
        "inside": [{"userId": "dra-ana", "peerId": "p-1", "joinedAt": None}],
    }
    assert (told["provider"], told["webhooks"], told["attendance"]) == ([], [], [])


async def test_what_waits_is_told_when_it_changes_and_health_has_no_secret(
    client: Client, opened: Opened
) -> None:
    client.app[VIEWS].waiting.every = 0.01
    waiting = await opened.view("waiting")
    before = (await waiting.event()).data
    body = {"event": "meeting.ended", "meeting": {"id": "m-9", "title": "enc-9"}}
    await client.post("/api/dyte/webhook", json={**body, "reason": "ALL_PARTICIPANTS_LEFT"})

    after = await until(waiting, "waiting", lambda told: told["dead"])
    health = (await (await opened.view("health")).event()).data

    assert (before["dead"], after["dead"]) == (0, 1)
    assert after["changed"] != before["changed"]
    assert health["queues"]["dead"] == 1
    assert health["lastWebhook"]["why"] == "unknown-referral"
    assert health["twins"] == {"video": True, "attendance": True}
    assert (health["ready"], health["registration"]) == ("ready", "not-watched")
    assert health["streams"] == 2
    assert health["settings"]["CONSOLE"] == "true"


async def test_each_view_that_is_opened_is_one_line_of_the_audit_log_and_its_events_are_none(
    client: Client, opened: Opened
) -> None:
    with structlog.testing.capture_logs() as logs:
        for view in ("watch/enc-1001", "now", "waiting", "health"):
            await (await opened.view(view)).event()
        watch = await opened.view("watch/enc-1002")
        await watch.event()
        await client.post("/api/dyte/meeting", json={"titleMeet": "enc-1002"})
        await watch.event()

    lines = audited(logs)
    assert {(event, who, outcome) for event, who, _, outcome in lines} == {
        ("audit.view_opened", "anyone", "opened")
    }
    whats = [what for _, _, what, _ in lines]
    assert whats[1:4] == ["console/now", "console/waiting", "console/health"]
    assert whats[0] != whats[4]
    assert all(re.fullmatch(r"console/watch/[0-9a-f]+", what) for what in (whats[0], whats[4]))
    assert len(lines) == 5


async def test_views_count_as_streams_and_end_when_the_service_stops(
    client: Client, opened: Opened
) -> None:
    views = [await opened.view(view) for view in ("watch/enc-1001", "now", "waiting", "health")]
    for view in views:
        await view.event()
    streams = client.app[STREAMS]
    streams.most = 4

    assert len(streams) == 4
    assert (await client.get(VIEW("now"))).status == 503
    streams.stop()
    assert ["data" in await view.rest() for view in views] == [False] * 4


async def test_nothing_is_told_again_while_nothing_changes(client: Client, opened: Opened) -> None:
    health, often, looks = client.app[VIEWS].health, asyncio.Event(), count()
    look = health.source.read

    async def counted() -> HealthShown:
        if next(looks) == 5:
            often.set()
        return await look("health")

    health.every, health.source = 0.001, Looked(counted)
    view = await opened.view("health")
    await view.event()
    async with asyncio.timeout(PATIENCE):
        await often.wait()
    client.app[STREAMS].stop()

    assert "data" not in await view.rest()


async def test_while_no_view_is_open_nothing_is_looked_at(client: Client, opened: Opened) -> None:
    views = client.app[VIEWS]
    assert [one._looking for one in (views.referrals, views.calls, views.health)] == [None] * 3

    await (await opened.view("now")).event()

    assert views.calls._looking is not None
    assert views.health._looking is None


async def test_no_view_asks_a_partner(serve: Serve, container: Container) -> None:
    counted = Counted()
    container = with_settings(container, sweep=False)
    container.rooms.override(providers.Object(CountedRooms(counted)))
    container.attendance.override(providers.Object(CountedAttendance(counted)))
    client = await serve(container)
    await a_meeting(client)
    await client.post("/api/dyte/webhook", json=a_webhook_body())
    counted.calls = 0

    async with AsyncExitStack() as streams:
        opened = Opened(client, streams)
        for view in ("watch/enc-1001", "watch/unheard-of", "now", "waiting", "health"):
            await (await opened.view(view)).event()

    assert counted.calls == 0


async def test_a_view_of_what_can_be_no_referral_is_refused(client: Client) -> None:
    assert (await client.get(VIEW("watch/a%00b"))).status == 422


def test_the_wheel_has_the_files() -> None:
    assert PACKAGE_DATA["entrypoints.console"] == ["static/*"]


def test_the_banner_names_the_page_where_there_is_one(settings: Settings) -> None:
    assert "http://127.0.0.1:8080/console" in banner(settings)
    assert "/console" not in banner(settings.model_copy(update={"console": False}))
