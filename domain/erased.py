"""Whoever was erased: a pseudonym where the id was, so that what is known of others still holds."""

import re
from dataclasses import replace

from domain.facts import PeerJoined, PeerLeft, Reported, Roster, What
from domain.meeting import PersonId

PSEUDONYM = re.compile(r"erased-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def pseudonym(new_id: str) -> PersonId:
    """From a fresh random UUID, so that nothing leads back to the person."""
    return PersonId(f"erased-{new_id}")


def is_erased(person: PersonId) -> bool:
    """Whether it is a pseudonym, of which no partner knows anything."""
    return PSEUDONYM.fullmatch(person) is not None


def reworded(text: str, person: PersonId, instead: PersonId) -> str:
    """What somebody wrote, with ``instead`` wherever the id stands as a word of its own."""
    return re.sub(rf"(?<![\w-]){re.escape(person)}(?![\w-])", instead, text)


def without(what: What, person: PersonId, instead: PersonId) -> What:
    """The same fact with ``instead`` wherever it named the person, in what an operator wrote too.

    Connections and sessions keep their names: these are the provider's, and decide the fold.
    """

    def named(who: PersonId) -> PersonId:
        return instead if who == person else who

    match what:
        case Reported(person=who, why=why):
            return replace(what, person=named(who), why=reworded(why, person, instead))
        case PeerJoined(person=who) | PeerLeft(person=who):
            return replace(what, person=named(who))
        case Roster(inside=inside):
            return replace(what, inside=frozenset((peer, named(who)) for peer, who in inside))
        case _:
            return what
