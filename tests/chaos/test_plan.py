"""What is drawn before anything happens, and what people do when its time has come."""

import asyncio
import json
import random
from typing import Any, cast

import pytest

from adapters.sandbox.world import SandboxWorld
from adapters.system import new_id, utc_now
from domain.meeting import MeetingId, PersonId
from tests.builders import a_guest
from tests.chaos.caller import Caller
from tests.chaos.consultations import Consultation
from tests.chaos.mail import Mail, Mood
from tests.chaos.plan import ALL_ALIVE, ENDING, LEASE, as_json, drawn, from_json, repeated_by
from tests.chaos.service import Instance


def test_a_plan_that_was_written_down_is_read_again() -> None:
    plan = drawn(7, 30, "sqlite", 1)

    assert from_json(json.loads(json.dumps(as_json(plan)))) == plan


def test_a_command_repeats_a_plan_with_all_that_it_was_drawn_from() -> None:
    assert repeated_by(7, 24, "postgres", 2, {"kill", "freeze"}) == (
        "SEED=7 MINUTES=0.4 STORE=postgres INSTANCES=2 ONLY=freeze,kill"
    )
    assert repeated_by(7, 30, "sqlite", 1) == "SEED=7 MINUTES=0.5 STORE=sqlite INSTANCES=1"


def test_also_in_a_short_run_processes_are_frozen_for_up_to_twenty_seconds() -> None:
    frozen = [
        act.lasts
        for seed in range(40)
        for act in drawn(seed, 24, "postgres", 2, frozenset({"freeze"})).acts
        if act.what == "freeze"
    ]

    assert 1 <= min(frozen) < LEASE
    assert 19 < max(frozen) <= 20
    assert sum(lasts > LEASE for lasts in frozen) > len(frozen) / 2


@pytest.mark.parametrize(("seconds", "ends"), [(601, False), (600, True)])
def test_only_in_a_long_run_no_process_is_ended_later(seconds: float, *, ends: bool) -> None:
    acts = drawn(7, seconds, "sqlite", 1).acts

    assert any(act.what in ENDING and act.at < ALL_ALIVE for act in acts)
    assert any(act.what in ENDING and act.at > ALL_ALIVE for act in acts) is ends


class Answering:
    """Answers each call with that status, once ``wanted`` are there, and keeps what was asked."""

    def __init__(self, **status: int | None) -> None:
        self.status = status
        self.asked: list[str] = []
        self.history = Told()
        self.wanted, self.there = 1, asyncio.Event()

    async def call(self, what: str, *_args: Any, **_more: Any) -> tuple[Any, Any]:
        self.asked.append(what)
        if len(self.asked) >= self.wanted:
            self.there.set()
        await self.there.wait()
        return self.status[what], {"data": {"id": "m-2"}, "ticket": "t"}


class Told:
    """A history that is not written down."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def add(self, kind: str, **what: Any) -> dict[str, Any]:
        self.entries.append({"kind": kind, **what})
        return self.entries[-1]

    def number(self) -> int:
        return len(self.entries)


def starting_again(*, really: bool) -> random.Random:
    """Random numbers by which the front end starts again, or does not."""

    class Chance(random.Random):
        def random(self) -> float:
            return 0.0 if really else 0.99

        def choice(self, some: Any) -> Any:
            return some[0]

        def uniform(self, *_: float) -> float:
            return 0.0

    return Chance()


class Twice(random.Random):
    """Random numbers by which whatever may be sent more than once is sent twice, at once."""

    def choice(self, some: Any) -> Any:
        return 2 if 2 in some else some[0]


async def consultation(caller: Answering, world: SandboxWorld) -> Consultation:
    one = Consultation(1, world, cast("Caller", caller), [cast("Instance", None)], keyed=False)
    one.meetings.append("m-1")
    return one


@pytest.mark.parametrize("status", [200, 202])
async def test_after_a_meeting_was_ended_somebody_tries_to_come_back(status: int) -> None:
    caller = Answering(end=status, join=409)
    async with SandboxWorld.open(utc_now, new_id) as world:
        await (await consultation(caller, world)).end(starting_again(really=False))

    assert caller.asked == ["end", "join"]


@pytest.mark.parametrize("status", [503, None])
async def test_nobody_tries_whose_ending_was_not_accepted(status: int | None) -> None:
    caller = Answering(end=status)
    async with SandboxWorld.open(utc_now, new_id) as world:
        await (await consultation(caller, world)).end(starting_again(really=True))

    assert caller.asked == ["end"]


async def test_who_starts_again_after_an_end_comes_to_the_new_meeting() -> None:
    caller = Answering(end=200, join=409, start=201)
    async with SandboxWorld.open(utc_now, new_id) as world:
        one = await consultation(caller, world)
        await one.end(starting_again(really=True))

    assert caller.asked == ["end", "join", "start", "join", "join"]
    assert one.meetings == ["m-2", "m-1"]


async def test_the_beacons_of_a_closing_page_come_at_once() -> None:
    caller = Answering(join=201, report=200, beacon=200)
    async with SandboxWorld.open(utc_now, new_id) as world:
        one = await consultation(caller, world)
        one.meetings = [(await world.rooms.open("enc-1")).id]
        person = PersonId(one.doctors[0])
        await world.rooms.admit(a_guest(person), MeetingId(one.meetings[0]))
        world.calls.join(MeetingId(one.meetings[0]), person)
        caller.wanted = 2
        await one.close_tab(Twice())

    assert caller.asked == ["beacon", "beacon"]


async def sent_about(referral: str, others: list[str]) -> list[tuple[Any, ...]]:
    """What became of each webhook about that referral, beside such of the others."""
    mail = Mail(
        cast("Any", Told()), cast("Any", None), 7, [], cast("Any", None), Mood(0.4, 0.5, 0.5)
    )
    sent: list[tuple[Any, ...]] = []

    def send(body: bytes, late: float = 0.0, **about: Any) -> None:
        if about["says"]["referral"] == referral:
            sent.append((body, late))

    mail.send = send  # type: ignore[method-assign]
    for number in range(20):
        for one in [*others, referral]:
            meeting = {"id": "m", "sessionId": f"s-{number}", "title": one}
            mail.tell({"event": "meeting.ended", "reason": "X", "meeting": meeting}, "dyte")
    return sent


async def test_what_becomes_of_a_webhook_does_not_depend_on_what_is_sent_about_others() -> None:
    alone = await sent_about("enc-1", [])

    assert alone == await sent_about("enc-1", ["enc-2", "enc-3"])
    assert len(alone) != len({body for body, _ in alone})  # some come twice
    assert len({late for _, late in alone}) > 2
