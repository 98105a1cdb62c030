"""The trace of a request goes on to the partners, and its spans to a collector."""

import asyncio
import os
import re
import sys
import threading
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from pytest_aiohttp.plugin import AiohttpServer
from structlog.testing import capture_logs
from yarl import URL

from adapters.exported_spans import SpanExport
from adapters.plug_in import AdapterError
from adapters.sandbox.faults import ApiFaults, FaultPlan
from adapters.sandbox.world import SandboxWorld
from entrypoints.container import Container
from entrypoints.resources import open_spans
from entrypoints.sandbox.attendance import create_attendance_app
from entrypoints.settings import Settings
from entrypoints.traces import look_at_traces
from tests.builders import a_referral, a_webhook_body
from tests.collector import Collector, attributes_of
from tests.conftest import Client, Serve
from tests.waiting import until

TRACE_ID, SPAN_ID = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GIVEN = {"traceparent": f"00-{TRACE_ID}-{SPAN_ID}-01", "tracestate": "congo=t61rcWkgMzE,rojo=1"}
PARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-(0[0-3])")
REPORT = "/attendance-service/referrals/enc-1/meetings/meeting-1/user"
IN = {"inMeeting": True, "userId": "dra-ana"}


@dataclass
class Heard:
    """What the attendance service got, of each request its trace: id, span, flags, state."""

    traces: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @web.middleware
    async def listen(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        match = PARENT.fullmatch(request.headers["traceparent"])
        assert match is not None
        self.traces.append((match[1], match[2], match[3], request.headers.get("tracestate")))
        self.news.set()
        return await handler(request)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def container(
    settings: Settings, world: SandboxWorld, heard: Heard, aiohttp_server: AiohttpServer
) -> Container:
    """Over an attendance service on a socket."""
    world.attendance.put(a_referral())
    app = create_attendance_app(world)
    app.middlewares.append(heard.listen)
    server = await aiohttp_server(app)
    changed = {
        "attendance_provider": "http",
        "attendance_base_url": str(server.make_url("")).rstrip("/"),
        "webhook_verification": "if-present",
    }
    container = Container(settings=settings.model_copy(update=changed))
    container.random.override(lambda: 0.0)
    return container


@pytest.fixture
async def collector(aiohttp_server: AiohttpServer, monkeypatch: pytest.MonkeyPatch) -> Collector:
    collector = Collector()
    server = await aiohttp_server(collector.app())
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", str(server.make_url("/")))
    return collector


async def report(client: Client, headers: dict[str, str]) -> int:
    return (await client.post(REPORT, json=IN, headers=headers)).status


async def test_partners_get_the_trace_of_the_request_and_a_new_one_without_a_valid_one(
    client: Client, heard: Heard
) -> None:
    assert await report(client, GIVEN) == 200
    given = heard.traces.copy()
    heard.traces.clear()
    assert await report(client, {**GIVEN, "traceparent": f"00-{'0' * 32}-{SPAN_ID}-01"}) == 200
    assert await report(client, {**GIVEN, "tracestate": "cpf=12345678909"}) == 200
    (made, _, flags, state), *_, (kept, _, _, masked) = heard.traces

    assert {(trace, flags, state) for trace, _, flags, state in given} == {
        (TRACE_ID, "01", GIVEN["tracestate"])
    }
    assert len({SPAN_ID, *(span for _, span, _, _ in given)}) == 1 + len(given) >= 2
    assert made != TRACE_ID
    assert (flags, state) == ("02", None)
    assert (kept, masked) == (TRACE_ID, None)


async def test_spans_of_a_request_its_calls_and_its_transactions_reach_the_collector(
    collector: Collector, serve: Serve, container: Container, heard: Heard
) -> None:
    client = await serve(container)
    assert await report(client, GIVEN) == 200
    assert (await client.get("/nowhere/enc-1?doctor=dra-ana")).status == 404
    await client.get("/health/live", headers=GIVEN)
    await client.close()
    spans = collector.spans()

    first, second = (span for span in spans if span.kind == Span.SPAN_KIND_SERVER)
    assert first.name == f"POST {attributes_of(first.attributes)['http.route']}"
    assert attributes_of(first.attributes)["http.response.status_code"] == 200
    assert (first.trace_id.hex(), first.parent_span_id.hex()) == (TRACE_ID, SPAN_ID)
    assert (second.name, second.parent_span_id) == ("GET unmatched", b"")
    assert second.trace_id != first.trace_id
    below = [span for span in spans if span.parent_span_id == first.span_id]
    (call,) = [span for span in below if span.name == "attendance set_in_meeting"]
    assert heard.traces == [(TRACE_ID, call.span_id.hex(), "01", GIVEN["tracestate"])]
    stored = [span for span in below if span.name.startswith("storage Stored")]
    assert {attributes_of(span.attributes)["db.system.name"] for span in stored} == {"sqlite"}
    assert len(spans) == 2 + 1 + len(stored)
    assert collector.services() == {"videochamadas"}
    for word in (b"enc-1", b"meeting-1", b"dra-ana", b"dr-bruno", b"127.0.0.1"):
        assert not any(word in body for body in collector.bodies)


async def test_what_the_worker_does_later_has_a_trace_of_its_own(
    collector: Collector,
    serve: Serve,
    container: Container,
    heard: Heard,
    world: SandboxWorld,
) -> None:
    client = await serve(container)
    world.attendance_faults.follow(FaultPlan(api=ApiFaults(server_error=1)))
    answer = await client.post("/api/dyte/webhook", json=a_webhook_body("enc-1"), headers=GIVEN)
    assert answer.status == 202
    assert {trace for trace, *_ in heard.traces} == {TRACE_ID}
    world.attendance_faults.follow(FaultPlan())
    while heard.traces[-1][0] == TRACE_ID:
        heard.news.clear()
        await until(heard.news)
    await client.close()

    roots = {span.trace_id.hex(): span for span in collector.spans() if not span.parent_span_id}
    assert {span.name for span in roots.values()} == {"delivery"}
    assert {trace for trace, *_ in heard.traces} == {TRACE_ID, *roots}
    failed = [span for span in collector.spans() if span.status.code == Status.STATUS_CODE_ERROR]
    assert [(span.name, attributes_of(span.attributes)["error.type"]) for span in failed] == [
        ("attendance referral", "partner-broken")
    ]


async def test_a_trace_that_is_not_sampled_goes_on_and_is_not_exported(
    collector: Collector, serve: Serve, container: Container, heard: Heard
) -> None:
    client = await serve(container)
    given = f"00-{TRACE_ID}-{SPAN_ID}-00"
    assert await report(client, {"traceparent": given}) == 200
    await client.close()

    assert [(trace, flags) for trace, _, flags, _ in heard.traces] == [(TRACE_ID, "00")]
    assert heard.traces[0][1] != SPAN_ID
    assert collector.bodies == []


async def test_that_spans_are_lost_is_said_once_and_so_is_that_they_are_not(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "1")
    export = SpanExport.start("sqlite")
    with capture_logs() as lines:
        for status in (400, 400, 400, 200, 200):
            collector.status = status
            with export.spans.work("delivery"):
                pass
            collector.news.clear()
            await until(collector.news)
        await export.end()

    assert [line["event"] for line in lines if "traces" in str(line["event"])] == [
        "traces.lost",
        "traces.back",
    ]


async def test_a_collector_that_does_not_answer_holds_up_neither_work_nor_the_end(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "2")
    collector.answering.clear()
    export = SpanExport.start("sqlite")
    for _ in range(3000):  # more than wait
        with export.spans.work("delivery"):
            pass
    exporting = [one for one in threading.enumerate() if one.name.startswith("Otel")]
    await export.end(patience=0.05)
    assert collector.bodies == []
    assert any(one.is_alive() for one in exporting)
    collector.answering.set()
    for thread in exporting:
        await asyncio.to_thread(thread.join)
    assert len(collector.bodies) > 0


async def test_without_the_extra_nothing_is_exported_and_that_is_said(
    collector: Collector, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "adapters.exported_spans")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    with capture_logs() as lines:
        async with open_spans(container):
            assert container.spans() is None
    assert [line["event"] for line in lines] == ["traces.not_exported"]


@pytest.mark.parametrize(
    "variables",
    [
        {"OTEL_SDK_DISABLED": "true"},
        {"OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_TRACES_EXPORTER": "console"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
    ],
)
async def test_nothing_is_exported_that_the_variables_do_not_ask_for(
    collector: Collector,
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    async with open_spans(container):
        assert container.spans() is None


async def test_variables_that_the_sdk_refuses_do_not_start(
    collector: Collector, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "1")

    with pytest.raises(AdapterError, match="OTEL_"):
        async with open_spans(container):
            pass


@pytest.mark.parametrize(
    ("variables", "ok", "warning", "told"),
    [
        ({}, True, False, "exported to {origin}"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, True, True, "never by grpc"),
        ({"OTEL_EXPORTER_OTLP_HEADERS": "authorization=canary"}, True, False, "exported to"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": ""}, True, False, "not exported"),
        ({"OTEL_BSP_MAX_QUEUE_SIZE": "1"}, False, False, "OTEL_"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "canary"}, False, False, "OTEL_"),
    ],
)
async def test_the_check_says_whether_traces_are_exported_and_where(
    collector: Collector, variables: dict[str, str], ok: bool, warning: bool, told: str
) -> None:
    url = URL(os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"])
    secret = str(url.with_user("me").with_password("canary") / "v1/traces" % {"key": "canary"})
    environment = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": secret, **variables}
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        finding = await asyncio.to_thread(look_at_traces, environment)

    assert (finding.ok, finding.warning) == (ok, warning)
    assert told.format(origin=url.origin()) in finding.detail
    assert "canary" not in finding.detail


async def test_a_collector_that_refuses_is_a_warning_of_the_check(collector: Collector) -> None:
    collector.status = 401
    finding = await asyncio.to_thread(look_at_traces, os.environ)

    assert (finding.ok, finding.warning) == (True, True)
    assert "does not take them" in finding.detail
