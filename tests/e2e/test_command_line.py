"""The commands as an operator runs them."""

import asyncio
import json
import re
import signal
import sys
from importlib.metadata import version

import aiohttp
import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpServer

from adapters.sandbox.world import SandboxWorld
from entrypoints.cli.serve import GRACE
from entrypoints.sandbox import provider
from entrypoints.sandbox.attendance import create_attendance_app
from tests.e2e.processes import START, ended, free_port, run, running, starting
from tests.http.test_limits import EXPECTING

INSECURE = {
    "AUTH": "none",
    "WEBHOOK_VERIFICATION": "if-present",
    "ALLOW_INSECURE": "no-auth,no-webhook-verification",
}


async def test_the_service_says_where_it_is_what_is_open_and_what_to_try() -> None:
    port = free_port()
    async with running("serve", until="then", PORT=str(port)) as service:
        text = "\n".join(service.banner)

    assert f"listens on http://127.0.0.1:{port}" in text
    assert "video provider: sandbox" in text
    assert "AUTH=none" in text
    assert "WEBHOOK_VERIFICATION=if-present" in text
    assert "curl" in text


async def test_a_stop_is_clean() -> None:
    async with running("serve", until="then", PORT=str(free_port())) as service:
        finished = await service.stop()

    assert finished.code == 0
    assert "Traceback" not in finished.errors


async def test_a_second_signal_waits_neither_for_a_drain_nor_for_what_is_in_hand() -> None:
    port = free_port()
    async with running("serve", until="then", PORT=str(port), DRAIN_SECONDS="300") as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(EXPECTING + b"\r\n")
        await reader.readuntil(b"\r\n\r\n")
        served.process.send_signal(signal.SIGTERM)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            while (await client.get("/health/ready")).status == 200:
                pass
        async with asyncio.timeout(GRACE / 2):
            finished = await served.stop()
        writer.close()

    assert finished.code == 1
    assert "Traceback" not in finished.errors


async def test_wrong_settings_are_all_named_without_a_traceback() -> None:
    finished = await run("serve", PORT="many", VIDEO_PROVIDER="dyte", DYTE_TOKEN="Basic canary")

    assert finished.code == 2
    for name in ("PORT", "DYTE_TOKEN", "AUTH"):
        assert f"  {name}:" in finished.errors
    assert "Traceback" not in finished.errors
    assert "canary" not in finished.errors


@pytest.mark.parametrize("password", ["canary/p:w", "can#ary", "[canary"])
async def test_a_database_url_that_cannot_be_read_does_not_show_its_password(
    password: str,
) -> None:
    finished = await run("migrate", DATABASE_URL=f"postgresql://me:{password}@127.0.0.1/hospital")

    assert finished.code == 1
    assert "cannot reach the database: ValueError" in finished.errors
    assert "Traceback" not in finished.errors
    assert "can" not in finished.errors.replace("cannot", "")


async def test_a_misspelt_variable_does_not_start_the_sandbox_in_its_place() -> None:
    finished = await run("serve", VIDEO_PROVDER="dyte")

    assert finished.code == 2
    assert "  VIDEO_PROVDER: is no setting; VIDEO_PROVIDER is" in finished.errors


async def test_a_variable_that_nothing_reads_is_warned_of_without_its_value() -> None:
    stray = {"DYTE_API_KEY": "canary", "ADAPTER_KEY": "canary"}
    async with running("serve", until="then", PORT=str(free_port()), **stray) as service:
        served = await service.stop()
    checked, listed = await asyncio.gather(run("check", **stray), run("check", "--json", **stray))

    assert '"event":"settings.unread"' in served.errors
    assert '"DYTE_API_KEY"' in served.errors
    assert "warning  settings: DYTE_API_KEY: is no setting" in checked.output
    first, *_ = json.loads(listed.output)["findings"]
    assert (first["subject"], first["level"]) == ("settings", "warning")
    assert (served.code, checked.code) == (0, 0)
    for finished in (served, checked, listed):
        assert "canary" not in finished.output + finished.errors


async def test_a_port_that_is_taken_is_told_without_a_traceback() -> None:
    taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        finished = await run("serve", PORT=str(port))

    assert finished.code == 1
    assert f"cannot listen on 127.0.0.1:{port}" in finished.errors
    assert "Traceback" not in finished.errors


async def test_the_module_is_the_command_and_knows_its_version() -> None:
    module = (sys.executable, "-m", "entrypoints", "--version")
    finished = await ended(await starting(module, {}), START)

    assert (finished.code, finished.output) == (0, f"videochamadas {version('videochamadas')}\n")


async def test_the_help_shows_examples_and_exit_codes() -> None:
    finished = await run("--help")

    assert finished.code == 0
    assert "examples:" in finished.output
    assert "exit codes:" in finished.output


async def test_check_is_content_with_the_sandbox() -> None:
    finished = await run("check")

    assert finished.code == 0
    assert "VIDEO_PROVIDER" in finished.output
    assert not re.search("^failure", finished.output, re.MULTILINE)


async def test_check_spells_settings_as_variables_and_null_is_null() -> None:
    text, listed = await asyncio.gather(run("check"), run("check", "--json"))
    configuration = json.loads(listed.output)["configuration"]

    assert (configuration["SWEEP"], configuration["HOST_POLICY"]) == ("true", "both")
    assert (configuration["JWT_ISSUER"], configuration["CORS_ORIGINS"]) == (None, None)
    assert re.search(r"^JWT_ISSUER +-$", text.output, re.MULTILINE)


class Partners:
    """The served twins and the variables that point at them."""

    def __init__(self, world: SandboxWorld, env: dict[str, str]) -> None:
        self.world = world
        self.env = env


@pytest.fixture
async def partners(world: SandboxWorld, aiohttp_server: AiohttpServer) -> Partners:
    video = await aiohttp_server(provider.create_provider_app(world))
    attendance = await aiohttp_server(create_attendance_app(world))
    env = {
        **INSECURE,
        "VIDEO_PROVIDER": "dyte",
        "DYTE_BASE_URL": str(video.make_url(provider.DYTE_PATH)),
        "DYTE_TOKEN": provider.DYTE_TOKEN,
        "WEBHOOK_KEY_URL": str(video.make_url(provider.KEY_PATH)),
        "ATTENDANCE_PROVIDER": "http",
        "ATTENDANCE_BASE_URL": str(attendance.make_url("")).rstrip("/"),
        "ATTENDANCE_TOKEN": "canary-attendance",
    }
    return Partners(world, env)


async def test_check_finds_real_partners_in_order_and_shows_no_secret(partners: Partners) -> None:
    finished = await run("check", "--json", **partners.env)
    rows = json.loads(finished.output)["findings"]

    assert finished.code == 0
    assert len(rows) >= 9
    assert "failure" not in {row["level"] for row in rows}
    assert provider.DYTE_TOKEN not in finished.output + finished.errors
    assert "canary-attendance" not in finished.output + finished.errors


async def test_check_notices_that_the_attendance_service_is_this_service(
    partners: Partners,
) -> None:
    port = free_port()
    async with running("serve", until="then", PORT=str(port)):
        itself = {"ATTENDANCE_BASE_URL": f"http://127.0.0.1:{port}"}
        finished = await run("check", **{**partners.env, **itself})

    assert finished.code == 1
    assert re.search(
        "^failure +attendance service: .*configured as its partner", finished.output, re.MULTILINE
    )


async def test_check_names_wrong_settings_as_findings() -> None:
    finished = await run("check", "--json", PORT="many", VIDEO_PROVDER="dyte")
    document = json.loads(finished.output)

    assert finished.code == 1
    assert document["configuration"] == {}
    failures = [row["detail"] for row in document["findings"] if row["level"] == "failure"]
    assert {detail.partition(":")[0] for detail in failures} == {"PORT", "VIDEO_PROVDER"}


async def test_any_stub_of_dyte_gets_exactly_the_contracts_request(
    partners: Partners, aiohttp_server: AiohttpServer
) -> None:
    seen: list[tuple[str, str | None, bytes]] = []

    async def stub(request: web.Request) -> web.Response:
        seen.append((request.path, request.headers.get("Authorization"), await request.read()))
        return web.json_response({"success": True, "data": {"id": "m-1"}}, status=201)

    app = web.Application()
    app.router.add_post("/v2/meetings", stub)
    server = await aiohttp_server(app)
    port = free_port()
    env = {**partners.env, "PORT": str(port), "DYTE_BASE_URL": str(server.make_url("/v2"))}
    async with (
        running("serve", until="then", **env),
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        answer = await http.post("/api/dyte/meeting", data=b'{"titleMeet": "enc-1001"}')
        document = await answer.json()

    ((path, authorization, body),) = seen
    assert path == "/v2/meetings"
    assert authorization == f"Basic {provider.DYTE_TOKEN}"
    assert json.loads(body) == {
        "title": "enc-1001",
        "preferred_region": "ap-south-1",
        "record_on_start": False,
        "live_stream_on_start": False,
    }
    assert document["data"]["id"] == "m-1"
