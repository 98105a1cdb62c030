"""What is written to a descriptor that takes nothing, or takes it late."""

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable

import pytest

from entrypoints.queued_output import AT_ONCE, PATIENCE, QueuedOutput

LINE = b"x" * 99 + b"\n"


class Pipe:
    """A pipe that is full, so that nothing more goes in until somebody reads."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.writing, False)
        self.filled = 0
        while True:
            try:
                self.filled += os.write(self.writing, b"." * 4096)
            except BlockingIOError:
                break
        os.set_blocking(self.writing, True)

    def read(self, until: bytes) -> bytes:
        """Everything, from what filled it on, to a line that begins like that."""
        read = b""
        while b"\n" + until not in read.replace(b".", b"\n") or not read.endswith(b"\n"):
            read += os.read(self.reading, 65536)
        return read[self.filled :]


@pytest.fixture
def pipe() -> Pipe:
    """It stays open: the thread that writes into it ends with the process."""
    return Pipe()


def test_lines_come_in_their_order_and_whole(pipe: Pipe) -> None:
    output = QueuedOutput(pipe.writing)
    for number in range(1000):
        output.add(b"%d\n" % number)
    output.add(b"e" * 3 * AT_ONCE + b"\n")

    lines = pipe.read(b"e").splitlines()

    assert lines[:-1] == [b"%d" % number for number in range(1000)]
    assert lines[-1] == b"e" * 3 * AT_ONCE


def test_above_its_room_lines_are_dropped_and_counted_once_it_can_write_again(pipe: Pipe) -> None:
    output = QueuedOutput(pipe.writing, room=10 * len(LINE), reserve=2 * len(LINE))
    counts: list[int] = []
    told = threading.Event()

    def tell(count: int) -> None:
        counts.append(count)
        output.add(b"dropped\n", kept=True)
        told.set()

    output.tell = tell
    for _ in range(25):
        output.add(LINE)

    assert pipe.read(b"dropped") == 10 * LINE + b"dropped\n"
    assert told.wait(PATIENCE)
    assert counts == [15]


def test_a_line_that_is_kept_still_has_room_where_others_are_dropped(pipe: Pipe) -> None:
    output = QueuedOutput(pipe.writing, room=10 * len(LINE), reserve=2 * len(LINE))
    for _ in range(25):
        output.add(LINE)
    output.add(b"kept\n", kept=True)

    assert pipe.read(b"kept") == 10 * LINE + b"kept\n"


def test_memory_is_bounded_for_lines_that_are_kept_too(pipe: Pipe) -> None:
    output = QueuedOutput(pipe.writing, room=10 * len(LINE), reserve=2 * len(LINE))
    for _ in range(25):
        output.add(LINE, kept=True)
    output.add(b"e\n")

    assert output._waiting == 12 * len(LINE)


def a_full_disk() -> int:
    return os.open("/dev/full", os.O_WRONLY)


def a_pipe_whose_reader_left() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def a_full_pipe_that_does_not_block() -> int:
    writing = Pipe().writing
    os.set_blocking(writing, False)
    return writing


def an_end_that_is_not_for_writing() -> int:
    return os.pipe()[0]


@pytest.mark.parametrize(
    "refusing",
    [
        a_full_disk,
        a_pipe_whose_reader_left,
        a_full_pipe_that_does_not_block,
        an_end_that_is_not_for_writing,
    ],
)
def test_a_descriptor_that_refuses_is_tried_again_and_no_line_is_lost(
    refusing: Callable[[], int],
) -> None:
    descriptor = refusing()
    output = QueuedOutput(descriptor)
    output.add(b"a line\n")
    output.flush(0.01)
    reading, writing = os.pipe()

    os.dup2(writing, descriptor)

    assert os.read(reading, 100) == b"a line\n"


def test_flushing_what_cannot_be_written_gives_up(pipe: Pipe) -> None:
    output = QueuedOutput(pipe.writing)
    output.add(LINE)

    output.flush(0.01)

    assert output._waiting == len(LINE)


def test_a_line_may_be_added_while_another_is() -> None:
    reading, writing = os.pipe()
    output = QueuedOutput(writing)

    class Outer(bytes):
        inner: bytes | None = b"inner\n"

        def __len__(self) -> int:
            inner, self.inner = self.inner, None
            if inner:
                output.add(inner)
            return super().__len__()

    output.add(Outer(b"outer\n"))
    output.flush()

    assert os.read(reading, 100) == b"inner\nouter\n"


def test_a_line_that_is_added_right_after_another_keeps_neither_from_being_written() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    output = QueuedOutput(writing)

    class Lines(deque[bytes]):
        def append(self, line: bytes) -> None:
            super().append(line)
            if line == b"first\n":
                output.add(b"second\n")

    output._lines = Lines()
    output.add(b"first\n")
    output.flush()

    assert os.read(reading, 100) == b"first\nsecond\n"


def test_a_line_that_is_added_when_the_interpreter_ends_does_not_keep_it_from_ending() -> None:
    late = (
        "from entrypoints.queued_output import STANDARD_ERROR\n"
        "class Late:\n"
        "    def __del__(self, add=STANDARD_ERROR.add):\n"
        "        add(b'late')\n"
        "late = Late()\n"
    )

    ended = subprocess.run([sys.executable, "-c", late], timeout=20, check=False)

    assert ended.returncode == 0
