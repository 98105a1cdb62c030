"""Every column of every table of a database, for whoever looks for what should not be there."""

from collections.abc import Iterator

from adapters.measured import MeasuredStore
from adapters.storage.sqlite import SqliteStore
from adapters.storage.transaction import Rows, Store, Transaction

OF_SQLITE = "SELECT name FROM sqlite_master WHERE type = 'table'"
OF_POSTGRES = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"


async def holders(store: Store, text: str) -> list[str]:
    """The columns that hold a text, as it is or as JSON would spell it."""
    opened = store.store if isinstance(store, MeasuredStore) else store
    catalogue = OF_SQLITE if isinstance(opened, SqliteStore) else OF_POSTGRES
    found: set[str] = set()
    for table in await store.run(_all(catalogue)):
        for row in await store.run(_all(f'SELECT * FROM "{table["name"]}"')):
            # Both databases' rows are mappings in all but name.
            columns = dict(row).items()  # type: ignore[call-overload]
            found |= {f"{table['name']}.{column}" for column, value in columns if _in(text, value)}
    return sorted(found)


def _in(text: str, value: object) -> bool:
    held = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return any(spelled in held for spelled in _spellings(text))


def _spellings(text: str) -> Iterator[str]:
    yield text
    yield text.replace("\\", "\\\\").replace('"', '\\"')


def _all(statement: str) -> Transaction[Rows]:
    return (yield statement, ())
