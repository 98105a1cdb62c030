"""What each fact of a meeting came to: whom it brought in or out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.facts import StoredFact
from domain.meeting import PersonId
from domain.presence import fold_presence

LOOKED_AT = 64
"""Facts, the newest: of older ones it is not said what they came to."""


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody is shown otherwise from then on, and why."""

    user: PersonId
    in_meeting: bool
    because: str


@dataclass(frozen=True, slots=True)
class WatchedFact:
    """A fact, and what it changed."""

    fact: StoredFact
    changes: tuple[Change, ...] = ()


def with_changes(
    facts: Sequence[StoredFact], people: Iterable[PersonId]
) -> tuple[WatchedFact, ...]:
    """The facts in their order, each with whom of these people it brought in or out."""
    changes: dict[int, list[Change]] = {}
    for person in people:
        for seq, change in _changes_of(person, facts):
            changes.setdefault(seq, []).append(change)
    return tuple(WatchedFact(fact, tuple(changes.get(fact.seq, ()))) for fact in facts)


def _changes_of(person: PersonId, facts: Sequence[StoredFact]) -> Iterator[tuple[int, Change]]:
    first = max(0, len(facts) - LOOKED_AT)
    before = fold_presence(person, facts[:first]).is_in
    for known in range(first + 1, len(facts) + 1):
        found = fold_presence(person, facts[:known])
        if found.is_in != before:
            before = found.is_in
            yield facts[known - 1].seq, Change(person, found.is_in, found.because)
