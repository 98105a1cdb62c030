"""Read single rows of SQLite on the thread that asks: finding one by its key costs less than the
way to the storage thread and back."""

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from adapters.storage.sqlite_file import Identity, connected, identity, numbered
from adapters.storage.transaction import Rows


class SqliteReader:
    """Sees whatever was committed, and never waits."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: Identity | None = None
        self._connection: sqlite3.Connection | None = None

    def rows(self, statement: str, values: Sequence[object]) -> Rows | None:
        """None when the storage thread has to be asked: it says what is wrong, or waits."""
        there = identity(self._path)
        try:
            if self._connection is None and there is not None:
                self._connection = connected(self._path, "ro", patience=0)
                self._file = there
            if self._connection is not None and there == self._file:
                return self._connection.execute(numbered(statement), values).fetchall()
        except sqlite3.Error:
            self.close()
            return None
        self.close()
        return None

    def close(self) -> None:
        """It opens again when it is asked again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()
