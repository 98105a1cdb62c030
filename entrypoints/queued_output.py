"""Lines on their way to a file descriptor. Who adds one neither waits nor gets an error, also when
the disk is full, the descriptor is closed, or nobody reads the pipe."""

import atexit
import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Callable

ROOM = 1024 * 1024
"""Bytes that may wait."""
RESERVE = 1024 * 1024
"""Bytes that may wait beyond those, of lines that are dropped last."""
AT_ONCE = getattr(select, "PIPE_BUF", 512)
"""Bytes of one write: a pipe takes so many whole, also when other processes write into it."""
GATHER = 0.005
"""Seconds that the thread lets lines gather, since waking it for each costs as much as a line."""
RETRY = 0.1
"""Seconds between two attempts at a descriptor that refuses."""
PATIENCE = 1.0
"""Seconds that the end of the process waits for what is left."""


class QueuedOutput:
    """A queue with a thread of its own, which alone writes, in the order of the lines.

    Above ``room`` bytes a line is dropped and counted; one that is ``kept`` only above ``reserve``
    bytes more. ``tell`` gets the count, in that thread, once something was written again. A line
    may be added from everywhere, also while another is added (by a finalizer). One that is added
    when the interpreter ends is lost: no thread runs any more.
    """

    def __init__(self, descriptor: int, room: int = ROOM, reserve: int = RESERVE) -> None:
        self.tell: Callable[[int], None] | None = None
        self._descriptor = descriptor
        self._room, self._reserve = room, reserve
        self._lines: deque[bytes] = deque()
        self._waiting = 0
        self._dropped = 0
        self._changed = threading.Condition()
        self._writer: threading.Thread | None = None

    def add(self, line: bytes, *, kept: bool = False) -> None:
        if sys.is_finalizing():
            # A new thread would never begin, and one that was stopped may still have the lock.
            return
        with self._changed:
            if self._waiting + len(line) > self._room + (self._reserve if kept else 0):
                self._dropped += 1
                return
            self._waiting += len(line)
            # Before it is added: whatever a finalizer adds right after it wakes nobody.
            first = not self._lines
            self._lines.append(line)
            if not first:
                return
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="output", daemon=True)
                self._writer.start()
            self._changed.notify_all()

    def flush(self, patience: float = PATIENCE) -> None:
        """Wait until all is written, for at most so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting, patience)

    def _write(self) -> None:
        while True:
            with self._changed:
                idle = not self._lines
                self._changed.wait_for(lambda: self._lines)
            if idle:
                time.sleep(GATHER)
            with self._changed:
                chunk = self._next_lines()
            self._put(chunk)
            with self._changed:
                self._waiting -= len(chunk)
                dropped = self._dropped if self._waiting < self._room else 0
                self._dropped -= dropped
                self._changed.notify_all()
            if dropped and self.tell:
                self.tell(dropped)

    def _next_lines(self) -> bytes:
        """As many whole lines as one write takes."""
        chunk = self._lines.popleft()
        while self._lines and len(chunk) + len(self._lines[0]) <= AT_ONCE:
            chunk += self._lines.popleft()
        return chunk

    def _put(self, chunk: bytes) -> None:
        """Returns when all of it is written, however long that takes."""
        while chunk:
            try:
                chunk = chunk[os.write(self._descriptor, chunk) :]
            except OSError:
                time.sleep(RETRY)


STANDARD_ERROR = QueuedOutput(2)
atexit.register(STANDARD_ERROR.flush)
