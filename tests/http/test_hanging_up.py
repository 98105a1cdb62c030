"""A closing tab does not wait for the answer; its leave is handled all the same."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import orjson
import pytest
from dependency_injector import providers

from adapters.sandbox.attendance import SandboxAttendance
from domain.facts import Reported
from domain.presence import Seat
from entrypoints.app import create_app
from entrypoints.container import Container
from entrypoints.http.server import listening
from entrypoints.settings import Settings
from tests.builders import a_seat
from tests.waiting import until

Address = tuple[str, int]

PATIENCE = 5.0  # less than a lease, after which the worker would tell it anyway


def a_beacon(doctor: str = "dra-ana") -> bytes:
    """What a browser sends for ``navigator.sendBeacon(url, text)``."""
    body = orjson.dumps({"doctorID": doctor, "referralID": "enc-1001", "meetID": "meeting-1"})
    head = (
        "POST /api/update-doctor-meet HTTP/1.1",
        "Host: service.example",
        "Connection: keep-alive",
        f"Content-Length: {len(body)}",
        "Content-Type: text/plain;charset=UTF-8",
        "Accept: */*",
        "Origin: https://app.example",
        "Sec-Fetch-Mode: no-cors",
    )
    return "\r\n".join((*head, "", "")).encode() + body


@dataclass
class SlowAttendance(SandboxAttendance):
    """The twin, which says when it is asked and when it is done, and waits in between."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    may_go_on: asyncio.Event = field(default_factory=asyncio.Event)
    done: "asyncio.Queue[tuple[Seat, bool]]" = field(default_factory=asyncio.Queue)

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        self.asked.set()
        await until(self.may_go_on)
        await SandboxAttendance.set_in_meeting(self, seat, in_meeting=in_meeting)
        self.done.put_nowait((seat, in_meeting))


@pytest.fixture
def container(settings: Settings) -> Container:
    """The pages' origin is configured."""
    origins = {"cors_origins": frozenset({"https://app.example"})}
    return Container(settings=settings.model_copy(update=origins))


@pytest.fixture
def attendance(container: Container) -> SlowAttendance:
    slow = SlowAttendance()
    container.attendance.override(providers.Object(slow))
    return slow


@pytest.fixture
async def service(container: Container, attendance: SlowAttendance) -> AsyncIterator[Address]:
    """Served as in production; aiohttp's test server cancels handlers when a client hangs up."""
    async with listening(create_app(container), "127.0.0.1", 0, grace=PATIENCE) as server:
        yield server.sockets[0].getsockname()


def send(service: Address, sent: bytes) -> socket.socket:
    connection = socket.create_connection(service)
    connection.sendall(sent)
    return connection


async def ask_for_health(service: Address) -> None:
    """Whatever happened on other connections before this was noticed when it is answered."""
    host, port = service
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://{host}:{port}/health/live") as answer,
    ):
        assert answer.status == 200


async def told(attendance: SlowAttendance) -> tuple[str, bool]:
    async with asyncio.timeout(PATIENCE):
        seat, in_meeting = await attendance.done.get()
    return seat.person, in_meeting


async def test_who_hangs_up_at_once_is_marked_out(
    attendance: SlowAttendance, service: Address
) -> None:
    attendance.may_go_on.set()

    send(service, a_beacon()).close()

    assert await told(attendance) == ("dra-ana", False)


async def test_who_hangs_up_while_the_attendance_service_is_asked_is_marked_out(
    attendance: SlowAttendance, service: Address
) -> None:
    connection = send(service, a_beacon())
    await until(attendance.asked)

    connection.close()
    await ask_for_health(service)
    attendance.may_go_on.set()

    assert await told(attendance) == ("dra-ana", False)


async def test_who_hangs_up_half_way_through_has_said_nothing_and_does_no_harm(
    attendance: SlowAttendance, service: Address, container: Container
) -> None:
    attendance.may_go_on.set()

    send(service, a_beacon()[:-1]).close()
    await ask_for_health(service)
    send(service, a_beacon()).close()

    assert await told(attendance) == ("dra-ana", False)
    assert len(await container.presence().of_seat(a_seat("enc-1001"))) == 1


async def test_two_beacons_are_two_facts(
    attendance: SlowAttendance, service: Address, container: Container
) -> None:
    attendance.may_go_on.set()

    for _ in range(2):
        send(service, a_beacon()).close()
        assert await told(attendance) == ("dra-ana", False)

    seat = a_seat("enc-1001")
    facts = await container.history().newest_facts(seat.referral, seat.meeting, 9)
    assert [fact.what for fact in facts] == [Reported(a_seat().person, in_meeting=False)] * 2
    assert len({fact.seq for fact in facts}) == 2
