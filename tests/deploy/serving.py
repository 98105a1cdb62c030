"""A service of the image that stands in a folder, as an engine would start it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from tests.deploy.containerfile import Image, last
from tests.e2e.processes import Running

ELSEWHERE = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"
"""An address of this machine that a service on 127.0.0.1 alone does not answer at."""


@asynccontextmanager
async def serving(image: Image, port: int) -> AsyncIterator[Running]:
    """Until it has printed all of its banner; it is stopped as the image says, without a drain."""
    command = [*last("ENTRYPOINT").words, *last("CMD").words]
    started = Running(await _starting(image, command, PORT=str(port), DRAIN_SECONDS="0"))
    try:
        await started.until("then")
        yield started
    finally:
        assert last("STOPSIGNAL").text == "SIGTERM"
        assert (await started.stop()).code == 0


async def is_healthy(image: Image, port: int) -> bool:
    """What the image's own health check says."""
    words = last("HEALTHCHECK").text.partition("CMD ")[2]
    command = type(last("CMD"))("CMD", words).words
    return await (await _starting(image, command, PORT=str(port))).wait() == 0


async def health(host: str, port: int) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://{host}:{port}/health/ready") as answer,
    ):
        return answer.status, await answer.text()


async def _starting(image: Image, command: list[str], **env: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(*image.as_user, *command),
        cwd=image.data,
        env=image.environment(**env),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
