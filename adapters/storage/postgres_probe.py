"""Look at PostgreSQL as ``probe`` looks at a file."""

import asyncpg

from adapters.plug_in import Finding
from adapters.storage import postgres, postgres_session
from adapters.storage.probe import HINT, judged, seen_in, wrong
from adapters.storage.transaction import Transaction
from domain.installation import Installation

READ_WRITE = """
SELECT NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off'
    AND
"""
MAY_WRITE = f"{READ_WRITE} has_table_privilege('deliveries', 'INSERT') AS it"
MAY_MAKE = f"{READ_WRITE} has_schema_privilege(current_schema(), 'CREATE') AS it"


async def look_at_postgres(url: str, ours: Installation) -> list[Finding]:
    patience = postgres_session.PATIENCE
    try:
        connection = await asyncpg.connect(url, timeout=patience, command_timeout=patience)
        try:
            async with connection.transaction(readonly=True):
                fetch = postgres.plainly(connection)
                seen = await postgres.drive(fetch, seen_in("postgres"))
                writable = await postgres.drive(fetch, _writable(seen.version))
        finally:
            await connection.close(timeout=patience)
    except postgres.UNREACHABLE as error:
        return [wrong(f"cannot be reached: {type(error).__name__}; {HINT}")]
    if not writable:
        return [wrong(f"can only be read by this user, or is a standby; {HINT}")]
    return [judged(seen, ours)]


def _writable(version: int) -> Transaction[bool]:
    """Whether this user may change what is there, or make it in an empty database; a server that
    follows another one takes no writes."""
    (row,) = yield (MAY_WRITE if version else MAY_MAKE), ()
    return bool(row["it"])
