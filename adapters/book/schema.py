"""Numbered migrations, read from the files beside this one."""

from importlib.resources import files

from adapters.book.steps import Statement, Steps
from domain.errors import BookTooNewError

VERSIONS = "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY)"
CURRENT = "SELECT coalesce(max(version), 0) AS version FROM schema_versions"
APPLIED = "INSERT INTO schema_versions (version) VALUES ($1)"


def migrate(dialect: str, lock: Statement | None = None) -> Steps[int]:
    """Bring the schema to the newest version, and answer how many migrations that took.

    ``lock`` is taken first, so that instances may start together. Raises BookTooNewError when the
    schema is of a newer version than this code knows.
    """
    if lock is not None:
        yield lock
    yield VERSIONS, ()
    (row,) = yield CURRENT, ()
    migrations = _migrations(dialect)
    if row["version"] > len(migrations):
        raise BookTooNewError(
            f"the database has version {row['version']}, this program knows {len(migrations)}"
        )
    waiting = migrations[row["version"] :]
    for version, script in enumerate(waiting, start=row["version"] + 1):
        for statement in script.split(";"):
            if statement.strip():
                yield statement, ()
        yield APPLIED, (version,)
    return len(waiting)


def _migrations(dialect: str) -> list[str]:
    folder = files("adapters.book") / "migrations" / dialect
    numbered = sorted(folder.iterdir(), key=lambda file: file.name)
    return [file.read_text(encoding="utf-8") for file in numbered if file.name.endswith(".sql")]
