"""Times as the console is told them."""

from datetime import UTC, datetime


def moment(seconds: float) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    told = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return told.replace("+00:00", "Z")


def moment_or_none(seconds: float | None) -> str | None:
    return None if seconds is None else moment(seconds)
