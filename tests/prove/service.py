"""The real service as a process to be loaded and starved."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import orjson

from tests.e2e.processes import COMMAND, free_port, running
from tests.prove.partner import Partner
from tests.rsa_keys import key

READY = "then"
PATIENCE = aiohttp.ClientTimeout(total=20)


@dataclass(frozen=True, slots=True)
class Event:
    """A signed session end of a meeting of its own, so that its effect can be told from others."""

    referral: str
    meeting: str

    @property
    def body(self) -> bytes:
        return orjson.dumps(
            {
                "event": "meeting.ended",
                "meeting": {
                    "id": self.meeting,
                    "sessionId": f"session-{self.meeting}",
                    "title": self.referral,
                },
                "reason": "ALL_PARTICIPANTS_LEFT",
            }
        )

    @property
    def marks(self) -> set[tuple[str, str, str]]:
        """What the attendance service must have been told in the end."""
        doctors = (f"dra-{self.referral}", f"dr-{self.referral}")
        return {(self.referral, self.meeting, doctor) for doctor in doctors}


def signed(body: bytes, uuid: str = "") -> dict[str, str]:
    return {"dyte-signature": key("ours").sign(body), "dyte-uuid": uuid}


def environment(
    partner: Partner, database: str, port: int, partner_timeout: float = 5.0
) -> dict[str, str]:
    return {
        "PORT": str(port),
        "DATABASE_URL": database,
        "ATTENDANCE_PROVIDER": "http",
        "ATTENDANCE_BASE_URL": partner.url,
        "PARTNER_TIMEOUT": str(partner_timeout),
        "PARTNER_CONNECT_TIMEOUT": "1",
        "AUTH": "none",
        "ALLOW_INSECURE": "no-auth",
        "WEBHOOK_PUBLIC_KEY": key("ours").public_pem,
        "LOG_LEVEL": "error",
        "REUSE_PORT": "true",
    }


@asynccontextmanager
async def serving(
    partner: Partner,
    database: str,
    partner_timeout: float = 5.0,
    program: Sequence[str] = (str(COMMAND),),
    **more: str,
) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of a service that is up."""
    port = free_port()
    env = {**environment(partner, database, port, partner_timeout), **more}
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        running("serve", until=READY, program=program, **env),
        aiohttp.ClientSession(
            f"http://127.0.0.1:{port}", timeout=PATIENCE, connector=connector
        ) as client,
    ):
        yield client


async def post(client: aiohttp.ClientSession, event: Event) -> int:
    body = event.body
    async with client.post("/api/dyte/webhook", data=body, headers=signed(body)) as answer:
        await answer.read()
        return answer.status


async def until_told(partner: Partner, wanted: set[tuple[str, str, str]], limit: float) -> float:
    """Seconds until everybody wanted was told out of the meeting; fails at ``limit``."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    async with asyncio.timeout(limit):
        await partner.told_all(wanted)
    return loop.time() - started
