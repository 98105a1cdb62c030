"""``videochamadas webhook`` at the fake provider, over the wire."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

import pytest
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpServer
from structlog.testing import capture_logs

from adapters.sandbox.events import ORGANIZATION
from adapters.sandbox.faults import ApiFaults, FaultPlan
from adapters.sandbox.world import SandboxWorld
from entrypoints.cli.parser import Parser
from entrypoints.cli.webhook import add_webhook_arguments, webhook
from entrypoints.sandbox import provider
from entrypoints.settings_rules import load_settings

PUBLIC = "https://videochamadas.hospital.example"
URL = f"{PUBLIC}/api/dyte/webhook"
OTHERS = "https://crm.hospital.example/hook/canary"
PROFILES = {
    "dyte": (provider.DYTE_PATH, provider.DYTE_TOKEN),
    "realtimekit": (provider.REALTIMEKIT_PATH, provider.REALTIMEKIT_TOKEN),
}


class Said(NamedTuple):
    code: int
    output: str
    errors: str


Command = Callable[..., Awaitable[Said]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run it with these arguments and variables, in a thread, because it has a loop of its own."""
    parser = Parser()
    add_webhook_arguments(parser)

    async def run(*arguments: str, **env: str) -> Said:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        parsed = parser.parse_args(arguments)
        with capture_logs():  # the fake provider's are of the same process
            code = await asyncio.to_thread(webhook, load_settings(), parsed)
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture
async def server(world: SandboxWorld, aiohttp_server: AiohttpServer) -> TestServer:
    return await aiohttp_server(provider.create_provider_app(world))


@pytest.fixture(params=PROFILES)
def env(
    request: pytest.FixtureRequest, server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> Mapping[str, str]:
    """The settings of a service at the fake provider."""
    path, token = PROFILES[request.param]
    env = {
        "VIDEO_PROVIDER": request.param,
        "DYTE_BASE_URL": str(server.make_url(path)),
        "DYTE_TOKEN": token,
        "PROVIDER_ORG_ID": ORGANIZATION,
        "PUBLIC_URL": PUBLIC,
        "AUTH": "none",
        "ALLOW_INSECURE": "no-auth",
    }
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return env


async def test_it_is_registered_and_mended_and_again_changes_nothing(
    env: Mapping[str, str], world: SandboxWorld, command: Command
) -> None:
    world.register(OTHERS)
    made, first = await command("ensure"), dict(world.webhooks.registrations)
    again, second = await command("ensure", "--json"), dict(world.webhooks.registrations)
    world.webhooks.disable()
    mended, third = await command("ensure", f"--url={URL}"), world.webhooks.registrations

    assert made == Said(0, f"registered: {URL}\n", "")
    assert (again.code, json.loads(again.output)) == (0, {"url": URL, "result": "unchanged"})
    assert first == second
    assert mended == Said(0, f"mended: it is enabled, with all events: {URL}\n", "")
    assert {one.url: one.enabled for one in third.values()} == {OTHERS: False, URL: True}
    assert env["DYTE_TOKEN"] not in str((made, again, mended))


async def test_its_status_says_what_is_wrong_and_no_secret_of_others(
    env: Mapping[str, str], world: SandboxWorld, command: Command
) -> None:
    world.register(OTHERS)
    missing = await command("status")
    (other,) = world.webhooks.registrations.values()
    world.webhooks.registrations[other.id] = replace(other, name="videochamadas")
    earlier = await command("status")
    world.register(URL)
    right = await command("status")
    world.register(URL)
    twice = await command("status")
    world.webhooks.disable()
    disabled = await command("status", "--json")

    assert missing == Said(
        1,
        f"not registered: {URL}; `videochamadas webhook ensure` mends it\n"
        "not ours: crm.hospital.example\n",
        "",
    )
    assert "not ours: crm.hospital.example, called videochamadas too\n" in earlier.output
    assert (right.code, right.output.splitlines()[0]) == (
        0,
        f"registered, enabled, with all events: {URL}",
    )
    assert "registered 2 times" in twice.output
    document = json.loads(disabled.output)
    assert (disabled.code, document["state"]) == (1, "disabled")
    assert [one["enabled"] for one in document["registrations"]] == [False, False]
    assert document["others"] == ["crm.hospital.example, called videochamadas too"]
    told = str((missing, right, twice, disabled))
    assert "canary" not in told
    assert env["DYTE_TOKEN"] not in told


@pytest.mark.usefixtures("env")
async def test_it_is_removed_with_what_is_registered_twice_and_nothing_else_is(
    world: SandboxWorld, command: Command
) -> None:
    for url in (OTHERS, URL, URL):
        world.register(url)
    removed, again = await command("remove"), await command("remove")

    assert removed == Said(0, f"removed: {URL}\n", "")
    assert again == Said(0, f"not registered: {URL}\n", "")
    assert [one.url for one in world.webhooks.registrations.values()] == [OTHERS]


@pytest.mark.usefixtures("env")
@pytest.mark.parametrize("fault", ["unauthorized", "server_error", "html"])
@pytest.mark.parametrize("action", ["ensure", "status", "remove"])
async def test_a_provider_that_fails_is_said_to_and_is_no_empty_list(
    world: SandboxWorld, command: Command, fault: str, action: str
) -> None:
    world.faults.follow(FaultPlan(api=ApiFaults.model_validate({fault: 1})))
    said = await command(action)

    assert (said.code, said.output) == (1, "")
    assert "video provider: " in said.errors
    assert "`videochamadas check` tries the settings" in said.errors
    assert world.webhooks.registrations == {}


async def test_what_cannot_be_done_is_said_with_its_reason(command: Command) -> None:
    twin = await command("ensure", f"--url={PUBLIC}")
    nowhere = await command("status")
    plain = await command("ensure", "--url=http://videochamadas.hospital.example")
    no_url = await command("ensure", "--url=https://me:canary@hospital.example")

    assert twin.errors.startswith("nothing to register: with VIDEO_PROVIDER=sandbox")
    assert "PUBLIC_URL: needed, or --url" in nowhere.errors
    assert "--url: plain http off this machine" in plain.errors
    assert "--url: must be http(s)://host" in no_url.errors
    assert "canary" not in no_url.errors
    assert [one.code for one in (twin, nowhere, plain, no_url)] == [1, 2, 2, 2]
