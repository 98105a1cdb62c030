"""The schema as an older version of this program left it."""

from adapters.storage.schema import VERSIONS, apply, migrations
from adapters.storage.transaction import Transaction
from tests.contract.conftest import TABLES


def older_schema(dialect: str, version: int) -> Transaction[None]:
    """In an empty database."""
    yield VERSIONS, ()
    for number, script in enumerate(migrations(dialect)[:version], start=1):
        yield from apply(number, script)


def emptied() -> Transaction[None]:
    """Nothing is left of any version."""
    for table in (*TABLES, "schema_versions"):
        yield f"DROP TABLE IF EXISTS {table}", ()
