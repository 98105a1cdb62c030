"""The streams that this process serves now: how many there may be, and their end when it stops."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import web

from domain.caller import Caller, Doctor
from domain.errors import DomainError, Kind, TooManyCallsError

AGAIN = 5
"""Seconds after which one who has too many streams may try again."""


class StreamsFullError(DomainError):
    """This process serves as many streams as it may."""

    slug = "streams-full"
    kind = Kind.UNAVAILABLE


@dataclass(slots=True)
class Streams:
    """At most ``most``, and ``most_of_doctor`` of one doctor; services have the first limit only,
    since one key speaks for many people."""

    most: int
    most_of_doctor: int
    _open: set[asyncio.Future[None]] = field(default_factory=set)
    _of_doctors: Counter[str] = field(default_factory=Counter)
    stopping: bool = False

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def place(self, caller: Caller) -> Iterator[asyncio.Future[None]]:
        """A place for one more; what it yields is done when the stream has to end, also when that
        is found out by whoever has the place. Raises TooManyCallsError, StreamsFullError."""
        doctor = caller.key if isinstance(caller, Doctor) else None
        if doctor and self._of_doctors[doctor] >= self.most_of_doctor:
            raise TooManyCallsError(AGAIN)
        if len(self._open) >= self.most:
            raise StreamsFullError("as many streams as there may be")
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.stopping:
            over.set_result(None)
        self._open.add(over)
        self._of_doctors[doctor or ""] += 1
        try:
            yield over
        finally:
            self._open.discard(over)
            self._of_doctors[doctor or ""] -= 1
            self._of_doctors += Counter()  # whoever has none is forgotten

    def stop(self) -> None:
        """All end now, and those that begin later at once."""
        self.stopping = True
        for over in self._open:
            end(over)


def end(over: asyncio.Future[None]) -> None:
    """A stream may end for several reasons at once."""
    if not over.done():
        over.set_result(None)


STREAMS = web.AppKey("streams", Streams)
