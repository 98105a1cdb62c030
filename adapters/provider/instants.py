"""The provider's instants, in each of its spellings. Pure.

Its documents mix ``2022-12-13T06:57:09.736Z`` and ``2022-12-13 07:08:39.051621Z``; its samples have
the text ``null``, zero times and a stray quote where nothing has happened yet; the year 9999 is a
"never" of other systems.
"""

import math
from datetime import UTC, datetime

LAST_YEAR = 9999
A_DAY = 86_400.0
"""Seconds: a zero time is within a day of the epoch in every time zone."""


def instant(value: object) -> float | None:
    """Seconds since the epoch, cut to milliseconds; None for what says that there is none, and for
    what nobody can read."""
    if not isinstance(value, str):
        return None
    try:
        told = datetime.fromisoformat(value.strip(" \t\r\n\"'").upper())
    except ValueError:
        return None
    if told.year == LAST_YEAR:
        return None
    seconds = (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    return math.floor(seconds * 1000) / 1000 if seconds > A_DAY else None


def has_left(joined: object, left: object) -> bool:
    """Whether a participant's row says that it left: a time before it joined does not."""
    left_at, joined_at = instant(left), instant(joined)
    return left_at is not None and (joined_at is None or left_at >= joined_at)
