"""Read of a meeting what is needed to say who is in, and never the rest of it.

Which facts are needed is ``domain/needed.py``'s to say; here each fact has its place: *new*,
*needed*, or *over*. What is new or needed is read, and of what is over only what a new fact may
meet late: rows of a new joining's connection that are not earlier, the end of its session, the
joining that a new roster goes on with, and what came between the roster's answers and itself. Once
new facts have gathered they are weighed. So a read costs the same after ten facts and ten thousand.

Facts are weighed in the order of their ``seq`` with the meeting's row locked. So whatever is new
came after everything that is needed or over, and what was said of a part stays true of the whole.
"""

from collections.abc import Iterable, Sequence

from adapters.storage.append_facts import LOCK_MEETING
from adapters.storage.facts import MET, NEEDED, NEW, OVER, stored_fact
from adapters.storage.transaction import Row, Transaction
from domain.facts import Roster, StoredFact
from domain.meeting import MeetingId, PersonId
from domain.needed import still_needed
from domain.referral import ReferralId

MANY = 32
"""New facts after which they are weighed."""
AT_ONCE = 256
"""New facts that are weighed together."""

COLUMNS = "{0}.seq, {0}.person, {0}.kind, {0}.data, {0}.at, {0}.weighed"
FACT, OLD = COLUMNS.format("facts"), COLUMNS.format("old")
FORGOTTEN = """
(SELECT coalesce(max(forgotten), 0) FROM sweeps WHERE referral = $1 AND meeting = $2)
"""
OF_MEETING = f"facts.referral = $1 AND facts.meeting = $2 AND facts.seq > {FORGOTTEN}"
OLD_OF_CONNECTION = f"""
SELECT {OLD} FROM new JOIN facts old ON old.referral = $1 AND old.meeting = $2
    AND old.peer = new.peer AND old.weighed = {OVER} AND +old.seq > {FORGOTTEN}
WHERE new.kind = 'peer-joined'
"""
NEWEST_REPORT = f"""
SELECT max(seq) FROM facts one WHERE one.referral = seats.referral AND one.meeting = seats.meeting
    AND one.person = seats.person AND one.came_in = way.came_in
    AND one.kind = 'reported' AND one.refused IS NULL AND one.seq > {FORGOTTEN}
"""
REPORTS = f"""
SELECT {FACT} FROM seats CROSS JOIN (SELECT 0 AS came_in UNION ALL SELECT 1) AS way
JOIN facts ON facts.seq = ({NEWEST_REPORT})
WHERE seats.referral = $1 AND seats.meeting = $2
"""
READ = f"""
WITH new AS (
    SELECT seq, kind, peer, session, instant FROM facts
    WHERE {OF_MEETING} AND weighed = {NEW} AND kind <> 'reported' ORDER BY seq LIMIT $3
)
SELECT {FACT} FROM new JOIN facts ON facts.seq = new.seq
UNION SELECT {FACT} FROM facts WHERE {OF_MEETING} AND weighed IN ({NEEDED}, {MET})
    AND kind <> 'reported'
UNION {OLD_OF_CONNECTION} AND old.instant >= new.instant
UNION {OLD_OF_CONNECTION} AND old.instant = 0
UNION SELECT {OLD} FROM new JOIN facts old ON old.seq = (
    SELECT max(seq) FROM facts WHERE {OF_MEETING} AND facts.session = new.session
        AND facts.kind = 'session-ended' AND facts.weighed = {OVER}
) WHERE new.kind = 'peer-joined'
UNION {REPORTS}
UNION {REPORTS.replace("refused IS NULL", "refused IS NULL AND one.seq <= seats.told_seq")}
"""
# The plus keeps SQLite from reading the whole meeting by its order instead of one connection.
GOES_ON = f"""
SELECT {FACT} FROM facts WHERE referral = $1 AND meeting = $2 AND +seq > {FORGOTTEN}
    AND peer = $3 AND person = $4 AND kind = 'peer-joined' AND +seq <= $5 AND weighed = {OVER}
ORDER BY instant DESC, seq DESC LIMIT 1
"""
BETWEEN = f"""
SELECT {FACT} FROM facts WHERE {OF_MEETING} AND seq > $3 AND seq < $4 AND weighed = {OVER}
"""
TOLD = "SELECT person, told_seq FROM seats WHERE referral = $1 AND meeting = $2"
ALL_OVER = f"""
UPDATE facts SET weighed = {OVER}
WHERE {OF_MEETING} AND weighed IN ({NEW}, {NEEDED}, {MET}) AND kind <> 'reported' AND seq <= $3
"""
ONE_NEEDED = "UPDATE facts SET weighed = $2 WHERE seq = $1"

About = tuple[ReferralId, MeetingId]


def needed_facts(
    referral: ReferralId, meeting: MeetingId, many: int = MANY, at_once: int = AT_ONCE
) -> Transaction[list[StoredFact]]:
    """In their order."""
    about = (referral, meeting)
    rows = yield from _read(about, at_once)
    if _new(rows) >= many:
        yield LOCK_MEETING, (meeting,)
        while _new(rows := (yield from _read(about, at_once))) >= many:
            yield from _weigh(about, rows)
    return [stored_fact(row) for row in rows]


def _read(about: About, at_once: int) -> Transaction[list[Row]]:
    rows = {row["seq"]: row for row in (yield READ, (*about, at_once))}
    for row in [row for row in rows.values() if row["kind"] == "roster" and _is_new(row)]:
        for old in (yield from _met_late(about, stored_fact(row))):
            rows.setdefault(old["seq"], old)
    return [rows[seq] for seq in sorted(rows)]


def _met_late(about: About, fact: StoredFact) -> Transaction[list[Row]]:
    """What is over, and a new roster speaks of."""
    roster = fact.what
    if not isinstance(roster, Roster):
        raise TypeError(fact.kind)
    met = list((yield BETWEEN, (*about, roster.upto, fact.seq)))
    for peer, person in roster.inside:
        met += yield GOES_ON, (*about, peer, person, roster.upto)
    return met


def _weigh(about: About, rows: Sequence[Row]) -> Transaction[None]:
    told = {PersonId(row["person"]): row["told_seq"] for row in (yield TOLD, about)}
    needed = still_needed([stored_fact(row) for row in rows], told)
    yield ALL_OVER, (*about, max(row["seq"] for row in rows if _is_new(row)))
    for row in rows:
        if row["kind"] == "reported":
            continue
        if row["seq"] in needed.facts:
            yield ONE_NEEDED, (row["seq"], NEEDED if row["weighed"] < OVER else MET)
        elif row["seq"] in needed.beside:
            yield ONE_NEEDED, (row["seq"], MET)


def _new(rows: Iterable[Row]) -> int:
    return sum(map(_is_new, rows))


def _is_new(row: Row) -> bool:
    return bool(row["weighed"] == NEW and row["kind"] != "reported")
