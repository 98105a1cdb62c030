"""The three standard streams, whoever started the process and whatever reads them."""

import io
import os
import sys
from typing import TYPE_CHECKING

from entrypoints.queued_output import STANDARD_ERROR

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def keep_streams() -> None:
    """Whatever Python writes to standard error waits in the queue of the log. A stream that is
    closed becomes the null device: a database or a connection would take its number, and get what
    is written to it."""
    while (spare := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(spare)
    sys.stderr = io.TextIOWrapper(
        _Queued(), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )


class _Queued(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, written: "ReadableBuffer", /) -> int:
        line = bytes(written)
        STANDARD_ERROR.add(line)
        return len(line)

    def fileno(self) -> int:
        return 2

    def isatty(self) -> bool:
        return os.isatty(2)
