"""What the checker finds, and what it allows, of who is shown: by itself, after updates that came
late, and on the disk."""

from typing import Any

import pytest

from tests.chaos.checker import violations
from tests.chaos.history import Entry
from tests.chaos.test_checker import (
    INSIDE,
    SEAT,
    at,
    calls,
    ended,
    given_up,
    history,
    joined,
    report,
    sync,
    update,
    webhook,
)


def said(
    t: float,
    number: int,
    event: str,
    outcome: str = "applied",
    *,
    session: str | None = "s-1",
    of: int = 900,
    took: float = 0.1,
    status: int = 200,
) -> list[Entry]:
    """A webhook, and what it was answered; ``of`` is the event at the provider."""
    sent, answer = webhook(t, number, event, session, of)
    return [sent, answer | {"t": t + took, "took": took, "status": status, "outcome": outcome}]


def left(t: float, session: str = "s-1", peer: str = "p-1", number: int = 905) -> Entry:
    return joined(t, session, peer, number) | {"what": "participantLeft"}


def beacon(t: float, number: int, status: int = 200) -> list[Entry]:
    return calls(t, number, "beacon", status, seat=SEAT)


def fault(t: float, what: str, over: float) -> list[Entry]:
    return [at(t, "fault", what=what, lasts=over - t), at(over, "fault", what=what, over=True)]


def success(t: float) -> list[Entry]:
    """Of the attendance service, about somebody else."""
    asked, shown, returned = update(t, 990, True)
    path = asked["what"].replace("m-1", "m-9").replace("enc-1", "enc-9")
    shown |= {"seat": ["enc-9", "m-9", "dra-9"]}
    return [joined(0.5, "s-9") | OTHER, asked | {"what": path}, shown, returned]


OTHER = {"event": 990, "meeting": "m-9", "referral": "enc-9", "person": "dra-9", "peer": "p-9"}
CAME: list[Any] = [joined(1, "s-1"), said(1.1, 1, "participantJoined"), update(1.11, 10, True)]
GONE: list[Any] = [*CAME, left(40), said(40.1, 2, "participantLeft", of=905)]
NEWER: list[Any] = [
    joined(1, "s-1", "p-0", 900),
    update(2, 10, True),
    left(3, "s-1", "p-0", 905),
    joined(4, "s-2", "p-1", 902),
    said(4.1, 1, "participantJoined", session="s-2", of=902),
]
LATE: list[Any] = [*INSIDE, given_up(5, 11, True, when=6.5, landed=9), update(7, 12, True)]

GOOD: dict[str, list[Any]] = {
    "who joined, and is told later, because it was only stored": [
        joined(1, "s-1"),
        said(1.1, 1, "participantJoined", "pending", status=202),
        update(100, 10, True),
    ],
    "who joined, when that very connection was said to be gone": [
        left(0.5),
        said(0.6, 3, "participantLeft", of=905),
        joined(1, "s-1"),
        said(1.1, 1, "participantJoined"),
        update(90, 10, True),
    ],
    "who joined and was reported out meanwhile": [
        joined(1, "s-1"),
        said(1.1, 1, "participantJoined", took=0.5),
        report(1.2, 2, False),
        update(1.25, 9, False),
        update(90, 10, True),
    ],
    "who joined, is known for shown in, and a late update landed": [
        joined(1, "s-1", "p-0", 899),
        given_up(2, 9, False, when=3, landed=9),
        update(4, 10, True),
        joined(20, "s-1"),
        said(20.1, 1, "participantJoined"),
        update(64, 11, True),
    ],
    "who left and was told": [*GONE, update(40.11, 11, False)],
    "who left while the seat was in hand": [
        *GONE,
        update(39.9, 12, True, landed=40.5),
        update(41, 11, False),
    ],
    "who left when a process was lost with the seat in its hands": [
        *GONE,
        calls(30, 5, "join", 201, meeting="m-1", person="dra-1"),
        at(30.05, "process", instance=0, what="killed"),
        at(31, "process", instance=0, what="up", pid=2),
        update(60, 11, False),
    ],
    "who left after a report that nothing had confirmed": [
        *CAME,
        left(40),
        report(40.02, 3, True),
        update(40.03, 12, True),
        said(40.2, 2, "participantLeft", of=905),
        update(120, 11, False),
    ],
    "a beacon that speaks for one of two tabs": [
        *CAME,
        joined(5, "s-1", "p-2", 903),
        beacon(20, 7, 202),
    ],
    "a beacon of somebody who is shown out": [
        *GONE,
        update(40.11, 11, False),
        beacon(50, 7),
    ],
    "somebody who left an older session, and was reported out too": [
        *NEWER,
        said(6, 2, "participantLeft", session="s-1", of=905),
        report(6, 3, False),
        update(6.05, 11, False),
        update(40, 12, True),
    ],
    "somebody shown out by a webhook that was stored before": [
        *INSIDE,
        said(1.5, 3, "ended", "pending", session=None, of=904, status=202),
        fault(2, "attendance_away", 40),
        update(50, 11, False),
        update(55, 12, True),
    ],
    "somebody shown out by a process that was frozen": [
        *INSIDE,
        at(40, "process", instance=0, what="frozen"),
        at(49.9, "process", instance=0, what="thawed"),
        update(50, 11, False),
        update(55, 12, True),
    ],
    "somebody shown out late, of the time before the person came again": [
        joined(1, "s-1", "p-0", 899),
        update(2, 10, True),
        left(20, "s-1", "p-0", 905),
        fault(21, "attendance_away", 40),
        joined(30, "s-2"),
        update(50, 11, False),
        update(55, 12, True),
    ],
    "somebody shown out by two wrong answers": [
        *CAME,
        at(40, "lie", meeting="m-1"),
        at(56, "lie", meeting="m-1"),
        update(57, 11, False),
        update(60, 12, True),
    ],
    "a late update, after which the newest is told when that can be": [
        *LATE,
        fault(60, "attendance_away", 100),
        update(120, 13, True),
    ],
    "a late update, after which the newest could not be told at first": [
        *LATE,
        success(10),
        at(67, "asked", call=14, of="attendance", by=0, what=update(0, 0, True)[0]["what"]),
        at(67.1, "returned", call=14, status=503),
        update(130, 13, True),
    ],
    "a late update, before the next success": [*LATE, update(189, 13, True)],
    "webhooks that are all stored": [
        *CAME,
        said(5, 2, "participantJoined", "duplicate"),
        calls(291, 9, "inbox"),
        at(291.1, "inbox", stored=1),
    ],
    "a list of webhooks that could not be read": [
        *CAME,
        calls(291, 9, "inbox", 503),
        at(291.1, "inbox", stored=0),
    ],
    "what is stored once, and came again": [
        *CAME,
        said(5, 2, "participantJoined", "duplicate"),
        beacon(20, 7),
        update(20.01, 11, False),
        beacon(21, 8),
        update(90, 12, True),
        sync(1.15, 20.05),
    ],
    "a start without a key that could not be stored": [
        fault(4, "fill_storage", 9),
        calls(5, 1, "start", 201, key_given=None, referral="enc-1"),
        sync(1.0, 10),
    ],
}
BROKEN: dict[str, tuple[int, list[Any]]] = {
    "who joined, which was applied, and is told long after": (
        1,
        [joined(1, "s-1"), said(1.1, 1, "participantJoined"), update(90, 10, True)],
    ),
    "who joined, which was stored, and is told too late": (
        1,
        [
            joined(1, "s-1"),
            said(1.1, 1, "participantJoined", "pending", status=202),
            update(175, 10, True),
        ],
    ),
    "who left, which was applied, and is told long after": (1, [*GONE, update(90, 11, False)]),
    "who left while the seat was in hand, and is told long after": (
        1,
        [*GONE, update(39.9, 12, True, landed=40.5), update(60, 11, False)],
    ),
    "who was in a session that the host ended, and is told long after": (
        1,
        [
            *CAME,
            ended(40, "s-1"),
            said(40.1, 2, "ended", "ignored", of=901),
            update(90, 11, False),
        ],
    ),
    "a beacon that is told long after": (
        1,
        [*CAME, left(40), beacon(41, 7), update(91, 11, False)],
    ),
    "a beacon that was stored, and is never told": (
        1,
        [*CAME, report(39.7, 3, False), update(39.8, 11, False), left(40), beacon(41, 7, 202)],
    ),
    "an ending that was answered before it was done": (
        1,
        [
            *CAME,
            calls(40, 7, "end", meeting="m-1"),
            left(41),
            at(41, "inactive", call=50, meeting="m-1"),
            update(42, 11, False),
        ],
    ),
    "somebody cleared by leaving an older session": (
        2,
        [
            *NEWER,
            said(6, 2, "participantLeft", session="s-1", of=905),
            update(6.05, 11, False),
            update(40, 12, True),
        ],
    ),
    "somebody cleared by nothing, soon after faults": (
        2,
        [
            *CAME,
            fault(20, "attendance_away", 25),
            report(30, 2, True),
            update(30.01, 11, True),
            fault(45, "provider_slow", 49),
            update(50, 12, False),
            update(55, 13, True),
        ],
    ),
    "somebody cleared by nothing amid faults, whose joining was known": (
        2,
        [
            *CAME,
            fault(1.5, "attendance_away", 5),
            at(6, "process", instance=0, what="killed"),
            at(7, "process", instance=0, what="up", pid=2),
            update(8, 12, False),
            update(30, 13, True),
        ],
    ),
    "somebody cleared by one wrong answer": (
        2,
        [*CAME, at(40, "lie", meeting="m-1"), update(41, 11, False), update(60, 12, True)],
    ),
    "an older update, and the newest is told too late": (
        3,
        [*LATE, success(10), update(110, 13, True)],
    ),
    "an older update that is the last but one": (
        3,
        [*LATE, success(10), report(250, 5, True), update(250.01, 13, True)],
    ),
    "a webhook that is not stored in the end": (
        1,
        [*CAME, calls(291, 9, "inbox"), at(291.1, "inbox", stored=0)],
    ),
    "a joining that was not on the disk": (1, [*CAME, sync(1.05, 1.3)]),
    "a beacon that was not on the disk": (
        1,
        [*CAME, left(39.9), beacon(40, 7), update(40.05, 11, False), sync(1.15, 41)],
    ),
    "a start that was not on the disk": (
        1,
        [
            calls(5, 1, "start", 201, key_given=None, referral="enc-1"),
            sync(1.0, 5.2),
        ],
    ),
    "an ending that was not on the disk": (
        1,
        [
            at(5.05, "inactive", call=50, meeting="m-1"),
            calls(5, 1, "end", meeting="m-1"),
            sync(1.0, 5.2),
        ],
    ),
}


@pytest.mark.parametrize("told", GOOD.values(), ids=GOOD)
def test_what_may_be_is_no_violation(told: list[Any]) -> None:
    assert violations(history(*told), timed=True) == []


@pytest.mark.parametrize(("assertion", "told"), BROKEN.values(), ids=BROKEN)
def test_what_may_not_be_is_found_by_its_assertion(assertion: int, told: list[Any]) -> None:
    assert {one.assertion for one in violations(history(*told), timed=True)} == {assertion}
