"""What operators are told of: corrections, silence of webhooks, and what was given up."""

import orjson
from structlog.testing import capture_logs
from structlog.typing import EventDict

from adapters.sweep_news import SILENT
from domain.meeting import PersonId
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.test_presence import a_movement, received, reported, swept
from tests.application.test_sweep import Answers, provider
from tests.builders import a_webhook_body

__all__ = ["provider"]

ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")


def corrections(lines: list[EventDict]) -> list[tuple[str, str]]:
    return sorted(
        (line["missing"], line["who"]) for line in lines if line["event"] == "sweep.corrected"
    )


async def test_whoever_the_sweep_puts_out_is_said_once_by_a_pseudonym(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: Answers
) -> None:
    await reported(wired, ANA)
    await reported(wired, BRUNO)

    with capture_logs() as lines:
        await swept(wired, clock, 300)

    names = sorted(f"doctor:{wired.pseudonyms().of(person)}" for person in (ANA, BRUNO))
    assert attendance.flags_of() == {ANA: False, BRUNO: False}
    assert corrections(lines) == [("left", name) for name in names]


async def test_whoever_the_sweep_brings_in_is_said_to_have_joined_unheard_of(
    wired: Container, clock: Clock, provider: Answers
) -> None:
    await received(wired, a_movement("Joined", "p1", ANA))
    await received(wired, a_movement("Left", "p1", ANA))
    provider.peers = {("p2", ANA), ("p3", PersonId("a-patient"))}

    with capture_logs() as lines:
        await swept(wired, clock)

    assert corrections(lines) == [("joined", f"doctor:{wired.pseudonyms().of(ANA)}")]


async def test_what_webhooks_told_of_needs_no_correction(
    wired: Container, clock: Clock, provider: Answers
) -> None:
    await received(wired, a_movement("Joined", "p1", ANA))
    provider.peers = {("p1", ANA)}

    with capture_logs() as lines:
        await swept(wired, clock)
        clock.pass_by(SILENT)
        await wired.sweep_news().look()

    assert corrections(lines) == []
    assert not [line for line in lines if line["event"] == "webhooks.stopped"]


async def test_connections_that_no_webhook_told_of_mean_that_webhooks_stopped(
    wired: Container, clock: Clock, provider: Answers
) -> None:
    await received(wired, a_movement("Joined", "p1", ANA))
    await received(wired, a_movement("Left", "p1", ANA))
    await wired.sweep_news().look()
    provider.peers = {("p2", ANA), ("p3", BRUNO)}
    await swept(wired, clock)
    clock.pass_by(SILENT)

    with capture_logs() as lines:
        await wired.sweep_news().look()
        await wired.sweep_news().look()
        await received(wired, a_movement("Left", "p2", ANA))
        await wired.sweep_news().look()

    told = [line["event"] for line in lines if line["event"].startswith("webhooks.")]
    assert told == ["webhooks.stopped", "webhooks.back"]


async def test_a_webhook_that_is_given_up_is_said_with_its_number_and_why(
    wired: Container,
) -> None:
    meeting = {"id": "m-9", "title": "enc-9", "sessionId": "s-9"}
    body = orjson.dumps({**a_webhook_body(), "meeting": meeting})

    with capture_logs() as lines:
        await received(wired, body)
        await received(wired, body)

    (line,) = [line for line in lines if line["event"] == "delivery.dead"]
    assert (line["number"], line["why"]) == (1, "unknown-referral")
    assert "enc-9" not in str(line)
