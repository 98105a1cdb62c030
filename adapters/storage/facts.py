"""A fact as a row and back: the kind and the person in columns, the rest as JSON."""

from typing import Any

import orjson

from adapters.storage.transaction import Row, Statement
from domain.facts import (
    Fact,
    MeetingClosed,
    MeetingOpened,
    PeerJoined,
    PeerLeft,
    Reported,
    Roster,
    SessionActive,
    SessionEnded,
    StoredFact,
    What,
    person_of,
)
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId

Json = dict[str, Any]

LOCK_MEETING = "UPDATE meetings SET version = version + 1 WHERE meeting = $1"
"""Before a fact gets its number. Whoever watches a meeting sees by its version that it may have
changed."""
NEW, NEEDED, OVER, MET = 0, 1, 2, 3
"""What ``weighed`` says of a fact (``needed_facts.py``)."""

INSERT = """
INSERT INTO facts (key, referral, meeting, person, kind, data, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (key) DO NOTHING
RETURNING seq
"""
REWRITE = "UPDATE facts SET person = $2, data = $3 WHERE seq = $1"


def insert_fact(fact: Fact) -> Statement:
    """Returns the new fact's ``seq``, or no row when its key is known."""
    kind, data = _columns(fact.what)
    about = (fact.referral, fact.meeting, person_of(fact.what))
    return INSERT, (fact.key, *about, kind, _text(data), fact.at)


def closed_fact(referral: ReferralId, meeting: MeetingId, at: float) -> Fact:
    """Of a meeting that the provider has closed; under each referral that it is known by."""
    return Fact(f"closed:{meeting}:{referral}", referral, meeting, MeetingClosed(), at)


def rewrite_fact(seq: int, what: What) -> Statement:
    """For the same kind of fact about somebody else: its place and its time stay."""
    _, data = _columns(what)
    return REWRITE, (seq, person_of(what), _text(data))


def stored_fact(row: Row) -> StoredFact:
    """A row of ``seq, person, kind, data, at, weighed``."""
    what = _what(row["kind"], row["person"], orjson.loads(row["data"]))
    return StoredFact(row["seq"], what, row["at"], over=row["weighed"] >= OVER)


def _text(data: Json) -> str:
    return orjson.dumps(data).decode()


def _columns(what: What) -> tuple[str, Json]:  # noqa: C901, PLR0911 - a case for each kind
    match what:
        case MeetingOpened():
            return "meeting-opened", {}
        case MeetingClosed():
            return "meeting-closed", {}
        case Reported(in_meeting=in_meeting, why=why):
            return "reported", {"in_meeting": in_meeting, "why": why}
        case PeerJoined(peer=peer, session=session, joined_at=joined_at):
            return "peer-joined", {"peer": peer, "session": session, "joined_at": joined_at}
        case PeerLeft(peer, session, joined_at, left_at):
            instants = {"joined_at": joined_at, "left_at": left_at}
            return "peer-left", {"peer": peer, "session": session, **instants}
        case SessionEnded(session, reason, empties, ended_at):
            told = {"session": session, "reason": reason, "empties": empties}
            return "session-ended", {**told, "ended_at": ended_at}
        case SessionActive(session):
            return "session-active", {"session": session}
        case Roster(session, inside, upto, reports_upto, unsure):
            people = {"inside": sorted(inside), "unsure": sorted(unsure)}
            bounds = {"upto": upto, "reports_upto": reports_upto}
            return "roster", {"session": session, **people, **bounds}


def _what(kind: str, person: PersonId, data: Json) -> What:  # noqa: C901, PLR0911 - as above
    match kind:
        case "meeting-opened":
            return MeetingOpened()
        case "meeting-closed":
            return MeetingClosed()
        case "reported":
            return Reported(person, data["in_meeting"], data.get("why", ""))
        case "peer-joined":
            return PeerJoined(person, data["peer"], data["session"], data.get("joined_at"))
        case "peer-left":
            instants = (data.get("joined_at"), data.get("left_at"))
            return PeerLeft(data["peer"], data["session"], *instants)
        case "session-ended":
            told = (data["session"], data["reason"], data["empties"])
            return SessionEnded(*told, data.get("ended_at"))
        case "session-active":
            return SessionActive(data["session"])
        case "roster":
            inside, unsure = _peers(data["inside"]), _peers(data.get("unsure", []))
            return Roster(data["session"], inside, data["upto"], data["reports_upto"], unsure)
        case _:
            raise ValueError(f"a fact of an unknown kind: {kind}")


def _peers(pairs: list[list[str]]) -> frozenset[tuple[str, PersonId]]:
    return frozenset((peer, PersonId(person)) for peer, person in pairs)
