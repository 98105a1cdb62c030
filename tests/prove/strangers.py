"""Every operation whose document requires a credential refuses callers without one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.callers.api_keys import OPERATOR, entry_of
from entrypoints.app import operations_of
from entrypoints.http.operation import Operation
from entrypoints.settings import Settings
from tests.e2e.processes import free_port, running
from tests.identity import AUDIENCE, ISSUER, a_token, an_unsigned_token, public_pem
from tests.prove.documented import closed_operations
from tests.prove.generated import ask
from tests.prove.nasty_json import BODIES
from tests.prove.service import READY
from tests.prove.sockets import HEALTH, status
from tests.prove.written import checked
from tests.rsa_keys import key


@dataclass
class Partners:
    """Where both partners should be: counts who comes, and hangs up."""

    url: str = ""
    calls: int = 0

    def come(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        writer.close()


@dataclass(frozen=True, slots=True)
class Strangers:
    """How many requests they sent, all answered with a 401 or, beyond the limit
    of failed credentials, a 429, and how often a partner was called."""

    generated: int
    broken: int
    operations: int
    partner_calls: int

    def __str__(self) -> str:
        return (
            f"{self.generated + self.broken:,} requests of strangers to {self.operations} "
            f"operations: 401 before any body is read, {self.partner_calls} partner calls"
        )


async def strangers(database: str, examples: int, processes: int) -> Strangers:
    """No credentials, or some that are worth nothing; generated requests, and broken bodies."""
    port, names = free_port(), closed_operations()
    async with (
        _partners() as partners,
        running("serve", until=READY, **_environment(database, port, partners)) as service,
    ):
        sent = await ask("stranger", port, names, examples, processes)
        broken = await _broken(port, names)
        assert await status(port, HEALTH) == 200
        finished = await service.stop()
    assert finished.code == 0
    checked(finished.errors)
    assert partners.calls == 0
    return Strangers(sum(each for _, each in sent.values()), broken, len(names), partners.calls)


async def _broken(port: int, names: list[str]) -> int:
    """How many were sent; one of each never sends the body that it announces."""
    settings = Settings.model_validate({})
    requests = [
        request
        for operation in operations_of(settings)
        if operation.id in names
        for request in _requests(operation)
    ]
    for request in requests:
        assert await status(port, request) in {401, 429}, request[:2000]
    return len(requests)


def _requests(operation: Operation) -> list[bytes]:
    path = operation.path.replace("{id}", "1").replace("{", "").replace("}", "")
    line = f"{operation.method} {path} HTTP/1.1\r\nHost: a\r\n"
    token = f"{line}Authorization: Bearer {an_unsigned_token()}\r\n"
    cookie = f"{line}Cookie: TOKEN={an_unsigned_token()}\r\nSec-Fetch-Site: same-origin\r\n"
    of_no_page = f"{line}Cookie: TOKEN={a_token()}\r\n"
    return [
        *(_with_body(head, body) for head in (line, token, cookie, of_no_page) for body in BODIES),
        f"{line}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{{}}".encode(),
        f"{token}Content-Length: 1000\r\n\r\n".encode(),
        f"{line}Transfer-Encoding: chunked\r\n\r\n".encode(),
    ]


def _with_body(head: str, body: bytes) -> bytes:
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _environment(database: str, port: int, partners: Partners) -> dict[str, str]:
    return {
        "PORT": str(port),
        "DATABASE_URL": database,
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "error",
        "VIDEO_PROVIDER": "dyte",
        "DYTE_BASE_URL": partners.url,
        "DYTE_TOKEN": "b3JnOmtleQ==",
        "WEBHOOK_PUBLIC_KEY": key("ours").public_pem,
        "ATTENDANCE_PROVIDER": "http",
        "ATTENDANCE_BASE_URL": partners.url,
        "CONSOLE": "true",
        "AUTH": "jwt,api-key",
        "API_KEYS": entry_of("vck_another", "plantao", OPERATOR),
        "JWT_PUBLIC_KEY": public_pem(),
        "JWT_ISSUER": ISSUER,
        "JWT_AUDIENCE": AUDIENCE,
        "JWT_FROM": "bearer,bare,cookie:TOKEN",
    }


@asynccontextmanager
async def _partners() -> AsyncIterator[Partners]:
    partners = Partners()
    server = await asyncio.start_server(partners.come, "127.0.0.1", 0)
    async with server:
        partners.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield partners
