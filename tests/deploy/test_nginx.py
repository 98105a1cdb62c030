"""deploy/nginx.conf: every nginx that is there accepts it, it fits the code, and it does what its
comments say."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from entrypoints.http.bodies import WEBHOOK_LIMIT
from entrypoints.http.limits import DEFAULT_LIMITS
from entrypoints.settings import Settings
from tests.e2e.processes import free_port
from tests.nginx import NAME, NOT_THERE, SITE, nginx, programs, write_configuration

pytestmark = pytest.mark.processes
STREAM = "/api/referrals/enc-1001/presence/stream"
EVENT = b"data: {}\n\n"


class Upstream:
    """What stands behind nginx: it notes each request, answers only a stream, and hangs up."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.more = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        if "/stream" in head:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + EVENT)
            await self.more.wait()
        writer.close()

    def asked(self, method: str) -> int:
        return sum(head.startswith(f"{method} ") for head in self.heads)


@asynccontextmanager
async def behind(folder: Path) -> AsyncIterator[tuple[Upstream, aiohttp.ClientSession]]:
    upstream = Upstream()
    server = await asyncio.start_server(upstream, "127.0.0.1", 0)
    port, taken = free_port(), server.sockets[0].getsockname()[1]
    async with nginx(folder, port=port, upstream=taken):
        tls = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
        connector = aiohttp.TCPConnector(ssl=tls)
        async with aiohttp.ClientSession(
            f"https://127.0.0.1:{port}", connector=connector, headers={"Host": NAME}
        ) as client:
            yield upstream, client
        upstream.more.set()
    server.close()


async def test_what_may_have_arrived_is_sent_again_unless_it_is_a_post(tmp_path: Path) -> None:
    """And each request tells who asked whom; a stream is told on at once; another name gets no
    certificate; metrics are not to be had."""
    async with behind(tmp_path) as (upstream, client):
        for method in ("POST", "GET"):
            headers = {"X-Forwarded-For": "192.0.2.1"}
            async with client.request(
                method, "/x", server_hostname=NAME, headers=headers
            ) as answer:
                assert answer.status == 502
        assert (upstream.asked("POST"), upstream.asked("GET")) == (1, 2)
        for line in (
            f"Host: {NAME}",
            "X-Forwarded-For: 192.0.2.1, 127.0.0.1",
            "X-Forwarded-Proto: https",
            "Connection: close",
        ):
            assert f"\r\n{line}\r\n" in upstream.heads[0]

        async with client.get(STREAM, server_hostname=NAME) as stream:
            assert await asyncio.wait_for(stream.content.readexactly(len(EVENT)), 10) == EVENT
        async with client.get("/metrics", server_hostname=NAME) as answer:
            assert answer.status == 404
        with pytest.raises(aiohttp.ClientConnectorError):
            await client.get("/x", server_hostname="other.hospital.example", ssl=False)


async def test_every_nginx_that_is_there_accepts_it(tmp_path: Path) -> None:
    assert programs(), NOT_THERE
    written = write_configuration(tmp_path, port=free_port(), upstream=free_port())
    for program in programs():
        process = await asyncio.create_subprocess_exec(
            *(program, "-t", "-p", tmp_path, "-c", written), stderr=asyncio.subprocess.PIPE
        )
        _, said = await process.communicate()
        assert process.returncode == 0, said.decode()


def test_it_leads_to_the_services_own_port_and_waits_as_long_as_the_service() -> None:
    site, settings = SITE.read_text(), Settings.model_validate({})
    (size,) = re.findall(r"client_max_body_size (\d+)m;", site)
    location = re.search(r"location ~ (\S+) \{([^}]*)\}", site)
    assert location

    assert {*re.findall(r"server 127.0.0.1:(\d+)", site)} == {str(settings.port)}
    assert int(size) * 2**20 > WEBHOOK_LIMIT
    assert re.match(location[1], STREAM)
    assert not re.match(location[1], STREAM.removesuffix("/stream"))
    (patience,) = re.findall(r"proxy_read_timeout (\d+)s;", location[2])
    assert int(patience) > 2 * DEFAULT_LIMITS.comment
    assert "proxy_buffering off;" in location[2]
    assert "non_idempotent;" not in site
