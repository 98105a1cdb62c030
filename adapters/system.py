"""The system's clocks, random numbers and ids. Other modules get these as arguments."""

import os
import random
import secrets
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def utc_now() -> datetime:
    return datetime.now(UTC)


def epoch() -> float:
    """Seconds since the epoch, UTC."""
    return time.time()


def steady() -> float:
    """Seconds that only rise, also when the clock is set."""
    return time.monotonic()


def since_boot() -> float:
    """Seconds that only rise, also while the machine sleeps, where the platform counts those."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def boot_id() -> str | None:
    """Names the start of the machine that ``since_boot`` counts from; None where the platform does
    not."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return None


def jitter() -> float:
    """A random number from 0 to 1."""
    return random.random()


def new_secret() -> bytes:
    """256 random bits."""
    return secrets.token_bytes(32)


def new_bits(count: int) -> str:
    """So many random bits, a multiple of eight, in hexadecimal digits. From the kernel: any library
    may seed Python's generator, and then ids would repeat."""
    return os.urandom(count // 8).hex()


def new_id() -> str:
    return str(uuid.uuid4())
