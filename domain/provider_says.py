"""What the provider says of one meeting, as far as it is known without asking it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.facts import (
    PeerJoined,
    PeerLeft,
    Roster,
    SessionActive,
    SessionEnded,
    StoredFact,
    people_of,
)
from domain.meeting import PersonId
from domain.presence import fold_presence


class Source(StrEnum):
    """``twin``: the twin in this process has it so now. ``answer``: the last answer to the sweep.
    ``webhooks``: what its webhooks came to. ``nothing``: it never said anything."""

    TWIN = "twin"
    ANSWER = "answer"
    WEBHOOKS = "webhooks"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class PeerInside:
    """A connection; ``joined`` is the provider's instant, None when not known."""

    person: PersonId
    peer: str
    joined: float | None = None


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The provider's last answer to the sweep, and when it came: connection and person each."""

    at: float
    peers: frozenset[tuple[str, PersonId]]


@dataclass(frozen=True, slots=True)
class ProviderSays:
    """``at`` is when it said so, in seconds since the epoch; None of a twin: that is how it is now.
    ``changed`` is when that changed of a person, as far as that is known."""

    source: Source
    at: float | None = None
    session: str | None = None
    inside: tuple[PeerInside, ...] = ()
    changed: Mapping[PersonId, float] = field(default_factory=dict)

    def has_inside(self, person: PersonId) -> bool:
        return any(peer.person == person for peer in self.inside)


NOTHING = ProviderSays(Source.NOTHING)


def last_said(facts: Iterable[StoredFact], answer: LastAnswer | None) -> ProviderSays:
    """The newer of its webhooks and its last answer."""
    known = [fact for fact in facts if isinstance(fact.what, OF_WEBHOOKS)]
    newest = max((fact.at for fact in known), default=None)
    if answer is not None and (newest is None or answer.at >= newest):
        peers = sorted(answer.peers)
        inside = tuple(PeerInside(person, peer) for peer, person in peers)
        return ProviderSays(Source.ANSWER, answer.at, None, inside)
    if newest is None:
        return NOTHING
    people = sorted(people_of(fact.what for fact in known))
    inside = tuple(peer for person in people for peer in _open(person, known))
    return ProviderSays(Source.WEBHOOKS, newest, None, inside)


OF_WEBHOOKS = (PeerJoined, PeerLeft, SessionEnded, SessionActive, Roster)


def _open(person: PersonId, facts: Iterable[StoredFact]) -> Iterable[PeerInside]:
    for connection in fold_presence(person, facts).open_connections:
        joined = max((stay.joined_at or 0.0 for stay in connection.open_stays), default=0.0)
        yield PeerInside(person, connection.peer, joined or None)
