"""Decides from a history alone whether a promise was broken; knows nothing of the service's code.

The numbers are those of docs/reliability.md.
"""

from collections.abc import Callable, Iterable, Iterator

from tests.chaos.checker.canaries import none_written
from tests.chaos.checker.crashes import nothing_crashed
from tests.chaos.checker.growth import flat, only_by_accepted, webhooks_only_once
from tests.chaos.checker.meetings import nobody_locked_out, nothing_after_its_end, one_per_key
from tests.chaos.checker.on_disk import none_missing, synced_before_its_answer
from tests.chaos.checker.order import never_two_at_once, newest_told_last, waits_for_the_newest
from tests.chaos.checker.presence import never_by_an_older_session, never_for_nothing, settled
from tests.chaos.checker.processes import ends_well
from tests.chaos.checker.reflected import reflected
from tests.chaos.checker.seen import Seen, seen
from tests.chaos.checker.strangers import no_effect
from tests.chaos.checker.streams import equal_to_a_read, in_order, never_since_earlier, told_at_once
from tests.chaos.checker.times import alive_all_the_time, every_answer_in_time
from tests.chaos.checker.violation import Violation
from tests.chaos.history import Entry

Assertion = Callable[[Seen], Iterator[Violation]]

ALWAYS: tuple[Assertion, ...] = (
    reflected,
    synced_before_its_answer,
    none_missing,
    settled,
    never_by_an_older_session,
    never_for_nothing,
    never_two_at_once,
    newest_told_last,
    one_per_key,
    nobody_locked_out,
    nothing_after_its_end,
    no_effect,
    none_written,
    flat,
    only_by_accepted,
    webhooks_only_once,
    equal_to_a_read,
    told_at_once,
    in_order,
    never_since_earlier,
    ends_well,
    nothing_crashed,
)
TIMED: tuple[Assertion, ...] = (every_answer_in_time, alive_all_the_time)
"""Only where the machine's own stalls can be told from the service's."""


def violations(entries: Iterable[Entry], *, timed: bool) -> list[Violation]:
    found = seen(entries)
    assertions = (*ALWAYS, *TIMED) if timed else ALWAYS
    return [one for assertion in assertions for one in assertion(found)]


def unsettled(entries: Iterable[Entry]) -> bool:
    """Whether something is still to come: then a system at rest is given more time. None is given
    to one that has broken a promise for good."""
    found = seen(entries)
    broken = [
        one
        for assertion in (reflected, settled, never_two_at_once, one_per_key)
        for one in assertion(found)
    ]
    if any(one.for_good for one in broken):
        return False
    return bool(broken) or waits_for_the_newest(found)
