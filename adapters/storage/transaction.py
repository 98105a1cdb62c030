"""A transaction as a generator: it yields statements and is sent their rows.

So the SQL and the decisions between statements are written once, for both databases.
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar


class Row(Protocol):
    """One row of an answer, by column name."""

    def __getitem__(self, column: str, /) -> Any: ...  # noqa: ANN401 - as the database has it


Rows = Sequence[Row]
Statement = tuple[str, tuple[object, ...]]
T = TypeVar("T")
Transaction = Generator[Statement, Rows, T]

SKIP_LOCKED = "/* skip locked */"
"""Stands in a SELECT that picks rows to claim; PostgreSQL skips those that others pick.

With a LIMIT that SELECT has to be a MATERIALIZED one: as a plain subquery PostgreSQL may run it
again for each row, and then more rows are picked than the limit says.
"""

MOST_ROWS = 1000
"""What one transaction changes where there may be any number: SQLite keeps in memory what the rows
were before, some 2 kB each."""

P = ParamSpec("P")


class Store(Protocol):
    """Runs transactions: all statements of one take effect, or none."""

    def run(self, transaction: Transaction[T]) -> Awaitable[T]:
        """Raises StorageUnavailableError when the database cannot be used. What a caller that gave
        up had begun may be stored all the same."""
        ...

    async def read(self, statement: str, values: tuple[object, ...]) -> Rows:
        """What one SELECT finds in all that was committed before; PostgreSQL needs no transaction
        for it. Raises StorageUnavailableError."""
        ...

    async def check(self) -> None:
        """Raises StorageUnavailableError when nothing can be written now, within about a second of
        that. Writes something itself when nothing was written for a second."""
        ...

    def now(self) -> float:
        """Seconds since the epoch by the one clock that all times in this storage go by. It never
        goes back, and all who use the database have the same."""
        ...


class Stored(Protocol):
    """An adapter that has a store."""

    @property
    def store(self) -> Store: ...


S = TypeVar("S", bound=Stored)


def one_statement(statement: str, values: tuple[object, ...]) -> Transaction[Rows]:
    """A transaction of one statement."""
    return (yield statement, values)


def in_transaction(
    statements: Callable[Concatenate[S, P], Transaction[T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Make a method that yields statements into one that runs them as one transaction."""

    @wraps(statements)
    async def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.store.run(statements(self, *args, **kwargs))

    return run


async def in_parts(change: Callable[[], Awaitable[int]]) -> int:
    """Call ``change``, which says how many rows it changed, until it finds fewer than
    ``MOST_ROWS``. How many there were in all."""
    found = part = await change()
    while part == MOST_ROWS:
        part = await change()
        found += part
    return found
