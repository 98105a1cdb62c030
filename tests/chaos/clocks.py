"""The clocks of two instances an hour apart, by libfaketime where it is installed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.prove.clocks import faked_clock

OFFSETS = ("+0", "+1h")


@contextmanager
def apart(instances: int) -> Iterator[list[dict[str, str]]]:
    """The environment of each; a lone instance has the machine's clock."""
    with ExitStack() as stack:
        if instances == 1:
            yield [{}]
            return
        clocks = [stack.enter_context(faked_clock(offset)) for offset in OFFSETS[:instances]]
        yield [clock.env for clock in clocks]
