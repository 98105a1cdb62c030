"""Time and ids of the real world; whatever needs them gets them from outside."""

import random
import secrets
import time
import uuid
from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)


def epoch() -> float:
    """Seconds since the epoch, UTC."""
    return time.time()


def steady() -> float:
    """Seconds that only ever rise, whatever is done to the clock."""
    return time.monotonic()


def jitter() -> float:
    """Between 0 and 1."""
    return random.random()


def new_secret() -> bytes:
    """256 bits that nobody can guess."""
    return secrets.token_bytes(32)


def new_id() -> str:
    return str(uuid.uuid4())
