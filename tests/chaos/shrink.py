"""Leave acts out of a plan while it still fails, for as long as there is time.

Two runs of one plan differ. What is left was seen to fail; to see it again may take several runs.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace

from tests.chaos.plan import Act, Plan

Fails = Callable[[Plan], Awaitable[bool]]
Part = frozenset[Act]


async def shrunk(plan: Plan, fails: Fails, time_left: Callable[[], bool]) -> Plan:
    """Whole consultations and whole kinds of faults are left out first, then single acts."""
    for parts in (_by_consultation, _by_fault, _single):
        plan = await _without(plan, parts(plan), fails, time_left)
    return plan


async def _without(
    plan: Plan, parts: Sequence[Part], fails: Fails, time_left: Callable[[], bool]
) -> Plan:
    """Half of the parts at once, then a quarter, down to each by itself."""
    needed = [*parts]
    size = max(1, len(needed) // 2)
    while needed and time_left():
        left_out = False
        for some in _chunks(needed, size):
            if not time_left():
                return plan
            acts = frozenset[Act]().union(*some)
            smaller = replace(plan, acts=tuple(act for act in plan.acts if act not in acts))
            if smaller.acts and await fails(smaller):
                plan, left_out = smaller, True
                needed = [part for part in needed if part not in some]
        if size == 1 and not left_out:
            break
        size = max(1, size // 2)
    return plan


def _chunks(parts: Sequence[Part], size: int) -> Iterator[Sequence[Part]]:
    copy = [*parts]
    for start in range(0, len(copy), size):
        yield copy[start : start + size]


def _by_consultation(plan: Plan) -> list[Part]:
    return [
        frozenset(act for act in plan.acts if act.who == number) for number in plan.consultations
    ]


def _by_fault(plan: Plan) -> list[Part]:
    kinds = sorted({act.what for act in plan.acts if act.who is None})
    return [
        frozenset(act for act in plan.acts if act.who is None and act.what == kind)
        for kind in kinds
    ]


def _single(plan: Plan) -> list[Part]:
    return [frozenset([act]) for act in plan.acts]
