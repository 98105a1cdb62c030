"""What operators read at the command line has headings, and nothing of Python's own spelling."""

import re

from application.explain_presence import MeetingTimeline
from domain.facts import (
    PeerJoined,
    PeerLeft,
    Reported,
    Roster,
    SessionActive,
    SessionEnded,
    StoredFact,
    What,
)
from domain.meeting import MeetingId, PersonId
from entrypoints.cli.columns import columns
from entrypoints.cli.presence_texts import timeline_lines
from entrypoints.operators.times import local_time

ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")
FACTS: tuple[What, ...] = (
    Reported(ANA, in_meeting=False, why="shown in since yesterday"),
    PeerJoined(ANA, "p-1", None),
    PeerLeft("p-2", "s-1", 1_795_000_000.0, 1_795_000_060.0),
    SessionEnded("s-1", "ALL_PARTICIPANTS_LEFT", empties=True),
    SessionActive("s-2"),
    Roster("s-2", frozenset({("p-2", BRUNO), ("p-1", ANA)}), 22, 21),
    Roster(None, frozenset(), 22, 21, frozenset({("p-2", BRUNO)})),
)
JOINED, GONE = local_time(1_795_000_000.0), local_time(1_795_000_060.0)
LEFT = f"peer p-2, session s-1, joined at {JOINED}, left at {GONE}"


def test_columns_have_headings_and_a_dash_for_what_there_is_not() -> None:
    rows: list[dict[str, object]] = [
        {"id": 7, "why": None, "due": "now"},
        {"id": 1234, "why": "late", "due": None},
    ]

    assert list(columns(rows)) == ["ID    WHY   DUE", "7     -     now", "1234  late  -"]
    assert list(columns([])) == []


def test_every_kind_of_fact_is_told_in_words() -> None:
    stored = [StoredFact(seq, what) for seq, what in enumerate(FACTS, start=1)]

    lines = list(timeline_lines(MeetingTimeline(MeetingId("m-1"), stored, [])))

    told = [re.split(r" {2,}", line.strip())[2:] for line in lines[3:]]
    assert told == [
        ["reported", "dra-ana", "out, why shown in since yesterday"],
        ["peer joined", "dra-ana", "peer p-1"],
        ["peer left", "-", LEFT],
        ["session ended", "-", "session s-1, reason ALL_PARTICIPANTS_LEFT, empties yes"],
        ["session active", "-", "session s-2"],
        [
            *("roster", "-"),
            "session s-2, inside p-1 dra-ana and p-2 dr-bruno, up to 22, reports up to 21",
        ],
        ["roster", "-", "inside nobody, up to 22, reports up to 21, unsure p-2 dr-bruno"],
    ]
    assert not re.search(r"frozenset|True|False|None|[=(){}']", "".join(lines))
