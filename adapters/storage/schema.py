"""Numbered migrations, read from the files beside this one."""

from importlib.resources import files

from adapters.storage.transaction import Statement, Transaction
from domain.errors import StorageMissingError, StorageTooNewError

VERSIONS = "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY)"
CURRENT = "SELECT coalesce(max(version), 0) AS version FROM schema_versions"
PRESENT = {
    "sqlite": "SELECT count(*) AS n FROM sqlite_master WHERE name = $1",
    "postgres": "SELECT count(to_regclass($1)) AS n",
}
MADE_BY = "serving makes it, and so does `videochamadas migrate`"
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
    known = migrations(dialect)
    refuse_newer(row["version"], len(known))
    waiting = known[row["version"] :]
    for version, script in enumerate(waiting, start=row["version"] + 1):
        yield from apply(version, script)
    return len(waiting)


def apply(version: int, script: str) -> Transaction[None]:
    """One migration. Its comments may hold semicolons."""
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    for statement in "\n".join(lines).split(";"):
        if statement.strip():
            yield statement, ()
    yield APPLIED, (version,)


def is_there(dialect: str, table: str) -> Transaction[bool]:
    (row,) = yield PRESENT[dialect], (table,)
    return bool(row["n"])


def stored_version(dialect: str) -> Transaction[int]:
    """The schema's version, 0 when there is none; changes nothing."""
    if not (yield from is_there(dialect, "schema_versions")):
        return 0
    (row,) = yield CURRENT, ()
    version: int = row["version"]
    return version


def newest_version(dialect: str) -> int:
    """The version that this program works with."""
    return len(migrations(dialect))


def expect_schema(dialect: str) -> Transaction[None]:
    """Changes nothing. Raises StorageMissingError when there is no schema, or an older one, and
    StorageTooNewError."""
    version, newest = (yield from stored_version(dialect)), newest_version(dialect)
    if not version:
        raise StorageMissingError(f"there is nothing of this service in it; {MADE_BY}")
    if version < newest:
        raise StorageMissingError(
            f"it has version {version}, this program needs {newest}: `videochamadas migrate`"
        )
    refuse_newer(version, newest)


def refuse_newer(version: int, newest: int) -> None:
    """Raises StorageTooNewError."""
    if version > newest:
        raise StorageTooNewError(f"the database has version {version}, this program knows {newest}")


def migrations(dialect: str) -> list[str]:
    """The scripts in order; the first is version 1."""
    folder = files("adapters.storage") / "migrations" / dialect
    scripts = [file for file in folder.iterdir() if file.name.endswith(".sql")]
    return [script.read_text("utf-8") for script in sorted(scripts, key=lambda file: file.name)]
