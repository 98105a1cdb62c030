"""People act in sandbox calls; signed webhooks tell of it, as a provider's would."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson
import pytest
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pytest_aiohttp.plugin import AiohttpServer

from adapters.sandbox.faults import FaultPlan, WebhookFaults
from adapters.sandbox.world import SandboxWorld
from domain.meeting import MeetingId, PersonId
from tests.builders import a_guest

ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")


@dataclass
class Received:
    """What arrived at the registered webhook, in order."""

    statuses: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def events(self) -> list[str]:
        return [orjson.loads(body)["event"].removeprefix("meeting.") for body in self.bodies]


@pytest.fixture
async def received(world: SandboxWorld, aiohttp_server: AiohttpServer) -> Received:
    arrived = Received()

    async def webhook(request: web.Request) -> web.Response:
        arrived.bodies.append(await request.read())
        arrived.headers.append({name.lower(): value for name, value in request.headers.items()})
        return web.Response(status=arrived.statuses.pop(0) if arrived.statuses else 200)

    app = web.Application()
    app.router.add_post("/webhook", webhook)
    server = await aiohttp_server(app)
    world.register(str(server.make_url("/webhook")))
    return arrived


@pytest.fixture
async def meeting(world: SandboxWorld) -> MeetingId:
    opened = await world.rooms.open("enc-1")
    await world.rooms.admit(a_guest("dra-ana"), opened.id)
    await world.rooms.admit(a_guest("dr-bruno"), opened.id)
    return opened.id


async def test_a_call_from_its_first_peer_to_its_end(
    world: SandboxWorld, meeting: MeetingId, received: Received
) -> None:
    world.calls.join(meeting, ANA)
    world.calls.join(meeting, BRUNO)
    world.calls.leave(meeting, ANA)
    world.calls.leave(meeting, BRUNO)
    await world.webhooks.settle()

    assert received.events == [
        "started",
        "participantJoined",
        "participantJoined",
        "participantLeft",
        "participantLeft",
        "ended",
    ]
    last = orjson.loads(received.bodies[-1])
    assert last["reason"] == "ALL_PARTICIPANTS_LEFT"
    assert last["meeting"]["title"] == "enc-1"
    assert last["meeting"]["id"] == meeting
    assert last["meeting"]["status"] == "LIVE"


async def test_a_second_tab_is_a_second_peer_and_closing_one_leaves_the_other(
    world: SandboxWorld, meeting: MeetingId
) -> None:
    first, second = world.calls.join(meeting, ANA), world.calls.join(meeting, ANA)

    world.calls.leave(meeting, ANA, first.id)

    session = world.rooms.room(meeting).active_session
    assert session is not None
    assert [peer.id for peer in session.open_peers] == [second.id]


async def test_a_reconnection_joins_before_it_has_left(
    world: SandboxWorld, meeting: MeetingId, received: Received
) -> None:
    world.calls.join(meeting, ANA)
    world.calls.reconnect(meeting, ANA)
    await world.webhooks.settle()

    assert received.events[-2:] == ["participantJoined", "participantLeft"]


async def test_a_drop_does_not_end_the_session(world: SandboxWorld, meeting: MeetingId) -> None:
    world.calls.join(meeting, ANA)
    world.calls.drop(meeting, ANA)

    assert world.rooms.room(meeting).active_session is not None


async def test_when_the_host_ends_only_the_session_end_is_sent(
    world: SandboxWorld, meeting: MeetingId, received: Received
) -> None:
    world.calls.join(meeting, ANA)
    world.calls.host_ends(meeting)
    await world.webhooks.settle()

    assert received.events == ["started", "participantJoined", "ended"]
    assert orjson.loads(received.bodies[-1])["reason"] == "HOST_ENDED_MEETING"


def verify(world: SandboxWorld, body: bytes, signature: str) -> None:
    key = load_pem_public_key(world.key.public_pem.encode())
    assert isinstance(key, RSAPublicKey)
    key.verify(base64.b64decode(signature), body, PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("prefix", ["dyte", "rtk"])
async def test_each_webhook_is_signed_over_its_raw_body(
    world: SandboxWorld, meeting: MeetingId, received: Received, prefix: str
) -> None:
    world.rooms.room(meeting).prefix = prefix
    world.calls.join(meeting, ANA)
    await world.webhooks.settle()

    assert received.bodies
    for body, headers in zip(received.bodies, received.headers, strict=True):
        verify(world, body, headers[f"{prefix}-signature"])
        assert headers[f"{prefix}-uuid"]
        assert headers[f"{prefix}-webhook-id"]


async def everybody(world: SandboxWorld, meeting: MeetingId) -> None:
    world.calls.join(meeting, ANA)
    world.calls.everyone_leaves(meeting)
    await world.webhooks.settle()


Expect = Callable[[SandboxWorld, Received], None]


def all_dropped(world: SandboxWorld, received: Received) -> None:
    assert received.events == []


def all_doubled(world: SandboxWorld, received: Received) -> None:
    assert received.bodies[0::2] == received.bodies[1::2]
    assert len(received.bodies) == 8


def all_forged(world: SandboxWorld, received: Received) -> None:
    assert len(received.bodies) == 4
    for body, headers in zip(received.bodies, received.headers, strict=True):
        with pytest.raises(InvalidSignature):
            verify(world, body, headers["dyte-signature"])


def out_of_order(world: SandboxWorld, received: Received) -> None:
    happened = ["started", "participantJoined", "participantLeft", "ended"]
    assert sorted(received.events) == sorted(happened)
    assert received.events != happened


def all_there(world: SandboxWorld, received: Received) -> None:
    assert len(received.bodies) == 4


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (WebhookFaults(drop=1), all_dropped),
        (WebhookFaults(double=1), all_doubled),
        (WebhookFaults(wrong_key=1), all_forged),
        (WebhookFaults(reorder=1), out_of_order),
        (WebhookFaults(delay_rate=1, delay_seconds=0), all_there),
    ],
)
async def test_webhooks_fail_on_command(
    world: SandboxWorld,
    meeting: MeetingId,
    received: Received,
    faults: WebhookFaults,
    expected: Expect,
) -> None:
    world.faults.follow(FaultPlan(seed=7, webhooks=faults))

    await everybody(world, meeting)

    expected(world, received)


async def test_the_same_seed_fails_the_same_way(
    world: SandboxWorld, meeting: MeetingId, received: Received
) -> None:
    runs = []
    for _ in range(2):
        received.bodies.clear()
        plan = WebhookFaults(drop=0.4, double=0.4, reorder=0.4)
        world.faults.follow(FaultPlan(seed=11, webhooks=plan))
        await everybody(world, meeting)
        runs.append(received.events)

    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    ("prefix", "status", "attempts"),
    [("dyte", 401, 2), ("dyte", 503, 2), ("rtk", 503, 2), ("rtk", 401, 1)],
)
async def test_what_was_refused_is_sent_again_as_that_provider_does(
    world: SandboxWorld,
    meeting: MeetingId,
    received: Received,
    prefix: str,
    status: int,
    attempts: int,
) -> None:
    world.webhooks.pause = 0
    world.rooms.room(meeting).prefix = prefix
    received.statuses = [status]
    world.calls.join(meeting, ANA)
    await world.webhooks.settle()

    started = world.webhooks.deliveries[0]
    assert started.statuses == [status, 200][:attempts]


async def test_a_meeting_that_is_closed_throws_everybody_out_and_tells_of_it(
    world: SandboxWorld, meeting: MeetingId, received: Received
) -> None:
    for person in (ANA, BRUNO):
        world.calls.join(meeting, person)

    await world.rooms.close(meeting)
    await world.webhooks.settle()

    assert received.events[-3:] == ["participantLeft", "participantLeft", "ended"]
    assert orjson.loads(received.bodies[-1])["reason"] == "HOST_ENDED_MEETING"
    assert await world.rooms.active_session(meeting) is None


async def test_closing_an_empty_meeting_tells_nothing(
    world: SandboxWorld, meeting: MeetingId, received: Received
) -> None:
    await world.rooms.close(meeting)
    await world.webhooks.settle()

    assert received.events == []
