"""The four kinds of request that the service exists for, each time about another meeting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from adapters.callers.api_keys import new_key
from tests.prove.service import signed

ORGANIZATION = "33333333-3333-4333-8333-333333333333"
KEY = new_key("the-benchmark")
CREATED, TAKEN = frozenset({b"201"}), frozenset({b"200", b"202"})
HEAD = (
    "POST {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """``told`` is how many updates a request leads to, also after a 202; ``a_turn`` how many
    requests a turn has at most."""

    name: str
    statuses: frozenset[bytes]
    told: int
    a_turn: int
    made: Callable[[int], bytes]

    def requests(self, first: int, count: int) -> Sequence[bytes]:
        return [self.made(number) for number in range(first, first + count)]


def meeting(number: int) -> str:
    return _id(0, number)


def _id(what: int, number: int) -> str:
    return f"{what:08d}-0000-4000-8000-{number:012d}"


def referral(number: int) -> str:
    """What the meeting of that number is about."""
    return f"enc-{number}"


def requester(number: int) -> str:
    """A doctor of that referral, as the partner stub names them."""
    return f"dra-{referral(number)}"


def _request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return HEAD.format(path=path, length=len(body), more=more).encode() + body


def _by_service(path: str, body: object) -> bytes:
    return _request(path, orjson.dumps(body), {"Authorization": f"Bearer {KEY}"})


def _open(number: int) -> bytes:
    return _by_service("/api/dyte/meeting", {"titleMeet": referral(number)})


def _join(number: int) -> bytes:
    user = {"name": "Dra. Ana", "avatar": "https://example.org/ana.png", "id": requester(number)}
    body = {"user": user, "idMeet": meeting(number), "type_preset": "group_call_participant"}
    return _by_service("/api/dyte/participants", body)


def _leave(number: int) -> bytes:
    about = {"referralID": referral(number), "meetID": meeting(number)}
    return _by_service("/api/update-doctor-meet", {"doctorID": requester(number), **about})


def webhook(number: int) -> bytes:
    """The session of that meeting ended because all had left."""
    about = {
        "id": meeting(number),
        "sessionId": _id(4, number),
        "title": referral(number),
        "status": "LIVE",
        "createdAt": "2026-01-01T10:00:00.000Z",
        "startedAt": "2026-01-01T10:00:00.000Z",
        "endedAt": "2026-01-01T10:30:00.000Z",
        "organizedBy": {"id": ORGANIZATION, "name": "hospital"},
    }
    told = {"event": "meeting.ended", "meeting": about, "reason": "ALL_PARTICIPANTS_LEFT"}
    body = orjson.dumps(told)
    return _request("/api/dyte/webhook", body, signed(body, _id(5, number)))


def _joined(number: int) -> bytes:
    """Somebody came in: the webhook that is most frequent, with that of somebody leaving."""
    about = {"id": meeting(number), "sessionId": _id(4, number), "title": referral(number)}
    person = {"peerId": _id(6, number), "customParticipantId": requester(number)}
    return _movement(number, about, {**person, "joinedAt": "2026-01-01T10:00:00Z"})


def _joined_one(number: int) -> bytes:
    """Somebody who is in came in anew, over the same connection."""
    about = {"id": "meeting-joined", "sessionId": "session-one", "title": "enc-joined"}
    person = {"peerId": "peer-one", "customParticipantId": "dra-enc-joined"}
    at = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(seconds=number)
    return _movement(number, about, {**person, "joinedAt": at.isoformat()})


def _movement(number: int, about: dict[str, str], person: dict[str, str]) -> bytes:
    told = {"event": "meeting.participantJoined", "meeting": about, "participant": person}
    body = orjson.dumps(told)
    return _request("/api/dyte/webhook", body, signed(body, _id(7, number)))


def _report_of_one(number: int) -> bytes:
    path = "/attendance-service/referrals/enc-one/meetings/meeting-one/user"
    return _by_service(path, {"inMeeting": number % 2 == 0, "userId": "dra-one"})


KINDS = {
    kind.name: kind
    for kind in (
        Kind("open", CREATED, 0, 2000, _open),
        Kind("join", CREATED, 0, 2000, _join),
        Kind("leave", TAKEN, 1, 1000, _leave),
        Kind("webhook", TAKEN, 2, 600, webhook),
    )
}
JOINED = Kind("joined", TAKEN, 1, 1000, _joined)
JOINED_ONE = Kind("joined-one", TAKEN, 0, 200, _joined_one)
"""In the meeting whose joinings are stored (``stored.joinings_of_one``); one at a time."""
REPORT_OF_ONE = Kind("report", TAKEN, 1, 200, _report_of_one)
"""Of the seat whose reports are stored (``stored.reports_of_one``); one at a time."""
ON_POSTGRES = (*KINDS.values(), JOINED)
