"""Starting once: a start that may be repeated, and the receipt that recognises it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from domain.meeting import Meeting

KEPT = 86_400.0
"""Seconds that a receipt holds after it was begun."""


@dataclass(frozen=True, slots=True)
class Repeatable:
    """What makes two calls the same start. The fingerprint must be that of the first call."""

    key: str
    fingerprint: str = ""

    @classmethod
    def by_caller(cls, caller: str, key: str, body: bytes) -> Self:
        """The caller chose the key, for exactly this body; another caller's same key is another.

        What names the caller is hashed: it may be a person's id.
        """
        own = hashlib.sha256(f"{caller}\n{key}".encode()).hexdigest()
        return cls(f"key:{own}", hashlib.sha256(body).hexdigest())

    @classmethod
    def by_referral(cls, title: str) -> Self:
        """The referral itself is the key."""
        return cls(f"referral:{title}")


@dataclass(frozen=True, slots=True)
class Begun:
    """A start that is ours until the lease runs out. ``holder`` names this claim and no other.

    ``begun`` is when the first call began. ``taken_over``: an earlier claim never came back, or
    nobody knows what became of it, so there may be a meeting already.
    """

    key: str
    holder: str
    begun: float
    taken_over: bool


class Receipts(Protocol):
    """What was started under which key, in the durable book (see ``domain.book``)."""

    async def begin(
        self, start: Repeatable, holder: str, *, now: float, due: float, while_live: bool = False
    ) -> Begun | Meeting | None:
        """Claim a start until ``due``; or the meeting that came of it; or None while it runs.

        A receipt ends after KEPT; with ``while_live`` also with a session of its meeting. Raises
        KeyReusedError when the key stands for something else.
        """
        ...

    async def finish(self, begun: Begun, meeting: Meeting, title: str, *, now: float) -> None:
        """The meeting is what came of it, and known for its title: one transaction.

        Raises StartInProgressError when the claim was lost.
        """
        ...

    async def adopt(
        self, begun: Begun, candidates: Sequence[Meeting], title: str, *, now: float
    ) -> Meeting | None:
        """Finish with the first of the candidates that the book does not know yet, if there is one.

        No meeting is adopted twice. Raises StartInProgressError when the claim was lost.
        """
        ...

    async def let_go(self, begun: Begun, *, now: float) -> None:
        """The lease ends now: the next call takes over."""
        ...

    async def forget(self, begun: Begun) -> None:
        """As if it had never begun."""
        ...
