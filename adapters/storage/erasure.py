"""Erasure: one person's id gives way to a pseudonym, wherever it is stored.

``replace(text, part, '') <> text`` asks for a part of a text, letter for letter, in both databases.
It finds candidates; what is rewritten is the fact itself, read and written back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from adapters.storage.facts import LOCK_MEETING, rewrite_fact, stored_fact
from adapters.storage.transaction import Store, Transaction, in_transaction
from domain.erasure import Erased, Place, named, parts, reworded, texts, without
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId

BODIES = """
SELECT id, body FROM deliveries WHERE id > $1 AND body IS NOT NULL ORDER BY id LIMIT $2
"""
DROP = "UPDATE deliveries SET body = NULL WHERE id = $1 AND body IS NOT NULL RETURNING id"
END = """
UPDATE deliveries SET state = 1, due = NULL, settled = $2, outcome = 'erased', why = 'erased'
WHERE id = $1 AND state = 0
RETURNING id
"""
REASONS = """
SELECT id, why FROM deliveries WHERE outcome = 'discarded' AND replace(why, $1, '') <> why
"""
REASON = "UPDATE deliveries SET why = $2 WHERE id = $1"
# The person as an id, in JSON, and inside a text in JSON.
NAMING = """
    (person = $1 OR (kind = 'roster' AND replace(data, $2, '') <> data)
    OR (kind = 'reported' AND replace(data, $3, '') <> data))
"""
PLACES = f"""
SELECT referral, meeting FROM facts WHERE {NAMING}
UNION SELECT referral, meeting FROM seats WHERE person = $1
UNION SELECT referral, meeting FROM sweeps WHERE replace(seen, $2, '') <> seen
"""
FACTS = f"""
SELECT seq, person, kind, data, at, weighed FROM facts
WHERE referral = $4 AND meeting = $5 AND {NAMING}
"""
FACTS_AFTER = """
SELECT seq, person, kind, data, at, weighed FROM facts WHERE seq > $1 ORDER BY seq LIMIT $2
"""
IN_SEATS = "SELECT DISTINCT person FROM seats"
IN_ANSWERS = "SELECT seen FROM sweeps WHERE seen IS NOT NULL"
IN_REASONS = "SELECT why FROM deliveries WHERE outcome = 'discarded' AND why IS NOT NULL"
SEAT = """
UPDATE seats SET person = $4 WHERE referral = $1 AND meeting = $2 AND person = $3 RETURNING shown
"""
FORGET_ANSWER = """
UPDATE sweeps SET seen = NULL, seen_at = NULL, upto = NULL
WHERE referral = $1 AND meeting = $2 AND replace(seen, $3, '') <> seen
RETURNING meeting
"""
FENCE_SWEEP = "UPDATE sweeps SET attempts = attempts + 1 WHERE referral = $1 AND meeting = $2"


@dataclass(frozen=True, slots=True)
class StoredErasure:
    """The meeting's row is locked before anything of it is renamed, as before facts are added."""

    store: Store

    @in_transaction
    def bodies(self, *, after: int, limit: int) -> Transaction[Sequence[tuple[int, bytes]]]:
        rows = yield BODIES, (after, limit)
        return [(row["id"], row["body"]) for row in rows]

    @in_transaction
    def drop_bodies(self, numbers: Sequence[int], *, now: float) -> Transaction[Erased]:
        dropped = ended = 0
        for number in numbers:
            ended += len((yield END, (number, now)))
            dropped += len((yield DROP, (number,)))
        return Erased(bodies=dropped, ended=ended)

    @in_transaction
    def rewrite_reasons(self, person: PersonId, instead: PersonId) -> Transaction[Erased]:
        rewritten = 0
        for row in (yield REASONS, (person,)):
            why = reworded(row["why"], person, instead)
            if why != row["why"]:
                yield REASON, (row["id"], why)
                rewritten += 1
        return Erased(reasons=rewritten)

    @in_transaction
    def places(self, person: PersonId) -> Transaction[Sequence[Place]]:
        rows = yield PLACES, _spelled(person)
        return [Place(ReferralId(row["referral"]), MeetingId(row["meeting"])) for row in rows]

    @in_transaction
    def named_in_facts(
        self, *, after: int, limit: int
    ) -> Transaction[Sequence[tuple[int, set[str]]]]:
        rows = yield FACTS_AFTER, (after, limit)
        return [(row["seq"], named(stored_fact(row).what)) for row in rows]

    @in_transaction
    def named_elsewhere(self) -> Transaction[set[str]]:
        found: set[str] = {row["person"] for row in (yield IN_SEATS, ())}
        for row in (yield IN_ANSWERS, ()):
            found |= texts(row["seen"].encode())
        for row in (yield IN_REASONS, ()):
            found.update(parts(row["why"]))
        return found

    @in_transaction
    def rename(self, place: Place, person: PersonId, instead: PersonId) -> Transaction[Erased]:
        about = (place.referral, place.meeting)
        yield LOCK_MEETING, (place.meeting,)
        seats = yield SEAT, (*about, person, instead)
        facts = 0
        for row in (yield FACTS, (*_spelled(person), *about)):
            fact = stored_fact(row)
            what = without(fact.what, person, instead)
            if what != fact.what:
                yield rewrite_fact(fact.seq, what)
                facts += 1
        answers = yield FORGET_ANSWER, (*about, _spelled(person)[1])
        yield FENCE_SWEEP, about
        return Erased(
            facts=facts,
            seats=len(seats),
            shown_in=sum(bool(seat["shown"]) for seat in seats),
            answers=len(answers),
        )


def _spelled(person: PersonId) -> tuple[str, str, str]:
    """The id as it is, as a text in JSON, and as a part of one."""
    quoted = orjson.dumps(person).decode()
    return person, quoted, quoted[1:-1]
