"""How much waits, as Waiting and Health show it."""

import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel

from domain.ports.operator_watch import OperatorWatch
from domain.standing import Queue, Standing

Look = Callable[[], Awaitable[Standing]]
"""The one question to storage about what waits."""


class QueueShown(BaseModel):
    """How many there are, 10 000 at most, and the age of the oldest: 0 without any."""

    count: int
    oldestSeconds: float  # noqa: N815

    @classmethod
    def of(cls, queue: Queue) -> Self:
        return cls(count=queue.count, oldestSeconds=round(queue.oldest, 1))


class QueuesShown(BaseModel):
    """What waits for a partner, who is shown in without a connection, and what was given up."""

    deliveries: QueueShown
    updates: QueueShown
    closings: QueueShown
    unconnected: QueueShown
    dead: int
    refused: int

    @classmethod
    def of(cls, found: Standing) -> Self:
        return cls(
            deliveries=QueueShown.of(found.deliveries),
            updates=QueueShown.of(found.updates),
            closings=QueueShown.of(found.closings),
            unconnected=QueueShown.of(found.unconnected),
            dead=found.dead,
            refused=found.refused,
        )


class WaitingShown(QueuesShown):
    """The view Waiting: ``changed`` is another number whenever the operators' lists are others."""

    changed: int

    def without_ages(self) -> object:
        """What has to differ for it to be told again."""
        queues = (self.deliveries, self.updates, self.closings, self.unconnected)
        return [one.count for one in queues], self.dead, self.refused, self.changed


@dataclass(frozen=True, slots=True)
class LookAtWaiting:
    look: Look
    watch: OperatorWatch

    async def __call__(self) -> WaitingShown:
        """Raises StorageUnavailableError."""
        version = await self.watch.waiting()
        queues = QueuesShown.of(await self.look())
        return WaitingShown(**dict(queues), changed=zlib.crc32(repr(version).encode()))
