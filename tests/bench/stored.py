"""What is in the database before anything is measured. All of it is new: old rows are deleted."""

from adapters.storage.facts import NEEDED, OVER
from adapters.storage.transaction import Transaction

NUMBERS = (
    "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1)"
)
MEETING = "'00000000-0000-4000-8000-' || substr('000000000000' || n, length('' || n) + 1)"
"""As ``kinds.meeting``."""
OLD_MEETING = f"'old-' || {MEETING}"
"""One that nobody asks about any more."""

MEETINGS = f"""
{NUMBERS} INSERT INTO meetings (meeting, title, noted, opened, version)
SELECT {MEETING}, 'enc-' || n, $2, $2, 1 FROM numbers
"""
DELIVERIES = f"""
{NUMBERS} INSERT INTO deliveries
    (key, event, body, state, attempts, outcome, referral, meeting, received, settled)
SELECT 'old-' || n, 'meeting.ended', $3, 1, 1, 'applied', 'old-' || n, {OLD_MEETING}, $2, $2
FROM numbers
"""
SEATS = f"""
{NUMBERS} INSERT INTO seats (referral, meeting, person, seq, told_seq, shown, told, known, since)
SELECT 'old-' || n, {OLD_MEETING}, 'dra-' || n, n, n, 0, $2, 1, $2 FROM numbers
"""
SWEEPS = f"""
{NUMBERS} INSERT INTO sweeps (referral, meeting, watched, newest)
SELECT 'old-' || n, {OLD_MEETING}, $2, $2 FROM numbers
"""
REPORTS = """
INSERT INTO facts (key, referral, meeting, person, kind, data, at)
SELECT {key}, {referral}, {meeting}, {person}, 'reported', CASE n % 2
    WHEN 0 THEN '{{"in_meeting":false,"why":""}}' ELSE '{{"in_meeting":true,"why":""}}' END, $2
FROM numbers
"""
FACTS = NUMBERS + REPORTS.format(
    key="'old-' || n", referral="'old-' || n", meeting=OLD_MEETING, person="'dra-' || n"
)
REPORTS_OF_ONE = NUMBERS + REPORTS.format(
    key="'one-' || n", referral="'enc-one'", meeting="'meeting-one'", person="'dra-one'"
)
JOININGS_OF_ONE = f"""
{NUMBERS} INSERT INTO facts (key, referral, meeting, person, kind, data, at, weighed)
SELECT 'joined-' || n, 'enc-joined', 'meeting-joined', 'dra-enc-joined', 'peer-joined',
    '{{"peer":"peer-one","session":"session-one","joined_at":' || (1767225600 + n) || '.0}}', $2,
    CASE WHEN n < $1 - 1 THEN {OVER} ELSE {NEEDED} END
FROM numbers
"""
"""Each takes the place of the one before it. Needed are the newest, and what it closed."""
TOLD_IN = """
INSERT INTO seats (referral, meeting, person, seq, told_seq, shown, told, known, since, connected)
SELECT referral, meeting, person, max(seq), max(seq), 1, $1, 1, $1, 1 FROM facts
WHERE referral = 'enc-joined' GROUP BY referral, meeting, person
"""


def meetings_of(count: int, now: float) -> Transaction[None]:
    """The meetings of ``kinds.meeting``, from the first on."""
    yield MEETINGS, (count, now)


def history_of(count: int, now: float, body: bytes) -> Transaction[None]:
    """So many deliveries that are concluded, seats that are told, and facts, each of another
    meeting that nobody is asked about any more."""
    yield DELIVERIES, (count, now, body)
    yield SEATS, (count, now)
    yield SWEEPS, (count, now)
    yield FACTS, (count, now)


def reports_of_one(count: int, now: float) -> Transaction[None]:
    """So many reports of one seat, which has been told nothing yet."""
    yield REPORTS_OF_ONE, (count, now)


def joinings_of_one(count: int, now: float) -> Transaction[None]:
    """Store ``count`` joinings of one connection, already weighed. The attendance service was told
    that the person is in."""
    yield JOININGS_OF_ONE, (count, now)
    yield TOLD_IN, (now,)
