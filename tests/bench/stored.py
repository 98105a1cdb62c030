"""What is in the database before anything is measured."""

from adapters.storage.transaction import Transaction

MEETINGS = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1)
INSERT INTO meetings (meeting, title, noted, opened, version)
SELECT '00000000-0000-4000-8000-' || substr('000000000000' || n, length('' || n) + 1),
    'enc-' || n, $2, $2, 1
FROM numbers
"""


def meetings_of(count: int, now: float) -> Transaction[None]:
    """The meetings of ``kinds.meeting``, from the first on. Older ones would be
    deleted."""
    yield MEETINGS, (count, now)
