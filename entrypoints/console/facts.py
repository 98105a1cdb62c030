"""Stored facts, and what each of them changed."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel

from domain.facts import StoredFact, What, person_of
from domain.turns import Turn
from entrypoints.console.times import moment


class TurnShown(BaseModel):
    """A person was shown otherwise from a fact on, and why."""

    userId: str  # noqa: N815
    inMeeting: bool  # noqa: N815
    because: str

    @classmethod
    def of(cls, turn: Turn) -> Self:
        return cls(userId=turn.person, inMeeting=turn.in_meeting, because=turn.because)


class FactInCall(BaseModel):
    """A stored fact, and what it changed; ``userId`` is null when it may be about everybody."""

    seq: int
    at: str
    kind: str
    userId: str | None  # noqa: N815
    says: What
    changes: list[TurnShown]

    @classmethod
    def of(cls, fact: StoredFact, turns: Sequence[Turn]) -> Self:
        return cls(
            seq=fact.seq,
            at=moment(fact.at),
            kind=fact.kind,
            userId=person_of(fact.what),
            says=fact.what,
            changes=[TurnShown.of(turn) for turn in turns],
        )
