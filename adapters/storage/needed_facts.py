"""Read of a meeting what is needed to say who is in, and never the rest of it.

Which facts are needed is ``domain/needed.py``'s to say; here each fact has its place: *new*,
*needed*, or *over*. What is new or needed is read, and of what is over only what a new fact may
meet late: rows of a new joining's connection that are not earlier, the end of its session, the
joining that a new roster goes on with, and what came between the roster's answers and itself. Once
new facts have gathered they are weighed. So a read costs the same after ten facts and ten thousand.

Facts are weighed in the order of their ``seq`` with the meeting's row locked. So whatever is new
came after everything that is needed or over, and what was said of a part stays true of the whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain

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
LISTED_AT_ONCE = 16
"""Listed connections that one statement looks up."""

FACT = "facts.seq, facts.person, facts.kind, facts.data, facts.at, facts.weighed"
FORGOTTEN = """
(SELECT coalesce(max(forgotten), 0) FROM sweeps WHERE referral = $1 AND meeting = $2)
"""
OF_MEETING = f"facts.referral = $1 AND facts.meeting = $2 AND facts.seq > {FORGOTTEN}"


def _newest_report(way: str, more: str = "") -> str:
    """The ``seq`` of a seat's newest report in (``way`` 1) or out (0)."""
    return f"""
    SELECT max(seq) FROM facts one WHERE one.referral = seats.referral
        AND one.meeting = seats.meeting AND one.person = seats.person AND one.came_in = {way}
        AND one.kind = 'reported' AND one.refused IS NULL AND one.seq > {FORGOTTEN} {more}
    """


def _reports(which: str) -> str:
    """Of each seat and each way, the one whose ``seq`` this says."""
    # The ways come first because SQLite would make a table of them otherwise.
    return f"""
    SELECT {FACT} FROM (SELECT 0 AS came_in UNION ALL SELECT 1) AS way CROSS JOIN seats
    JOIN facts ON facts.seq = ({which})
    WHERE seats.referral = $1 AND seats.meeting = $2
    """


REPORTED_SINCE = f"""
SELECT min(seq) FROM facts one WHERE one.referral = seats.referral
    AND one.meeting = seats.meeting AND one.person = seats.person AND one.came_in = way.came_in
    AND one.kind = 'reported' AND one.refused IS NULL
    AND one.seq > coalesce(({_newest_report("1 - way.came_in")}), {FORGOTTEN})
"""
"""Since when a person is reported so: the first report after the newest of the other way."""


def met_by_joinings(which: str) -> str:
    """Of each new joining, all of which this is true."""
    return f"""
    SELECT {FACT} FROM facts AS new CROSS JOIN facts
    WHERE new.referral = $1 AND new.meeting = $2 AND new.weighed = {NEW}
        AND new.kind <> 'reported' AND new.kind = 'peer-joined' AND new.seq > {FORGOTTEN}
        AND {which}
    """


OLD_OF_CONNECTION = f"""
facts.referral = new.referral || '' AND facts.meeting = new.meeting || ''
    AND facts.peer = new.peer AND facts.weighed = {OVER} AND +facts.seq > {FORGOTTEN}
"""
# The plus keeps SQLite, and each empty text PostgreSQL, from reading the
# whole meeting for each joining instead of one connection.
LAST_END_OF_SESSION = f"""
SELECT max(seq) FROM facts one WHERE one.referral = new.referral AND one.meeting = new.meeting
    AND one.session = new.session AND one.kind = 'session-ended' AND one.weighed = {OVER}
    AND one.seq > {FORGOTTEN}
"""
READ = f"""
SELECT * FROM (
    SELECT {FACT} FROM facts WHERE {OF_MEETING} AND weighed = {NEW} AND kind <> 'reported'
    ORDER BY seq LIMIT $3
) AS new
UNION ALL SELECT {FACT} FROM facts WHERE {OF_MEETING} AND weighed IN ({NEEDED}, {MET})
    AND kind <> 'reported'
UNION ALL {_reports(_newest_report("way.came_in"))}
UNION ALL {_reports(_newest_report("way.came_in", "AND one.seq <= seats.told_seq"))}
UNION ALL {_reports(REPORTED_SINCE)}
UNION ALL {met_by_joinings(f"{OLD_OF_CONNECTION} AND facts.instant >= new.instant")}
UNION ALL {met_by_joinings(f"{OLD_OF_CONNECTION} AND facts.instant = 0")}
UNION ALL {met_by_joinings(f"facts.seq = ({LAST_END_OF_SESSION})")}
"""
"""A row may come twice. In one statement, so that nobody weighs between the new facts and what they
meet."""
# With the plus SQLite begins at the roster's answers, not at the meeting's first fact.
BETWEEN = f"""
SELECT {FACT} FROM facts WHERE referral = $1 AND meeting = $2 AND +seq > {FORGOTTEN}
    AND seq > $3 AND seq < $4 AND weighed = {OVER}
"""


@cache
def _goes_on(count: int) -> str:
    """Of so many, each by peer, person and up to which fact, the joining that goes on."""
    return "UNION ALL".join(
        f"""
        SELECT * FROM (
            SELECT {FACT} FROM facts WHERE referral = $1 AND meeting = $2 AND +seq > {FORGOTTEN}
                AND peer = ${first} AND person = ${first + 1} AND kind = 'peer-joined'
                AND +seq <= ${first + 2} AND weighed = {OVER}
            ORDER BY instant DESC, seq DESC LIMIT 1
        ) AS going_on
        """
        for first in range(3, 3 + 3 * count, 3)
    )


TOLD = "SELECT person, told_seq FROM seats WHERE referral = $1 AND meeting = $2"
ALL_OVER = f"""
UPDATE facts SET weighed = {OVER}
WHERE {OF_MEETING} AND weighed IN ({NEW}, {NEEDED}, {MET}) AND kind <> 'reported' AND seq <= $3
"""
ONE_NEEDED = "UPDATE facts SET weighed = $2 WHERE seq = $1"

About = tuple[ReferralId, MeetingId]
Listed = tuple[str, PersonId, int]
"""A connection, who has it, and up to which fact a roster that lists it answers."""


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
    new = [row for row in rows.values() if row["kind"] == "roster" and _is_new(row)]
    if new:
        for old in (yield from _met_by_rosters(about, new)):
            rows.setdefault(old["seq"], old)
    return [rows[seq] for seq in sorted(rows)]


def _met_by_rosters(about: About, new: Sequence[Row]) -> Transaction[Rows]:
    """What is over and they may meet late. All that is over came before the first of them, so what
    came between any one's answers and itself came after the oldest answer."""
    rosters = [what for row in new if isinstance(what := stored_fact(row).what, Roster)]
    oldest = min(roster.upto for roster in rosters)
    met = list((yield BETWEEN, (*about, oldest, max(row["seq"] for row in new))))
    listed = {(*who, roster.upto) for roster in rosters for who in roster.inside}
    for some in _in_parts(sorted(listed)):
        met += yield _goes_on(len(some)), (*about, *chain.from_iterable(some))
    return met


def _in_parts(listed: Sequence[Listed]) -> Iterator[Sequence[Listed]]:
    for first in range(0, len(listed), LISTED_AT_ONCE):
        yield listed[first : first + LISTED_AT_ONCE]


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
