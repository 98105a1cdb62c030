"""Numbered migrations, read from the files beside this one."""

from importlib.resources import files

from adapters.storage.transaction import Statement, Transaction
from domain.errors import StorageTooNewError

VERSIONS = "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY)"
CURRENT = "SELECT coalesce(max(version), 0) AS version FROM schema_versions"
APPLIED = "INSERT INTO schema_versions (version) VALUES ($1)"


def migrate(dialect: str, lock: Statement | None = None) -> Transaction[int]:
    """Bring the schema to the newest version; returns how many migrations that took.

    ``lock`` is taken first, so that instances may start together. Raises StorageTooNewError when
    the schema is newer than this code.
    """
    if lock is not None:
        yield lock
    yield VERSIONS, ()
    (row,) = yield CURRENT, ()
    migrations = _migrations(dialect)
    if row["version"] > len(migrations):
        raise StorageTooNewError(
            f"the database has version {row['version']}, this program knows {len(migrations)}"
        )
    waiting = migrations[row["version"] :]
    for version, script in enumerate(waiting, start=row["version"] + 1):
        for statement in _without_comments(script).split(";"):
            if statement.strip():
                yield statement, ()
        yield APPLIED, (version,)
    return len(waiting)


def _without_comments(script: str) -> str:
    """A comment may hold a semicolon."""
    return "\n".join(line for line in script.splitlines() if not line.startswith("--"))


def _migrations(dialect: str) -> list[str]:
    folder = files("adapters.storage") / "migrations" / dialect
    stored_fact = sorted(folder.iterdir(), key=lambda file: file.name)
    return [file.read_text(encoding="utf-8") for file in stored_fact if file.name.endswith(".sql")]
