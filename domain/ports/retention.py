"""Deleting: what is over its time, and what names one person."""

from collections.abc import Sequence
from typing import Protocol

from domain.erasure import Erased, Place
from domain.meeting import PersonId


class Retention(Protocol):
    """Deletes what nobody needs any more."""

    async def prune(self, *, settled_before: float, dead_before: float, limit: int) -> int:
        """Drop at most ``limit`` bodies of webhooks; the keys that recognise repeats stay. Returns
        how many.

        ``dead_before`` is not after ``settled_before``: dead letters wait for people.
        """
        ...

    async def expire(self, *, before: float, limit: int) -> int:
        """Forget meetings that have not been heard of since ``before``, with their seats, and then
        the meetings added before that of which nothing is known under their title. At most
        ``limit`` of each; returns how many of both.

        A seat that has not reached the attendance service keeps its meeting. The facts of a
        forgotten meeting are read no more; a newer fact begins it anew.
        """
        ...

    async def clear(self, *, limit: int) -> bool:
        """Delete at most ``limit`` facts of a forgotten meeting; False when none is left."""
        ...

    async def prune_idempotency(
        self, *, claimed_before: float, referrals_before: float, limit: int
    ) -> int:
        """Drop at most ``limit`` idempotency records of callers, and of referrals, whose key first
        came by then, save those that are claimed now. Returns how many."""
        ...

    async def prune_secrets(self, *, replaced_before: float) -> None:
        """Drop the secrets of tickets that others have replaced by then."""
        ...


class Erasure(Protocol):
    """Erases one person. Each call is one short transaction, so the service goes on working.

    What was erased before a failure stays erased, and erasing again does the rest.
    """

    async def bodies(self, *, after: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """Stored bodies by number, in order: at most ``limit`` of those after ``after``."""
        ...

    async def drop_bodies(self, numbers: Sequence[int], *, now: float) -> Erased:
        """Drop these bodies; the keys that recognise repeats stay.

        A delivery that still waits cannot be handled without its body: it ends with the outcome
        ``erased``, and a claim on it changes nothing any more. The sweep finds out from the
        provider what it would have meant for others.
        """
        ...

    async def rewrite_reasons(self, person: PersonId, instead: PersonId) -> Erased:
        """In what operators wrote when they discarded a delivery."""
        ...

    async def places(self, person: PersonId) -> Sequence[Place]:
        """Every meeting in which a fact, a seat or an answer of a sweep names the person."""
        ...

    async def named_in_facts(self, *, after: int, limit: int) -> Sequence[tuple[int, set[str]]]:
        """Facts by number, at most ``limit`` of those after ``after``, with every text in each that
        may be a person's id."""
        ...

    async def named_elsewhere(self) -> set[str]:
        """The same of seats, answers to sweeps and reasons; bodies are apart."""
        ...

    async def rename(self, place: Place, person: PersonId, instead: PersonId) -> Erased:
        """All facts and the seat of that meeting in one transaction, so no fold sees half of it.

        A claim on that seat settles nothing any more. A sweep that is under way concludes nothing
        and asks the provider again.
        """
        ...
