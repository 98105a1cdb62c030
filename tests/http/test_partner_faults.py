"""Partners that misbehave on a real socket: every endpoint answers, and the process lives."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import orjson
import pytest
from pydantic import SecretStr

from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.conftest import Serve
from tests.http.test_errors import CALLS, DIRECT

TIMEOUT = 0.05
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def raw(answer: bytes) -> Answer:
    """Say these bytes whatever was asked, and hang up."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        with contextlib.suppress(ConnectionError):  # whoever has read enough hangs up
            await writer.drain()
        writer.close()

    return say


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    await hang(reader, writer)


def page(status: str, body: bytes, kind: str = "text/html", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


@asynccontextmanager
async def partner(answer: Answer | None) -> AsyncIterator[str]:
    """The URL of a partner that answers like that; None is nobody listening."""
    server = await asyncio.start_server(answer or hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    if answer is None:
        server.close()
        await server.wait_closed()
    yield f"http://127.0.0.1:{port}"
    server.close()


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param(None, 503, id="down"),
        pytest.param(hang, 504, id="hanging"),
        pytest.param(trickle, 504, id="stopping half way"),
        pytest.param(raw(b""), 503, id="hanging up"),
        pytest.param(raw(b"SSH-2.0-canary\r\n"), 502, id="not http"),
        pytest.param(
            raw(page("401 Unauthorized", b'{"message":"canary"}', "application/json")),
            502,
            id="401",
        ),
        pytest.param(
            raw(page("429 Too Many Requests", b"canary", more="Retry-After: 4\r\n")),
            503,
            id="429",
        ),
        pytest.param(raw(page("200 OK", b"<html>canary</html>")), 502, id="html"),
        pytest.param(raw(page("404 Not Found", b"<html>canary</html>")), 502, id="html 404"),
        pytest.param(raw(page("500 Oops", b'{"message":"canary"}')), 502, id="500"),
        pytest.param(
            raw(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"data": {"canary'),
            502,
            id="half a body",
        ),
        pytest.param(raw(page("200 OK", b"[" * 1_100_000)), 502, id="an endless body"),
        pytest.param(
            raw(page("302 Found", b"", more="Location: http://127.0.0.1:1/canary\r\n")),
            502,
            id="a redirect",
        ),
    ],
)
async def test_what_needs_the_partner_fails_honestly_and_the_rest_is_stored(
    serve: Serve, settings: Settings, answer: Answer | None, status: int
) -> None:
    async with partner(answer) as url:
        changed = settings.model_copy(
            update={
                "video_provider": "dyte",
                "dyte_base_url": url,
                "dyte_token": SecretStr("made-up"),
                "webhook_verification": "if-present",
                "attendance_provider": "http",
                "attendance_base_url": url,
                "partner_timeout": TIMEOUT if status == 504 else settings.partner_timeout,
            }
        )
        client = await serve(Container(settings=changed))
        for path, body in CALLS:
            response = await client.post(path, json=body)
            text = await response.text()
            if path in DIRECT:
                assert response.status == status
                assert response.content_type == "application/problem+json"
                assert orjson.loads(text)["status"] == status
            else:
                assert response.status == 202
                assert "será aplicad" in orjson.loads(text)["message"]
            assert "canary" not in text
        assert (await client.get("/health/live")).status == 200
        await client.close()
