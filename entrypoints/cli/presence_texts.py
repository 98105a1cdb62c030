"""How the presence commands print facts, and what they come to."""

import re
from collections.abc import Iterator
from dataclasses import fields

from application.explain_presence import MeetingTimeline, Standing
from domain.facts import StoredFact, person_of
from entrypoints.cli.columns import columns
from entrypoints.operators.times import local_time

Row = dict[str, object]
LABELS = {"upto": "up to", "reports_upto": "reports up to"}
"""Names of a fact's fields that are no words."""


def timeline_lines(timeline: MeetingTimeline) -> Iterator[str]:
    yield f"meeting {timeline.meeting}"
    for rows in (map(_fact, timeline.facts), map(_seat, timeline.seats)):
        if lines := list(columns(list(rows))):
            yield ""
            yield from (f"  {line}" for line in lines)


def _fact(fact: StoredFact) -> Row:
    return {
        "fact": fact.seq,
        "learned": local_time(fact.at),
        "what": re.sub(r"(?<!^)(?=[A-Z])", " ", fact.kind).lower(),
        "person": person_of(fact.what),
        "details": _details(fact) or None,
    }


def _details(fact: StoredFact) -> str:
    """Every field but the person; fields without a value are left out."""
    told = []
    for name in (field.name for field in fields(fact.what)):
        value = getattr(fact.what, name)
        if name == "in_meeting":
            told.append(_in(value))
        elif name != "person" and not _says_nothing(name, value):
            spelt = local_time(value) if name.endswith("_at") else _spelt(value)
            told.append(f"{LABELS.get(name, name.replace('_', ' '))} {spelt}")
    return ", ".join(told)


def _says_nothing(name: str, value: object) -> bool:
    return value is None or value == "" or (name == "unsure" and not value)


def _spelt(value: object) -> str:
    """As people write it: yes and no, and the members of a set one after the other."""
    match value:
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return " and ".join(sorted(map(_spelt, value))) or "nobody"
        case tuple():
            return " ".join(map(_spelt, value))
        case _:
            return str(value)


def _seat(standing: Standing) -> Row:
    known = standing.known
    return {
        "person": known.seat.person,
        "is": _in(standing.is_in),
        "because": standing.because,
        "told": "never" if known.told is None else _in(known.shown),
        "at": None if known.told is None else local_time(known.told),
        "up to fact": None if known.told is None else known.told_seq,
        "waits": known.waiting,
        "refused": known.refused,
    }


def _in(inside: bool | None) -> str:  # noqa: FBT001 - it is what is told
    return "in" if inside else "out"
