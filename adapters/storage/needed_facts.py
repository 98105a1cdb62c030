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

from adapters.storage.facts import LOCK_MEETING, MET, NEEDED, NEW, OVER, stored_fact
from adapters.storage.transaction import Row, Rows, Transaction
from domain.facts import Roster, StoredFact
from domain.meeting import MeetingId, PersonId
from domain.needed import still_needed
from domain.referral import ReferralId

MANY = 32
"""New facts after which they are weighed."""
AT_ONCE = 256
"""New facts that are weighed together."""

FACT = """
facts.seq, facts.person, facts.kind, facts.data, facts.at, facts.weighed, facts.peer, facts.session,
facts.instant
"""
FORGOTTEN = """
(SELECT coalesce(max(forgotten), 0) FROM sweeps WHERE referral = $1 AND meeting = $2)
"""
OF_MEETING = f"facts.referral = $1 AND facts.meeting = $2 AND facts.seq > {FORGOTTEN}"
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
REPORTED_SINCE = REPORTS.replace(
    NEWEST_REPORT,
    f"""
    SELECT min(seq) FROM facts first WHERE first.referral = seats.referral
        AND first.meeting = seats.meeting AND first.person = seats.person
        AND first.came_in = way.came_in AND first.kind = 'reported' AND first.refused IS NULL
        AND first.seq > coalesce(
            ({NEWEST_REPORT.replace("= way.came_in", "= 1 - way.came_in")}), {FORGOTTEN}
        )
    """,
)
"""Since when a person is reported so: the first report after the newest of the other way."""
READ = f"""
SELECT * FROM (
    SELECT {FACT} FROM facts WHERE {OF_MEETING} AND weighed = {NEW} AND kind <> 'reported'
    ORDER BY seq LIMIT $3
) AS new
UNION ALL SELECT {FACT} FROM facts WHERE {OF_MEETING} AND weighed IN ({NEEDED}, {MET})
    AND kind <> 'reported'
UNION ALL {REPORTS}
UNION ALL {REPORTS.replace("refused IS NULL", "refused IS NULL AND one.seq <= seats.told_seq")}
UNION ALL {REPORTED_SINCE}
"""
"""A row may come twice."""
OLD_OF_CONNECTION = f"""
SELECT {FACT} FROM facts WHERE referral = $1 AND meeting = $2 AND +seq > {FORGOTTEN}
    AND peer = $3 AND weighed = {OVER}
"""
OLD_OF_JOINING = f"""
{OLD_OF_CONNECTION} AND instant >= $4
UNION ALL {OLD_OF_CONNECTION} AND instant = 0
UNION ALL SELECT {FACT} FROM facts WHERE seq = (
    SELECT max(seq) FROM facts WHERE {OF_MEETING} AND session = $5
        AND kind = 'session-ended' AND weighed = {OVER}
)
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
    for row in [row for row in rows.values() if _is_new(row)]:
        for old in (yield from _met_late(about, row)):
            rows.setdefault(old["seq"], old)
    return [rows[seq] for seq in sorted(rows)]


def _met_late(about: About, new: Row) -> Transaction[Rows]:
    """What is over, and this new fact may meet late."""
    if new["kind"] == "peer-joined":
        joining = (new["peer"], new["instant"], new["session"])
        return (yield OLD_OF_JOINING, (*about, *joining))
    if new["kind"] == "roster":
        return (yield from _met_by_roster(about, stored_fact(new)))
    return []


def _met_by_roster(about: About, fact: StoredFact) -> Transaction[Rows]:
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
