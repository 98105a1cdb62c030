"""Clocks of machines that are wrong or set, where a library can be built that does it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.preloaded import Preloaded, built
from tests.prove.partner import attendance
from tests.prove.service import Event, post, serving, until_told
from tests.prove.starts import killed_start

HOUR = 3600
STEPS = (-HOUR, HOUR, -20, 20, 0)
"""Seconds before the machine's clock."""
RECOVERY = 30.0


@contextmanager
def clock_ahead(seconds: int = 0) -> Iterator[Preloaded]:
    """The wall clock of processes that get its ``env``; their steady clocks stay real."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        yield Preloaded(built(place), place / "process", ahead=seconds)


async def clock_steps(database: str) -> str:
    """Webhooks of an outage are told soon after it, whatever the clock was set to meanwhile."""
    slowest = 0.0
    with clock_ahead() as clock:
        async with attendance() as partner, serving(partner, database, 5.0, **clock.env) as client:
            for number, step in enumerate(STEPS):
                event = Event(f"enc-{number}", f"m-{number}")
                partner.mode = "500"
                assert await post(client, event) == 202
                clock.set_clock(step)
                partner.mode = "up"
                slowest = max(slowest, await until_told(partner, event.marks, RECOVERY))
    steps = ", ".join(f"{step:+}" for step in STEPS)
    return f"clock set by {steps} s{_not_set(clock)}: what waited is told within {slowest:.1f} s"


async def start_after_step(database: str, *, wait: bool) -> str:
    """A start that was killed, and goes on an hour earlier."""
    with clock_ahead(-HOUR) as clock:
        figures = await killed_start(database, wait=wait, later=clock.env)
    return f"clock set back an hour{_not_set(clock)}, {figures}"


def _not_set(clock: Preloaded) -> str:
    return "" if clock.library else " (NOT SET: there is no C compiler)"
