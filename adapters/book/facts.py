"""A fact as a row and back: the kind in a column, the rest as JSON."""

import orjson

from adapters.book.steps import Row, Statement
from domain.meeting import PersonId
from domain.presence import Fact, Numbered, Reported, SessionEnded, What

INSERT = """
INSERT INTO facts (key, referral, meeting, person, kind, data, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (key) DO NOTHING
RETURNING seq
"""


def insert_fact(fact: Fact) -> Statement:
    """Returns the new fact's ``seq``, or no row when its key is known."""
    person, kind, data = _columns(fact.what)
    text = orjson.dumps(data).decode()
    return INSERT, (fact.key, fact.referral, fact.meeting, person, kind, text, fact.at)


def numbered(row: Row) -> Numbered:
    """A row of ``seq, person, kind, data``."""
    data = orjson.loads(row["data"])
    what: What
    match row["kind"]:
        case "reported":
            what = Reported(PersonId(row["person"]), data["in_meeting"])
        case "session-ended":
            what = SessionEnded(data["session"], data["reason"], data["empties"])
        case other:
            raise ValueError(f"a fact of an unknown kind: {other}")
    return Numbered(row["seq"], what)


def _columns(what: What) -> tuple[PersonId | None, str, dict[str, object]]:
    match what:
        case Reported(person, in_meeting):
            return person, "reported", {"in_meeting": in_meeting}
        case SessionEnded(session, reason, empties):
            return (
                None,
                "session-ended",
                {
                    "session": session,
                    "reason": reason,
                    "empties": empties,
                },
            )
