"""What docs/sandbox.md starts in its two terminals, started by its own words on test ports."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple

from tests.documents.blocks import commands
from tests.e2e.processes import Running, free_port, running

PAGE = "docs/sandbox.md"
TERMINALS = "Two terminals"
SERVICE, PROVIDER, ATTENDANCE = ("127.0.0.1:8080", "127.0.0.1:8081", "127.0.0.1:8082")


class Practice(NamedTuple):
    """The partners while they are up, and the address in use for each that the page writes."""

    partners: Running
    taken: dict[str, str]


@asynccontextmanager
async def practising(provider: str, **changed: str) -> AsyncIterator[Practice]:
    """The partners and the service, started as the page says for that provider, but for some
    variables."""
    taken = {written: f"127.0.0.1:{free_port()}" for written in (SERVICE, PROVIDER, ATTENDANCE)}
    ours, video, attendance = (address.partition(":")[2] for address in taken.values())
    partners, *services = commands(PAGE, TERMINALS)
    (service,) = [one for one in services if one.env["VIDEO_PROVIDER"] == provider]
    ports = (
        f"--provider-port={video}",
        f"--attendance-port={attendance}",
        f"--webhook=http://{taken[SERVICE]}/api/dyte/webhook",
    )
    env = {name: on(taken, value) for name, value in service.env.items()} | changed
    assert env.pop("DATABASE_URL").startswith("sqlite:///data/")  # each run has its own
    async with AsyncExitStack() as stack:
        async with asyncio.TaskGroup() as starting:
            started = [
                starting.create_task(stack.enter_async_context(one))
                for one in (
                    running(*partners.words[1:], *ports, until="then"),
                    running(*service.words[1:], until="then", PORT=ours, **env),
                )
            ]
        yield Practice(started[0].result(), taken)


def on(taken: Mapping[str, str], text: str) -> str:
    """A text of the page with the addresses that are in use."""
    for written, used in taken.items():
        text = text.replace(written, used)
    return text
