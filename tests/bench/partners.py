"""The partner stub as a process, and what may be asked of it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.bench.cores import OTHERS
from tests.bench.started import started
from tests.e2e.processes import free_port

PATIENCE = 180.0
"""Seconds for all updates of one turn, or of a backlog, to be told."""


@dataclass(frozen=True, slots=True)
class Partners:
    """Both, on one port."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def told(self) -> int:
        """How many updates the attendance service has taken."""
        return int(await self._ask("/told"))

    async def until_told(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self.told() < count:  # noqa: ASYNC110 - in another process
                await asyncio.sleep(0.005)

    async def answer_updates_with(self, status: int) -> None:
        await self._ask(f"/mode/{status}")

    async def _ask(self, path: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(head.rpartition(b"Content-Length: ")[2]))
        writer.close()
        return body


@asynccontextmanager
async def partners() -> AsyncIterator[Partners]:
    port = free_port()
    command = (sys.executable, "-m", "tests.bench.partner_stub", str(port))
    async with started(command, port, OTHERS):
        yield Partners(port)
