"""A log that cannot be written holds nobody up: not a start, an answer, health or a stop."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from entrypoints.cli.serve import GRACE
from tests.e2e.processes import COMMAND, Process, free_port, starting

MANY = 320
"""Lines of as many requests are more than a pipe takes."""
PATIENCE = aiohttp.ClientTimeout(total=5)
REDIRECTIONS = [">/dev/full 2>/dev/full", "2>&-", ">{pipe} 2>{pipe}"]


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """The name of a pipe that somebody has opened and does not read."""
    named = tmp_path / "pipe"
    os.mkfifo(named)
    return named


@asynccontextmanager
async def serving(
    redirection: str, pipe: Path, *, full: bool = False
) -> AsyncIterator[tuple[Process, aiohttp.ClientSession, int]]:
    """The service, a client of it that it answers, and the end of the pipe to read from. A pipe
    that is ``full`` takes no line from the start."""
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writing = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    if full:
        fill(writing)
    port = free_port()
    script = f'exec "$@" {redirection.format(pipe=pipe)}'
    env = {"PORT": str(port), "LOG_LEVEL": "debug", "LOG_FORMAT": "json"}
    process = await starting(("sh", "-c", script, "sh", str(COMMAND), "serve"), env)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", timeout=PATIENCE) as http:
            async with asyncio.timeout(20):
                while not await is_live(http):
                    pass
            yield process, http, reading
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        os.close(reading)
        os.close(writing)


def fill(writing: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"." * 4096)


async def is_live(http: aiohttp.ClientSession) -> bool:
    try:
        async with http.get("/health/live") as answer:
            return answer.status == 200
    except aiohttp.ClientConnectionError:
        await asyncio.sleep(0.02)  # asking again takes the processor that it starts with
        return False


async def ask(http: aiohttp.ClientSession, times: int) -> set[int]:
    answers = [await http.get("/nowhere") for _ in range(times)]
    return {answer.status for answer in answers}


async def stopped(process: Process) -> int:
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(GRACE):
        return await process.wait()


@pytest.mark.parametrize("redirection", REDIRECTIONS)
async def test_it_starts_answers_and_stops_whatever_becomes_of_its_output(
    redirection: str, pipe: Path
) -> None:
    async with serving(redirection, pipe, full=True) as (process, http, _):
        assert await ask(http, 20) == {404}
        assert await is_live(http)

        assert await stopped(process) == 0


async def test_when_somebody_reads_again_the_lines_are_there_in_their_order(pipe: Path) -> None:
    async with serving("2>{pipe}", pipe) as (_, http, reading):
        for number in range(MANY):
            await http.get("/nowhere", headers={"X-Request-ID": f"number-{number}"})

        lines = b""
        async with asyncio.timeout(10):
            while b'"request_id":"number-%d"' % (MANY - 1) not in lines:
                lines += read(reading)
                await is_live(http)

    ids = [json.loads(line)["request_id"] for line in lines.splitlines() if b'"request"' in line]
    assert ids == [f"number-{number}" for number in range(MANY)]


def read(reading: int) -> bytes:
    try:
        return os.read(reading, 65536)
    except BlockingIOError:
        return b""


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", "2>{pipe}"])
async def test_a_command_that_cannot_say_what_is_wrong_still_exits_with_its_code(
    redirection: str, pipe: Path
) -> None:
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writing = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    fill(writing)
    script = f'exec "$@" {redirection.format(pipe=pipe)}'
    process = await starting(("sh", "-c", script, "sh", str(COMMAND), "nonsense"), {})
    async with asyncio.timeout(20):
        await process.communicate()

    assert process.returncode == 2
    os.close(reading)
    os.close(writing)


async def test_what_is_written_to_a_closed_stream_gets_into_no_other_file(pipe: Path) -> None:
    async with serving("<&- >&- 2>&-", pipe) as (process, http, _):
        assert await ask(http, 1) == {404}
        opened = [os.readlink(f"/proc/{process.pid}/fd/{number}") for number in range(3)]

        assert await stopped(process) == 0

    assert opened == [os.devnull] * 3


FLOOD = """
import asyncio, sys
import structlog
from adapters.audit_log import StructlogAuditLog
from domain.audit import AuditEvent, AuditLine
from entrypoints.cli.streams import keep_streams
from entrypoints.logs import configure_logs

keep_streams()
configure_logs("critical", "json")
audit = StructlogAuditLog()
for number in range(20_000):
    structlog.get_logger().critical("flood", number=number, text="x" * 100)
    if number % 100 == 0:
        line = AuditLine(next(iter(AuditEvent)), who="a", what=str(number), outcome="done")
        asyncio.run(audit.record(line))
print("flooded", flush=True)
sys.stdin.read()
"""


async def test_lines_are_dropped_and_counted_and_those_of_the_audit_log_are_the_last() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", FLOOD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=1024,
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        assert await process.stdout.readline() == b"flooded\n"
        _, errors = await process.communicate(b"")

    lines = [json.loads(line) for line in errors.splitlines()]
    (dropped,) = [line["count"] for line in lines if line["event"] == "log.dropped"]
    flood = [line["number"] for line in lines if line["event"] == "flood"]
    audited = [line["what"] for line in lines if "what" in line]
    assert flood == sorted(flood)
    assert 0 < dropped == 20_000 - len(flood)
    assert audited == [str(number) for number in range(0, 20_000, 100)]
