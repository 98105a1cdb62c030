"""Whatever goes wrong: with processes, partners, webhooks, and (``storage.py``) the database.

A fault lasts as long as its act says and takes itself back; faults overlap.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from adapters.sandbox.world import SandboxWorld
from tests.chaos.bad_post import BadPost
from tests.chaos.consultations import Consultation
from tests.chaos.history import History
from tests.chaos.mail import Mail, Mood
from tests.chaos.partners import Failing, Partners
from tests.chaos.plan import Act
from tests.chaos.proxy import NO_FAULT, Fault, Proxy, Weather
from tests.chaos.service import Instance
from tests.chaos.storage import Storage

AWAY = (Fault.DOWN, Fault.HOLE, Fault.RESET)
SLOW = (Fault.LATE, Fault.LATE_ANSWER, Fault.RESET_ANSWER, Fault.CUT, Fault.HOLE_ANSWER, Fault.SLOW)
LATENCY = (0.2, 4.0)
"""Seconds that a request or an answer is late; longer than the service waits for a partner."""
A_WHILE = (0.6, 1.3)
"""Seconds that an answer is late, and still in time."""
LATE_BUT_IN_TIME = Weather((Fault.LATE_ANSWER,), 1.0, A_WHILE)
A_MOMENT = 0.02
IN_HAND = 3.0
"""Seconds that are waited for an instance to have something in hand."""
NO_MAIL = 0.3
"""The share of bad mail in which every webhook is lost."""
MANY = 4
"""Updates that a process has in hand before it is frozen, unless it takes too long."""
CROWD = 10
"""Consultations of which everybody reports at once."""
TURN = 0.7
"""Seconds until they do again."""
BEFORE, AROUND = range(6), (-2, -1, 0, 1)
"""Turns of reports before the freeze, at most; and, counted from its end, those around it."""
SLOW_DATABASE = Weather((), 0.0, (0.3, 1.6))
"""Each of its answers is late."""
LONG = "86400"
"""A Retry-After that nobody should believe, in seconds."""


def database_of(instance: int) -> str:
    """The name of its proxy."""
    return f"database-{instance}"


@dataclass
class Nemesis:
    """``proxies`` are those of the partners, and each instance's of a database server."""

    history: History
    world: SandboxWorld
    partners: Partners
    instances: Sequence[Instance]
    proxies: Mapping[str, Proxy]
    mail: Mail
    storage: Storage
    bad: BadPost
    people: Sequence[Consultation]

    async def do(self, act: Act) -> None:
        chance = random.Random(act.chance)
        self.history.add("fault", what=act.what, lasts=act.lasts)
        await getattr(self, act.what)(chance, act.lasts)
        self.history.add("fault", what=act.what, over=True)

    async def kill(self, chance: random.Random, lasts: float) -> None:
        """Half of the times with something in hand at a partner."""
        if (instance := self._one(chance)) is not None:
            if chance.random() < 0.5:
                await self._in_hand(instance, chance.choice(["attendance", "provider"]))
            await instance.kill()

    async def terminate(self, chance: random.Random, lasts: float) -> None:
        if (instance := self._one(chance)) is not None:
            await instance.terminate()

    async def freeze(self, chance: random.Random, lasts: float) -> None:
        if (instance := self._one(chance)) is not None:
            async with instance.busy:
                await instance.frozen(lasts)

    async def lost_lease(self, chance: random.Random, lasts: float) -> None:
        """An instance is frozen with many updates in hand, each of which takes a while, and goes on
        when others have them in hand. The same people report before and after."""
        if any(one.busy.locked() for one in self.instances):
            return
        instance, crowd = chance.choice(self.instances), self._crowd(chance)
        async with instance.busy, self._in(LATE_BUT_IN_TIME, "attendance"):
            before = [
                asyncio.create_task(self._stir(crowd, chance, turn * TURN)) for turn in BEFORE
            ]
            for turn in BEFORE:
                await asyncio.sleep(TURN)
                if turn > 1 and self.proxies["attendance"].in_hand(instance.number) >= MANY:
                    break
            around = (self._stir(crowd, chance, lasts + turn * TURN) for turn in AROUND)
            await asyncio.gather(instance.frozen(lasts), *before, *around)

    async def attendance_away(self, chance: random.Random, lasts: float) -> None:
        await self._weather("attendance", Weather((chance.choice(AWAY),), 1.0), lasts)

    async def attendance_slow(self, chance: random.Random, lasts: float) -> None:
        weather = Weather(SLOW, chance.uniform(0.3, 0.9), LATENCY)
        await self._weather("attendance", weather, lasts)

    async def attendance_late(self, chance: random.Random, lasts: float) -> None:
        """Every answer takes a while, and comes in time: reports meet updates of the same seat."""
        crowd = self._crowd(chance)[: CROWD // 2]
        async with self._in(LATE_BUT_IN_TIME, "attendance"):
            turns = (self._stir(crowd, chance, turn * TURN) for turn in range(int(lasts / TURN)))
            await asyncio.gather(asyncio.sleep(lasts), *turns)

    async def attendance_busy(self, chance: random.Random, lasts: float) -> None:
        await self._failing("attendance", Failing(429, chance.choice(["1", LONG])), lasts)

    async def attendance_failing(self, chance: random.Random, lasts: float) -> None:
        await self._failing("attendance", Failing(chance.choice([500, 502, 503])), lasts)

    async def provider_away(self, chance: random.Random, lasts: float) -> None:
        await self._weather("provider", Weather((chance.choice(AWAY),), 1.0), lasts)

    async def provider_slow(self, chance: random.Random, lasts: float) -> None:
        await self._weather("provider", Weather(SLOW, chance.uniform(0.3, 0.9), LATENCY), lasts)

    async def provider_busy(self, chance: random.Random, lasts: float) -> None:
        await self._failing("provider", Failing(429, chance.choice(["1", LONG])), lasts)

    async def provider_lies(self, chance: random.Random, lasts: float) -> None:
        """A question is answered as if nobody were there, not twice in a row about one meeting, as
        by a replica that lags behind."""
        self.partners.lies.tell += 1
        await asyncio.sleep(lasts)
        self.partners.lies.tell -= 1

    async def rotate_key(self, chance: random.Random, lasts: float) -> None:
        self.world.key.rotate()

    async def webhooks_astray(self, chance: random.Random, lasts: float) -> None:
        """The provider's own webhooks are lost, doubled, late and out of order; or none comes."""
        lost = 1.0 if chance.random() < NO_MAIL else chance.uniform(0, 0.5)
        mood = Mood(lost, chance.uniform(0, 0.5), chance.uniform(0, 0.8))
        self.mail.mood = mood
        await asyncio.sleep(lasts)
        if self.mail.mood is mood:
            self.mail.mood = Mood()

    async def strangers_webhooks(self, chance: random.Random, lasts: float) -> None:
        """Webhooks that the provider never sent us: forged, foreign, malformed."""
        await self.bad.send(chance)

    async def lock_storage(self, chance: random.Random, lasts: float) -> None:
        await self.storage.lock(lasts)

    async def fill_storage(self, chance: random.Random, lasts: float) -> None:
        await self.storage.fill(lasts)

    async def cut_database(self, chance: random.Random, lasts: float) -> None:
        """Now, and what is opened meanwhile."""
        async with self._in(Weather((Fault.DOWN,), 1.0), *self._databases):
            for name in self._databases:
                self.proxies[name].cut()
            await asyncio.sleep(min(lasts, 3))

    async def slow_database(self, chance: random.Random, lasts: float) -> None:
        """Of one instance, or of all: a claim is answered, and what is needed for it read, when its
        lease is nearly over."""
        some = chance.choice([self._databases, [chance.choice(self._databases)]])
        async with self._in(SLOW_DATABASE, *some):
            await asyncio.sleep(lasts)

    async def restart_database(self, chance: random.Random, lasts: float) -> None:
        await self.storage.restart()

    @property
    def _databases(self) -> list[str]:
        """Those that are reached by a proxy."""
        names = (database_of(one.number) for one in self.instances)
        return [name for name in names if name in self.proxies]

    def _one(self, chance: random.Random) -> Instance | None:
        """One to which nothing is done yet."""
        free = [one for one in self.instances if not one.busy.locked()]
        return chance.choice(free) if free else None

    async def _in_hand(self, instance: Instance, partner: str) -> None:
        """Until the instance has something in hand there, or a while has passed."""
        for _ in range(int(IN_HAND / A_MOMENT)):
            if self.proxies[partner].in_hand(instance.number):
                return
            await asyncio.sleep(A_MOMENT)

    def _crowd(self, chance: random.Random) -> Sequence[Consultation]:
        """Some of those that have a meeting."""
        inside = [one for one in self.people if one.meetings]
        return chance.sample(inside, min(CROWD, len(inside)))

    async def _stir(
        self, crowd: Sequence[Consultation], chance: random.Random, after: float
    ) -> None:
        """Everybody reports at once."""
        await asyncio.sleep(after)
        await asyncio.gather(*(one.burst(random.Random(chance.random())) for one in crowd))

    async def _weather(self, name: str, weather: Weather, lasts: float) -> None:
        async with self._in(weather, name):
            await asyncio.sleep(lasts)

    @asynccontextmanager
    async def _in(self, weather: Weather, *names: str) -> AsyncIterator[None]:
        """The newest fault holds; whoever began it ends it."""
        mine = replace(weather)
        for name in names:
            self.proxies[name].weather = mine
        try:
            yield
        finally:
            for name in names:
                if self.proxies[name].weather is mine:
                    self.proxies[name].weather = NO_FAULT

    async def _failing(self, partner: str, failing: Failing, lasts: float) -> None:
        known = self.partners.failing[partner]
        known.status, known.retry_after = failing.status, failing.retry_after
        await asyncio.sleep(lasts)
        known.status, known.retry_after = None, None
