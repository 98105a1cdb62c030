"""Append facts and mark the seats that they concern.

The meeting's row is locked before a fact gets its number. So of two transactions about one
meeting, the one that commits later has the higher ``seq``, and a reader of the facts up to a number
has missed none below it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from adapters.storage.facts import closed_fact, insert_fact
from adapters.storage.needed_facts import needed_facts
from adapters.storage.transaction import Row, Transaction
from domain.claims import ClaimedSeat, Concluded
from domain.errors import MeetingClosedError
from domain.facts import Fact, Reported, Roster, about_person
from domain.meeting import MeetingId
from domain.policies.refusal import Refusals
from domain.presence import Seat
from domain.referral import ReferralId

ADD_MEETING = """
INSERT INTO meetings (meeting, title, noted, version) VALUES ($1, $2, $3, 1)
ON CONFLICT (meeting) DO UPDATE SET version = meetings.version + 1
RETURNING closing, closed
"""
OTHERS = "SELECT person FROM seats WHERE referral = $1 AND meeting = $2"
LOCK = """
INSERT INTO seats (referral, meeting, person, known) VALUES ($1, $2, $3, $4)
ON CONFLICT (referral, meeting, person)
DO UPDATE SET known = CASE WHEN excluded.known = 1 THEN 1 ELSE seats.known END
RETURNING due, held, told_seq, seq
"""
KEEP = """
UPDATE seats SET seq = $4, why = NULL, waiting = coalesce(waiting, $5)
WHERE referral = $1 AND meeting = $2 AND person = $3
"""
LOST_BEFORE = "again = CASE WHEN held = 1 THEN 0 ELSE again END"
"""Whoever still holds a seat that is taken anew was lost, and nobody knows what it told."""
FREE = f"""
UPDATE seats SET seq = $4, why = NULL, due = $5, waiting = coalesce(waiting, $5), {LOST_BEFORE},
    held = 0
WHERE referral = $1 AND meeting = $2 AND person = $3
"""
TAKE = f"""
UPDATE seats SET seq = $4, why = NULL, due = $5, waiting = coalesce(waiting, $6), {LOST_BEFORE},
    held = 1, attempts = attempts + 1, lost = lost + 1
WHERE referral = $1 AND meeting = $2 AND person = $3
RETURNING referral, meeting, person, attempts, failures, seq, due, told_seq, shown,
    known, refusals, refused_since, again
"""
NOT_CLOSED = "NOT EXISTS (SELECT 1 FROM meetings WHERE meeting = $2 AND closed IS NOT NULL)"
"""Nobody is in a closed meeting, so nobody asks about it."""
WATCH = f"""
INSERT INTO sweeps (referral, meeting, watched, due, newest)
VALUES ($1, $2, $3, CASE WHEN {NOT_CLOSED} THEN CAST($3 AS DOUBLE PRECISION) END, $3)
ON CONFLICT (referral, meeting) DO UPDATE SET due = coalesce(sweeps.due, excluded.due),
    newest = excluded.newest
"""
RENEW = "UPDATE sweeps SET newest = $3 WHERE referral = $1 AND meeting = $2"


def append_facts(
    facts: Sequence[Fact], seats: Iterable[Seat], *, now: float, due: float, read: bool = False
) -> Transaction[Concluded]:
    """The caller has the seats that it returns claimed until ``due``, each with what is needed to
    fold it. All facts are about one meeting. ``read`` when the referral of ``seats`` was read.

    A seat leased elsewhere keeps its lease; raising ``seq`` keeps it due after settling. Fact keys
    that are known already change nothing. Raises MeetingClosedError for a report in.
    """
    about = (facts[0].referral, facts[0].meeting)
    (meeting,) = yield ADD_MEETING, (facts[0].meeting, facts[0].referral, now)
    if meeting["closing"] is not None and any(_reports_in(fact) for fact in facts):
        raise MeetingClosedError("reported in after the meeting was closed")
    others = yield OTHERS, about
    known = {Seat(*about, row["person"]) for row in others}
    named = set(seats)
    locked: dict[Seat, Row] = {}
    for seat in sorted({*named, *_concerned(facts, known)}):
        (locked[seat],) = yield LOCK, (*_key(seat), int(read and seat in named))
    if meeting["closed"] is not None:
        # Under another referral's id it is closed too.
        yield insert_fact(closed_fact(*about, meeting["closed"]))
    seq = 0
    for fact in facts:
        rows = yield insert_fact(fact)
        seq = rows[0]["seq"] if rows else seq
    if not seq:
        return Concluded(waiting=any(_untold(row) for row in locked.values()))
    only_rosters = all(isinstance(fact.what, Roster) for fact in facts)
    yield RENEW if only_rosters else WATCH, (*about, now)
    held = {seat: _held(row, now) for seat, row in locked.items()}
    taken = yield from _mark(held, seq, now=now, due=due)
    waiting = len(taken) < len(held)
    return Concluded((yield from _with_facts(taken)), news=True, waiting=waiting)


def heard_of(meeting: MeetingId, referral: ReferralId, now: float) -> Transaction[None]:
    """Watched from now on, unless it is closed; in one order with all who change the meeting."""
    yield ADD_MEETING, (meeting, referral, now)
    yield WATCH, (referral, meeting, now)


def claimed_seat(row: Row) -> ClaimedSeat:
    """A row of TAKE or of a claim, without facts."""
    shown = row["shown"]
    return ClaimedSeat(
        Seat(row["referral"], row["meeting"], row["person"]),
        row["attempts"],
        row["failures"],
        row["seq"],
        row["due"],
        row["told_seq"],
        None if shown is None else bool(shown),
        bool(row["known"]),
        Refusals(row["refusals"], row["refused_since"]),
        row["again"],
    )


def _concerned(facts: Iterable[Fact], known: set[Seat]) -> set[Seat]:
    people = {fact.person for fact in facts}
    return known if None in people else {seat for seat in known if seat.person in people}


def _mark(
    held: Mapping[Seat, bool], seq: int, *, now: float, due: float
) -> Transaction[list[ClaimedSeat]]:
    claimed: list[ClaimedSeat] = []
    for seat, in_hand in held.items():
        if in_hand:
            yield KEEP, (*_key(seat), seq, now)
        elif due <= now:
            yield FREE, (*_key(seat), seq, now)
        else:
            (taken,) = yield TAKE, (*_key(seat), seq, due, now)
            claimed.append(claimed_seat(taken))
    return claimed


def _with_facts(claimed: Sequence[ClaimedSeat]) -> Transaction[list[ClaimedSeat]]:
    """They are of one meeting."""
    if not claimed:
        return []
    about = claimed[0].seat
    facts = yield from needed_facts(about.referral, about.meeting)
    return [replace(one, facts=about_person(facts, one.seat.person)) for one in claimed]


def _reports_in(fact: Fact) -> bool:
    return isinstance(fact.what, Reported) and fact.what.in_meeting


def _untold(row: Row) -> bool:
    """Not of a seat that is only told once more."""
    return row["due"] is not None and row["told_seq"] < row["seq"]


def _held(row: Row, now: float) -> bool:
    return bool(row["held"]) and row["due"] is not None and row["due"] > now


def _key(seat: Seat) -> tuple[str, str, str]:
    return seat.referral, seat.meeting, seat.person
