"""What each fact changed: who was shown in or out from then on, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.facts import StoredFact
from domain.meeting import PersonId
from domain.presence import fold_presence

MOST = 60
"""Facts of a meeting, the newest: folding all once for each would take too long."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A person was shown otherwise from a fact on."""

    person: PersonId
    in_meeting: bool
    because: str


def turns(
    facts: Sequence[StoredFact], people: Collection[PersonId]
) -> Mapping[int, Sequence[Turn]]:
    """By the ``seq`` of each fact that changed anything, of the newest ``MOST``. ``facts`` are all
    of a meeting, in their order."""
    found: dict[int, list[Turn]] = {}
    first = max(0, len(facts) - MOST)
    for person in sorted(people):
        was_in = fold_presence(person, facts[:first]).is_in
        for place in range(first, len(facts)):
            fold = fold_presence(person, facts[: place + 1])
            if fold.is_in is not was_in:
                was_in = fold.is_in
                found.setdefault(facts[place].seq, []).append(Turn(person, was_in, fold.because))
    return found
