"""Erasing one person: a pseudonym replaces the id, and what is known of others stays."""

import json
import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from typing import Self

from domain.facts import PeerJoined, Reported, Roster, What, people_of
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId

LONGEST_ID = 255  # characters
PSEUDONYM = re.compile(r"erased-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Place:
    """A meeting about a referral in which storage names the person."""

    referral: ReferralId
    meeting: MeetingId


@dataclass(frozen=True, slots=True)
class Erased:
    """How much there was.

    ``bodies`` were dropped; ``ended`` deliveries were not handled yet; ``reasons`` of operators
    were rewritten; ``facts`` and ``seats`` were renamed; ``shown_in`` of those seats are still
    shown in by the attendance service; ``answers`` of the provider to a sweep were forgotten.
    """

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

    @property
    def counts(self) -> str:
        """For people."""
        return (
            f"{self.facts} facts, {self.seats} seats, {self.answers} answers of the provider, "
            f"{self.bodies} bodies of webhooks ({self.ended} not handled yet), "
            f"{self.reasons} reasons"
        )


def pseudonym(new_id: str) -> PersonId:
    """From a fresh random UUID, so that nothing leads back to the person."""
    return PersonId(f"erased-{new_id}")


def is_erased(person: PersonId) -> bool:
    """Whether it is a pseudonym, which no partner knows."""
    return PSEUDONYM.fullmatch(person) is not None


def reworded(text: str, person: PersonId, instead: PersonId) -> str:
    """The text with ``instead`` wherever the id stands as a word of its own."""
    return re.sub(rf"(?<![\w-]){re.escape(person)}(?![\w-])", instead, text)


def parts(text: str) -> Iterator[str]:
    """Every id that ``reworded`` might find in the text."""
    starts = [found.start() for found in re.finditer(r"(?<![\w-])(?=.)", text, re.DOTALL)]
    ends = [found.start() for found in re.finditer(r"(?<=.)(?![\w-])", text, re.DOTALL)]
    for start in starts:
        yield from (text[start:end] for end in ends if start < end <= start + LONGEST_ID)


def named(what: What) -> set[str]:
    """Every id that ``without`` might replace in the fact."""
    why = what.why if isinstance(what, Reported) else None
    return {*people_of([what]), *parts(why or "")}


def without(what: What, person: PersonId, instead: PersonId) -> What:
    """The fact with ``instead`` wherever it names the person, also in an operator's reason.

    Connections and sessions keep their ids, which decide the fold.
    """

    def named(who: PersonId) -> PersonId:
        return instead if who == person else who

    match what:
        case Reported(person=who, why=why):
            return replace(what, person=named(who), why=reworded(why, person, instead))
        case PeerJoined(person=who):
            return replace(what, person=named(who))
        case Roster(inside=inside, unsure=unsure):
            return replace(
                what,
                inside=frozenset((peer, named(who)) for peer, who in inside),
                unsure=frozenset((peer, named(who)) for peer, who in unsure),
            )
        case _:
            return what


def names(body: bytes, person: PersonId) -> bool:
    """Whether any text in it is the id, spaces aside, or a whole number spelled the same.

    A body that is not JSON names the person when its bytes hold the id.
    """
    try:
        return any(text == person for text in _texts(body.decode(), strict=True))
    except (ValueError, RecursionError):
        return person.encode() in body


def texts(body: bytes) -> set[str]:
    """Every text and number in it, spaces aside; none when it is not JSON by any reading."""
    readable = body.decode(errors="replace")
    try:
        return {text.encode(errors="ignore").decode() for text in _texts(readable, strict=False)}
    except (ValueError, RecursionError):
        return set()


def _texts(body: str, *, strict: bool) -> Iterator[str]:
    waiting = [
        json.loads(body, parse_int=str, parse_float=str, object_pairs_hook=tuple, strict=strict)
    ]
    # Pairs keep what a repeated key would hide, and a list of what is left needs no recursion.
    while waiting:
        value = waiting.pop()
        if isinstance(value, list | tuple):
            waiting.extend(value)
        elif isinstance(value, str):
            yield value.strip()
