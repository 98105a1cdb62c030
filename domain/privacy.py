"""The port of erasing one person from the durable book, and how a stored body names somebody.

Times are seconds since the epoch (UTC). Any call may raise BookUnavailableError: what was erased
before stays erased, and erasing again does the rest.
"""

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Protocol, Self

from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class Place:
    """A meeting about a referral in which the book knows the person."""

    referral: ReferralId
    meeting: MeetingId


@dataclass(frozen=True, slots=True)
class Erased:
    """How much there was: bodies dropped, deliveries ended unhandled, reasons of operators
    rewritten, facts and seats renamed, seats of those that the attendance service still shows in,
    and first answers of a sweep forgotten."""

    bodies: int = 0
    ended: int = 0
    reasons: int = 0
    facts: int = 0
    seats: int = 0
    shown_in: int = 0
    answers: int = 0

    def __add__(self, other: Self) -> "Erased":
        return Erased(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    def __bool__(self) -> bool:
        """Whether the person was known at all."""
        return any(astuple(self))


class Erasure(Protocol):
    """Each call is one short transaction, so that a service on the same book goes on working."""

    async def bodies(self, *, after: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """Stored bodies by number, those after ``after`` in order, so many at most."""
        ...

    async def drop_bodies(self, numbers: Sequence[int], *, now: float) -> Erased:
        """Keep the keys, which recognise repeats, and nothing of the bodies.

        A delivery that still waits cannot be handled without its body: it is ended for good with
        the outcome ``erased``, and whoever has it in hand changes nothing. What it would have
        meant for others the sweep finds out from the provider.
        """
        ...

    async def rewrite_reasons(self, person: PersonId, instead: PersonId) -> Erased:
        """In what operators wrote when they discarded a delivery."""
        ...

    async def places(self, person: PersonId) -> Sequence[Place]:
        """Wherever a fact, a seat or an answer of a sweep names the person."""
        ...

    async def rename(self, place: Place, person: PersonId, instead: PersonId) -> Erased:
        """All facts and the seat of that meeting at once, so that no fold sees half of it.

        A claim of that seat settles nothing any more. A sweep in hand concludes nothing, and asks
        the provider anew.
        """
        ...


def names(body: bytes, person: PersonId) -> bool:
    """Whether any text in it is the id, spaces aside, or a whole number spelled the same.

    A body that is not JSON names the person when its bytes hold the id.
    """
    try:
        waiting = [json.loads(body, parse_int=str, parse_float=str, object_pairs_hook=tuple)]
    except (ValueError, RecursionError):
        return person.encode() in body
    # Pairs keep what a repeated key would hide, and a list of what is left needs no recursion.
    while waiting:
        value = waiting.pop()
        if isinstance(value, list | tuple):
            waiting.extend(value)
        elif isinstance(value, str) and value.strip() == person:
            return True
    return False
