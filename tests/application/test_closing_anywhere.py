"""Wherever a closing falls in what happens to a meeting, nobody is in it afterwards."""

import random
from dataclasses import dataclass

from application.sync_presence import SyncOutcome
from domain.errors import MeetingClosedError, Partner, PartnerBrokenError, PartnerRefusedError
from domain.meeting import PersonId
from domain.presence import fold_presence
from entrypoints.container import Container
from tests.application.conftest import M1, Clock, FaultyAttendance
from tests.application.test_close_meeting import DOWN, ended
from tests.application.test_engine import received, worked_off
from tests.application.test_presence import a_movement, an_ending, reported
from tests.builders import PORTAL, a_seat
from tests.rooms import FaultyCloser

PEOPLE = ("dra-ana", "dr-bruno", "guest")
REFUSES = PartnerRefusedError(Partner.VIDEO, 400)
AWAY = PartnerBrokenError(Partner.ATTENDANCE, "500")


@dataclass
class Happenings:
    """What may happen to a meeting, by chance."""

    wired: Container
    attendance: FaultyAttendance
    clock: Clock
    rooms: FaultyCloser
    chance: random.Random

    async def report(self) -> None:
        inside = self.chance.random() < 0.6
        await reported(self.wired, self.chance.choice(PEOPLE), in_meeting=inside)

    async def move(self) -> None:
        verb, peer = (
            self.chance.choice(["Joined", "Joined", "Left"]),
            self.chance.choice(["p1", "p2"]),
        )
        person, session = self.chance.choice(PEOPLE), self.chance.choice(["s1", "s2"])
        await received(self.wired, a_movement(verb, peer, person, session))

    async def end_session(self) -> None:
        await received(self.wired, an_ending(self.chance.choice(["s1", "s2", None])))

    async def break_partners(self) -> None:
        self.rooms.inactive = self.chance.choice([None, DOWN, REFUSES])
        self.rooms.kicking = self.chance.choice([None, DOWN])
        self.attendance.failing = self.chance.choice([None, AWAY])

    async def mend_partners(self) -> None:
        self.rooms.inactive = self.rooms.kicking = self.attendance.failing = None

    async def work(self) -> None:
        await worked_off(self.wired, self.clock, rounds=2)

    async def close(self) -> None:
        await ended(self.wired, PORTAL)

    def history(self) -> list[str]:
        """With one closing at least."""
        names = ["report", "move", "move", "end_session", "break_partners", "mend_partners", "work"]
        history = self.chance.choices(names, k=25)
        for _ in range(self.chance.choice([1, 1, 3])):
            history.insert(self.chance.randrange(len(history)), "close")
        return history


async def test_wherever_a_closing_falls_in_what_happens_nobody_is_in_afterwards(
    wired: Container,
    attendance: FaultyAttendance,
    clock: Clock,
    rooms: FaultyCloser,
    seed: int,
) -> None:
    happenings = Happenings(wired, attendance, clock, rooms, random.Random(seed))
    history = happenings.history()
    for number, name in enumerate(history):
        try:
            await getattr(happenings, name)()
        except MeetingClosedError:
            assert name == "report"
            assert "close" in history[:number]
    await happenings.mend_partners()
    await worked_off(wired, clock, rounds=50)
    await received(wired, a_movement("Joined", "late", "dra-ana", "s9"))
    await worked_off(wired, clock, rounds=5)

    assert await ended(wired, PORTAL) is SyncOutcome.DONE
    assert set(attendance.flags_of().values()) == {False}
    facts = await wired.presence().of_meeting(a_seat().referral, M1)
    assert not any(fold_presence(PersonId(person), facts).is_in for person in PEOPLE)
