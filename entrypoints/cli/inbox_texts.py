"""What the inbox commands print and read: rows, times, and bodies without names."""

import argparse
import re
from datetime import UTC, datetime

import orjson

from adapters.system import epoch
from domain.inbox import InboxEntry, SeatEntry

Row = dict[str, object]

MASK = "***"
NAMES = {"name", "userDisplayName"}
AGO = re.compile(r"(\d{1,6})([smhd])")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def delivery_row(entry: InboxEntry) -> Row:
    return {
        "id": entry.id,
        "received": _time(entry.received),
        "state": entry.state.name.lower(),
        "event": entry.event or "-",
        "outcome": entry.outcome or "-",
        "why": entry.why or "-",
        "referral": entry.referral or "-",
        "meeting": entry.meeting or "-",
        "attempts": entry.attempts,
        "failures": entry.failures,
        "due": _time(entry.due),
    }


def seat_row(entry: SeatEntry) -> Row:
    return {
        "referral": entry.seat.referral,
        "meeting": entry.seat.meeting,
        "person": entry.seat.person,
        "state": "refused" if entry.due is None else "waiting",
        "why": entry.why or "-",
        "attempts": entry.attempts,
        "failures": entry.failures,
        "due": _time(entry.due),
    }


def masked(body: bytes) -> object:
    """The JSON of a body with every name masked; a body that is no JSON is only measured."""
    try:
        return _mask(orjson.loads(body))
    except orjson.JSONDecodeError:
        return f"{len(body)} bytes that are no JSON"


def since(text: str) -> float:
    """Seconds since the epoch, from ``30m``, ``2h``, ``3d`` ago or an ISO 8601 time (UTC)."""
    if match := AGO.fullmatch(text):
        return epoch() - int(match[1]) * UNITS[match[2]]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("30m, 2h, 3d or ISO 8601") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _mask(value: object) -> object:
    if isinstance(value, dict):
        return {key: MASK if key in NAMES else _mask(inner) for key, inner in value.items()}
    return [_mask(inner) for inner in value] if isinstance(value, list) else value


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
