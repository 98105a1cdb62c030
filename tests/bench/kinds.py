"""The four kinds of request that the service exists for, each time about another meeting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from adapters.callers.api_keys import new_key
from tests.prove.service import signed

ORGANIZATION = "33333333-3333-4333-8333-333333333333"
KEY = new_key("the-benchmark")
HEAD = (
    "POST {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """``told`` is how many updates each request has the attendance service told."""

    name: str
    status: bytes
    told: int
    a_turn: int
    made: Callable[[int], bytes]

    def requests(self, first: int, count: int) -> Sequence[bytes]:
        return [self.made(number) for number in range(first, first + count)]


def meeting(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def referral(number: int) -> str:
    """What the meeting of that number is about."""
    return f"enc-{number}"


def _request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return HEAD.format(path=path, length=len(body), more=more).encode() + body


def _by_service(path: str, body: object) -> bytes:
    return _request(path, orjson.dumps(body), {"Authorization": f"Bearer {KEY}"})


def _open(number: int) -> bytes:
    return _by_service("/api/dyte/meeting", {"titleMeet": referral(number)})


def _join(number: int) -> bytes:
    user = {"name": "Dra. Ana", "avatar": "https://example.org/ana.png", "id": f"dra-{number}"}
    body = {"user": user, "idMeet": meeting(number), "type_preset": "group_call_participant"}
    return _by_service("/api/dyte/participants", body)


def _leave(number: int) -> bytes:
    about = {"referralID": referral(number), "meetID": meeting(number)}
    return _by_service("/api/update-doctor-meet", {"doctorID": f"dra-{number}", **about})


def webhook(number: int) -> bytes:
    """The session of that meeting ended because all had left."""
    about = {
        "id": meeting(number),
        "sessionId": f"44444444-4444-4444-8444-{number:012d}",
        "title": referral(number),
        "status": "LIVE",
        "createdAt": "2026-01-01T10:00:00.000Z",
        "startedAt": "2026-01-01T10:00:00.000Z",
        "endedAt": "2026-01-01T10:30:00.000Z",
        "organizedBy": {"id": ORGANIZATION, "name": "hospital"},
    }
    told = {"event": "meeting.ended", "meeting": about, "reason": "ALL_PARTICIPANTS_LEFT"}
    body = orjson.dumps(told)
    unique = f"55555555-5555-4555-8555-{number:012d}"
    return _request("/api/dyte/webhook", body, signed(body, unique))


KINDS = {
    kind.name: kind
    for kind in (
        Kind("open", b"201", 0, 2000, _open),
        Kind("join", b"201", 0, 2000, _join),
        Kind("leave", b"200", 1, 1000, _leave),
        Kind("webhook", b"200", 2, 600, webhook),
    )
}
