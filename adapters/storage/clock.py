"""The clock of a storage: stored times, and all that is compared with them, go by it.

It is a steady clock plus an offset, so setting the machine's clock changes nothing. Instances on
one PostgreSQL get the offset from the database's clock; processes on one SQLite file from the
newest time that is noted in it.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from adapters.storage.transaction import Row, Transaction
from adapters.system import boot_id, epoch, since_boot
from domain.errors import DomainError

EVERY = 1.0
"""Seconds from one look at the database to the next."""
NOTED = 2.0
"""The newest time is noted when the noted one is so many seconds older."""
LATELY = 15.0
"""Seconds after which nobody is taken to use a file any more."""
SLOWER = 0.1
"""At most so many seconds are lost in one look: time never goes back, and leases only lengthen."""

T = TypeVar("T")
Steady = Callable[[], float]

FROM_DATABASE = """
SELECT CAST(extract(epoch FROM clock_timestamp()) AS DOUBLE PRECISION) AS now,
    coalesce((SELECT at FROM clock), 0) AS noted
"""
NOTE_IN_DATABASE = """
INSERT INTO clock (id, at) VALUES (1, $1)
ON CONFLICT (id) DO UPDATE SET at = excluded.at WHERE clock.at < excluded.at
"""
FROM_FILE = "SELECT at, steady, boot FROM clock"
NOTE_IN_FILE = """
INSERT INTO clock (id, at, steady, boot) VALUES (1, $1, $2, $3)
ON CONFLICT (id) DO UPDATE SET at = excluded.at, steady = excluded.steady, boot = excluded.boot
WHERE clock.at < excluded.at
"""


class Told(NamedTuple):
    """It was ``time`` when the steady clock stood somewhere from ``began`` to ``ended``."""

    time: float
    began: float
    ended: float


Look = Callable[[Steady, float], Transaction[Told]]


class Run(Protocol):
    """Runs a transaction, as ``Store.run``."""

    def __call__(self, transaction: Transaction[T], /) -> Awaitable[T]: ...


@dataclass(slots=True)
class StorageClock:
    """Call it for the time, in seconds since the epoch; it has one from ``start`` on.

    ``look`` asks the database what time it is, and is given the steady clock's offset so far.
    """

    look: Look
    steady: Steady
    _offset: float = -math.inf
    _keeping: asyncio.Task[None] | None = None

    def __call__(self) -> float:
        return self._offset + self.steady()

    async def start(self, run: Run) -> None:
        """Look now, and again each second until ``stop``. Raises StorageUnavailableError."""
        await self.look_again(run)
        self._keeping = asyncio.create_task(self._keep(run))

    async def stop(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    async def look_again(self, run: Run) -> None:
        """What the database tells has bounds, as far apart as asking took: the offset moves into
        them."""
        told = await run(self.look(self.steady, self._offset))
        least, most = told.time - told.ended, told.time - told.began
        slower = max(most, self._offset - SLOWER)
        self._offset = max(least, min(self._offset, slower))

    async def _keep(self, run: Run) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look_again(run)
            except DomainError:
                continue  # the steady clock goes on; whoever needs the database says that it fails


def database_clock(steady: Steady = since_boot) -> StorageClock:
    """PostgreSQL's clock. When that is set back, time goes on, a tenth slower, until they agree."""
    return StorageClock(_look_at_database, steady)


def file_clock(
    wall: Callable[[], float] = epoch,
    steady: Steady = since_boot,
    boot: Callable[[], str | None] = boot_id,
) -> StorageClock:
    """Whoever opens a file that others use goes by their clock; the first by the machine's clock,
    or by the newest time in the file where that is later."""
    started = boot()

    def look(steady: Steady, offset: float) -> Transaction[Told]:
        rows = yield FROM_FILE, ()
        at = steady()
        passed = _passed(rows, at, started)
        now = max(_noted(rows, passed), at + offset)
        if offset == -math.inf and not _in_use(passed):
            now = max(now, wall())
        if not rows or rows[0]["at"] < now - NOTED:
            yield NOTE_IN_FILE, (now, at, started)
        return Told(now, at, at)

    return StorageClock(look, steady)


def _look_at_database(steady: Steady, offset: float) -> Transaction[Told]:
    began = steady()
    (row,) = yield FROM_DATABASE, ()
    ended = steady()
    now = max(row["now"], row["noted"])
    if row["noted"] < (newest := max(now, ended + offset)) - NOTED:
        yield NOTE_IN_DATABASE, (newest,)
    return Told(now, began, ended)


def _passed(rows: Sequence[Row], steady: float, boot: str | None) -> float | None:
    """Seconds since the time was noted. None when nothing counted them: the machine was started
    since, or the file was written on another machine, which may run for longer or shorter."""
    then = rows[0]["steady"] if rows else None
    if then is None or steady < then or boot != (rows[0]["boot"] or boot):
        return None
    passed: float = steady - then
    return passed


def _noted(rows: Sequence[Row], passed: float | None) -> float:
    """It is at least this time, and none that was told is newer."""
    if not rows:
        return 0.0
    noted: float = rows[0]["at"]
    if rows[0]["steady"] is None:
        return noted
    return noted + (NOTED + EVERY if passed is None else passed)


def _in_use(passed: float | None) -> bool:
    """Whether somebody noted the time lately."""
    return passed is not None and passed <= LATELY
