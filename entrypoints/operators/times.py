"""Times as operators read and write them."""

import re
from datetime import UTC, datetime

from adapters.system import epoch

AGO = r"([0-9]{1,6})([smhd])"
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def shown_time(seconds: float) -> str:
    """ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def local_time(seconds: float) -> str:
    """The same in this machine's zone, with its offset: for tables that people read."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")


def read_since(text: str) -> float:
    """Seconds since the epoch, from ``30m``, ``2h``, ``3d`` ago or an ISO 8601 time (UTC).

    Raises ValueError when it is neither.
    """
    if match := re.fullmatch(AGO, text):
        return epoch() - int(match[1]) * UNITS[match[2]]
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
