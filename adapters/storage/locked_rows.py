"""Rows that somebody else keeps locked: waiting for them must not take the whole pool."""

from collections.abc import Sequence
from typing import TypeAlias

import asyncpg

from domain.errors import StorageUnavailableError

MOST_WAITING = 3
MOST_KNOWN = 1000

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
Key = tuple[object, ...]
"""A statement and what it is about: its values but for times and bodies."""


class LockedRows:
    """A statement that waited in vain is known until it succeeds. Of those with the same values one
    at a time waits again, of all together ``MOST_WAITING``; the others are refused at once."""

    def __init__(self) -> None:
        self._waited_for: dict[Key, bool] = {}

    async def fetch(
        self, connection: Connection, statement: str, values: Sequence[object]
    ) -> list[asyncpg.Record]:
        """Raises StorageUnavailableError instead of waiting beside others, and after
        ``lock_timeout`` LockNotAvailableError."""
        key = (statement, *(value for value in values if isinstance(value, str | int)))
        waits = key in self._waited_for
        if waits:
            self._wait(key)
        try:
            rows = await connection.fetch(statement, *values)
        except asyncpg.LockNotAvailableError:
            self._note(key)
            raise
        except BaseException:
            if waits:
                self._note(key)
            raise
        self._waited_for.pop(key, None)
        return rows

    def _wait(self, key: Key) -> None:
        if self._waited_for[key] or sum(self._waited_for.values()) >= MOST_WAITING:
            raise StorageUnavailableError("what it needs is locked, and others wait for it")
        self._waited_for[key] = True

    def _note(self, key: Key) -> None:
        """Nobody waits for it now. The oldest are forgotten, which costs one more wait."""
        self._waited_for[key] = False
        if len(self._waited_for) > MOST_KNOWN:
            del self._waited_for[next(iter(self._waited_for))]
