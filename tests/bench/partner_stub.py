"""Both partners, answering at once with bytes that are ready: ``python -m tests.bench.partner_stub
PORT``.

``GET /told`` says how many updates the attendance service was told; ``GET /mode/500`` makes it
refuse them with a 500 from then on, ``GET /mode/200`` take them.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from email.utils import formatdate
from itertools import count
from typing import cast

import uvloop

REFERRALS = b"/attendance-service/referrals/"
NONE = b'{"success":false,"error":{"code":404,"message":"No active session found"}}'
EMPTY = b'{"success":true,"data":[],"paging":{"total_count":0,"start_offset":0,"end_offset":0}}'
MEETING = (
    b'{"success":true,"data":{"id":"11111111-1111-4111-8111-%012x","title":"t","preferred_region":'
    b'"ap-south-1","created_at":"2026-01-01T00:00:00.000Z","record_on_start":false,"updated_at":'
    b'"2026-01-01T00:00:00.000Z","live_stream_on_start":false,"persist_chat":false,'
    b'"summarize_on_end":false,"status":"ACTIVE"}}'
)
PARTICIPANT = (
    b'{"success":true,"data":{"id":"22222222-2222-4222-8222-%012x","name":"Dra. Ana","picture":'
    b'"https://example.org/ana.png","custom_participant_id":"ana","preset_name":'
    b'"group_call_participant","created_at":"2026-01-01T00:00:00.000Z","updated_at":'
    b'"2026-01-01T00:00:00.000Z","token":"' + b"t" * 600 + b'"}}'
)
ROSTER = b'{"id":"%b","solicitante":{"id":"dra-%b"},"especialista":{"id":"dr-%b"}}'
UPDATED = b'{"message":"ok"}'


class Answers:
    """What both partners answer; it counts what they are told."""

    def __init__(self) -> None:
        self.made = count(1)
        self.told = 0
        self.update = b"200"
        self.second, self.date = 0, b""

    def answer(self, method: bytes, path: bytes) -> bytes:
        status, body = self._answer(method, path)
        if (now := int(time.time())) != self.second:
            self.second, self.date = now, formatdate(now, usegmt=True).encode()
        return (
            b"HTTP/1.1 %b x\r\nContent-Type: application/json\r\nDate: %b\r\nContent-Length: %d"
            b"\r\n\r\n%b" % (status, self.date, len(body), body)
        )

    def _answer(self, method: bytes, path: bytes) -> tuple[bytes, bytes]:
        if path.endswith(b"/user"):
            self.told += self.update == b"200"
            return self.update, UPDATED
        if path.startswith(REFERRALS):
            referral = path[len(REFERRALS) :]
            return b"200", ROSTER % (referral, referral, referral)
        if path.endswith(b"/participants") and method == b"POST":
            return b"201", PARTICIPANT % next(self.made)
        if path.endswith(b"/meetings") and method == b"POST":
            return b"201", MEETING % next(self.made)
        if path.startswith(b"/mode/"):
            self.update = path.removeprefix(b"/mode/")
        if path == b"/told" or path.startswith(b"/mode/"):
            return b"200", b"%d" % self.told
        return (b"404", NONE) if path.endswith(b"/active-session") else (b"200", EMPTY)


class Connection(asyncio.Protocol):
    """Reads requests as far as is needed to answer them."""

    def __init__(self, answer: Callable[[bytes, bytes], bytes]) -> None:
        self.answer = answer
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        data = self.rest + data
        while (end := data.find(b"\r\n\r\n") + 4) >= 4:
            _, _, length = data[:end].lower().partition(b"\r\ncontent-length:")
            end += int(length.partition(b"\r\n")[0] or 0)
            if len(data) < end:
                break
            method, path, _ = data.split(b" ", 2)
            self.transport.write(self.answer(method, path))
            data = data[end:]
        self.rest = data


async def serve(port: int) -> None:
    answers = Answers()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(answers.answer), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
