"""The secrets of one purpose: the newest is used, and former ones are still recognised."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

TICKETS = "leave-tickets"
PSEUDONYMS = "pseudonyms"


@dataclass(frozen=True, slots=True)
class Secret:
    """``since`` is from when it is used, in seconds since the epoch."""

    since: float
    value: bytes = field(repr=False)


@dataclass(slots=True)
class KeptSecrets:
    """``read`` gives what is stored, oldest first and at least one; ``now`` is the storage's clock.

    ``look`` comes first, and again every few seconds: another process may have replaced what is
    ``known``.
    """

    read: Callable[[], Awaitable[Sequence[Secret]]]
    now: Callable[[], float]
    known: Sequence[Secret] = ()

    async def look(self) -> None:
        """Raises StorageUnavailableError; then what was known before goes on."""
        self.known = await self.read()

    @property
    def used(self) -> bytes:
        """The newest whose time has come, so that all instances know it before one uses it."""
        now = self.now()
        return next((one.value for one in reversed(self.known) if one.since <= now), self.first)

    @property
    def first(self) -> bytes:
        return self.known[0].value

    @property
    def all(self) -> Sequence[bytes]:
        """The newest first, also those whose time has not come."""
        return [one.value for one in reversed(self.known)]
