"""With PUBLIC_HOSTS only requests to these names are served; probes ask by address."""

import asyncio

import pytest

from domain.meeting import PersonId
from entrypoints.container import Container
from entrypoints.sandbox.control import WORLD
from entrypoints.settings import Settings
from tests.conftest import Client, Serve

OPEN = "/api/dyte/meeting"
PUBLIC = frozenset({"video.hospital.example", "10.0.0.5", "2001:db8::1"})


@pytest.fixture
async def public(serve: Serve, settings: Settings) -> Client:
    return await serve(Container(settings=settings.model_copy(update={"public_hosts": PUBLIC})))


@pytest.mark.parametrize(
    "host",
    [
        "video.hospital.example",
        "Video.Hospital.EXAMPLE",
        "video.hospital.example.",
        "video.hospital.example:8443",
        "video.hospital.example:",
        "10.0.0.5:8080",
        "[2001:db8::1]",
        "[2001:DB8:0:0::1]:8080",
    ],
)
async def test_a_public_host_is_served_however_it_is_spelt(public: Client, host: str) -> None:
    answer = await public.post(OPEN, json={"titleMeet": "enc-1001"}, headers={"Host": host})

    assert answer.status == 201


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost:8080",
        "hospital.example",
        "x.video.hospital.example",
        "video.hospital.example.evil.example",
        "video.hospital.example@evil.example",
        "evil.example, video.hospital.example",
        "video.hospital.example:8080:80",
        "2001:db8::2",
        "[2001:db8::1",
        "video_hospital_example",
        "",
        "..",
    ],
)
async def test_another_host_gets_421_whatever_a_proxy_is_said_to_have_been_called(
    public: Client, host: str
) -> None:
    forwarded = {"X-Forwarded-Host": "video.hospital.example", "Forwarded": "host=10.0.0.5"}
    for path in (OPEN, "/api/dyte/webhook", "/nowhere"):
        answer = await public.post(path, json={}, headers={"Host": host, **forwarded})

        assert answer.status == 421
        assert (await answer.json())["type"].endswith(":misdirected-request")


async def test_a_request_must_name_one_host_in_its_line_too(public: Client) -> None:
    ours, other = "Host: video.hospital.example", "Host: evil.example"

    assert await first_line(public, "GET /nowhere HTTP/1.1", ours) == 404
    assert await first_line(public, "GET /nowhere HTTP/1.0") == 421
    assert await first_line(public, "GET /nowhere HTTP/1.1", ours, other) in {400, 421}
    assert await first_line(public, "GET http://evil.example/nowhere HTTP/1.1", ours) == 421
    assert await first_line(public, "GET http://10.0.0.5/nowhere HTTP/1.1", other) == 421
    assert await first_line(public, "GET http://10.0.0.5/nowhere HTTP/1.1", ours) == 404


async def first_line(client: Client, *lines: str) -> int:
    """The status of the answer to a request of these lines."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
    status = int((await reader.readline()).split()[1])
    writer.close()
    return status


async def test_probes_and_scrapers_ask_by_any_name(public: Client) -> None:
    for path in ("/health/live", "/health/ready", "/metrics"):
        assert (await public.get(path, headers={"Host": "10.9.9.9:8080"})).status == 200


async def test_without_the_setting_every_name_is_served(client: Client) -> None:
    answer = await client.post(OPEN, json={"titleMeet": "x"}, headers={"Host": "any.example"})

    assert answer.status == 201


async def test_the_sandbox_sends_its_webhooks_to_a_public_host(public: Client) -> None:
    assert public.app is not None
    world = public.app[WORLD]
    (registration,) = world.webhooks.registrations.values()
    world.webhooks.registrations.clear()
    world.register(str(public.make_url("/api/dyte/webhook")), registration.host)
    headers = {"Host": "10.0.0.5"}
    opened = await public.post(OPEN, json={"titleMeet": "enc-1001"}, headers=headers)
    ana = {"name": "Dra. Ana", "avatar": "", "id": "dra-ana"}
    meeting = (await opened.json())["data"]["id"]
    body = {"user": ana, "idMeet": meeting, "type_preset": "group_call_host"}
    await public.post("/api/dyte/participants", json=body, headers=headers)

    world.calls.join(meeting, PersonId("dra-ana"))
    await world.webhooks.settle()

    assert [one.statuses for one in world.webhooks.deliveries] == [[200], [200]]
