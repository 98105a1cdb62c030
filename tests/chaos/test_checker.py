"""The checker finds each broken promise in a history of a few lines, and nothing in a good one.

That it finds real bugs of a running service is shown by ``tests.chaos.planted``.
"""

from typing import Any

import pytest

from tests.chaos.checker import unsettled, violations
from tests.chaos.checker.seen import seen
from tests.chaos.checker.times import Stalls
from tests.chaos.history import Entry
from tests.chaos.plan import as_json, drawn, from_json
from tests.chaos.shrink import shrunk

SEAT = ["enc-1", "m-1", "dra-1"]
PATH = "POST /attendance-service/referrals/enc-1/meetings/m-1/user"


def at(t: float, kind: str, **what: Any) -> Entry:
    return {"t": t, "kind": kind, **what}


def calls(
    t: float, number: int, what: str, status: int | None = 200, took: float = 0.1, **about: Any
) -> list[Entry]:
    return [
        at(t, "call", call=number, what=what, to=0, **about),
        at(t + took, "answer", call=number, status=status, took=took),
    ]


def update(
    t: float, number: int, value: bool, landed: float | None = None, by: int = 0
) -> list[Entry]:
    """Asked at ``t``; answered as soon as it has landed."""
    lands = t + 0.01 if landed is None else landed
    return [
        at(t, "asked", call=number, of="attendance", by=by, what=PATH, fault="none"),
        at(lands, "shown", call=number, seat=SEAT, value=value),
        at(lands + 0.01, "returned", call=number, status=200),
    ]


def given_up(t: float, number: int, value: bool, when: float, landed: float) -> list[Entry]:
    """The service gave it up, and it landed later."""
    asked, shown, _ = update(t, number, value, landed)
    return [asked, at(when, "abandoned", call=number), shown]


def joined(t: float, session: str, peer: str = "p-1", number: int = 900) -> Entry:
    return at(
        t,
        "truth",
        event=number,
        what="participantJoined",
        meeting="m-1",
        session=session,
        referral="enc-1",
        peer=peer,
        person="dra-1",
    )


def ended(t: float, session: str, number: int = 901) -> Entry:
    what = {"event": number, "what": "ended", "meeting": "m-1", "referral": "enc-1"}
    return at(t, "truth", session=session, **what)


def webhook(t: float, number: int, event: str, session: str | None, of: int) -> list[Entry]:
    reason = "HOST_ENDED_MEETING" if event == "ended" else None
    says = {
        "event": event,
        "reason": reason,
        "meeting": "m-1",
        "referral": "enc-1",
        "session": session,
        "peer": "p-1",
        "person": "dra-1",
    }
    return calls(t, number, "webhook", event=of, says=says, digest=f"body-{of}")


def history(*parts: Entry | list[Entry], end: float = 300.0) -> list[Entry]:
    """In order of time, of one instance that is up all the time."""
    flat = [entry for part in parts for entry in (part if isinstance(part, list) else [part])]
    first = [
        at(0, "run", instances=1, one_per_referral=False, partner_timeout=1.5),
        at(0, "process", instance=0, what="up", pid=1),
    ]
    last = [at(100, "calm"), at(end - 1, "rest"), at(end, "end")]
    return [*first, *sorted([*flat, *last], key=lambda entry: entry["t"])]


def report(t: float, number: int, value: bool, status: int = 200) -> list[Entry]:
    return calls(t, number, "report", status, seat=SEAT, value=value)


def opened(t: float, number: int, meeting: str, given_up_at: float | None = None) -> list[Entry]:
    asked = at(t, "asked", call=number, of="provider", by=0, what="POST /v2/meetings", fault="none")
    over = "returned" if given_up_at is None else "abandoned"
    how = {"status": 201} if given_up_at is None else {}
    when = t + 0.2 if given_up_at is None else given_up_at
    effect = at(t + 0.1, "opened", call=number, meeting=meeting, title="enc-1")
    return [asked, effect, at(when, over, call=number, **how)]


def start(t: float, number: int, status: int, meeting: str = "m-1") -> list[Entry]:
    told = calls(t, number, "start", status, key_given="k", referral="enc-1")
    if status == 201:
        told.append(at(t + 0.1, "got", what="meeting", meeting=meeting, key="k", referral="enc-1"))
    return told


def sync(*times: float) -> Entry:
    return at(290, "synced", instance=0, at=[*times])


MEETINGS = [{"meetingId": "m-1", "status": "live", "users": []}]
CLOSED = [{"meetingId": "m-1", "status": "closed", "users": []}]


def stream(t: float, what: str, **more: Any) -> Entry:
    return at(t, "stream", stream=5, referral="enc-1", what=what, **more)


INSIDE: list[Entry | list[Entry]] = [joined(1, "s-1"), update(2, 10, True)]

GOOD: dict[str, Any] = {
    "a report that was told": [*INSIDE, report(5, 1, True), update(5.01, 11, True)],
    "a report that was not accepted": [report(5, 1, False, 503)],
    "somebody who left and is shown out": [*INSIDE, ended(9, "s-1"), update(9.1, 11, False)],
    "an update that was given up, landed late, and was told again": [
        *INSIDE,
        given_up(5, 11, False, when=6.5, landed=9),
        update(7, 12, True),
        update(70, 13, True),
    ],
    "two at once while a process was frozen": [
        *INSIDE,
        update(5, 11, True, landed=15),
        at(6, "process", instance=0, what="frozen"),
        update(14, 12, True),
        at(15, "process", instance=0, what="thawed"),
        update(75, 13, True),
    ],
    "two meetings of a key, of which one was opened after it was given up": [
        opened(5, 30, "m-0", given_up_at=5.05),
        start(5, 1, 504),
        opened(7, 31, "m-1"),
        start(7, 2, 201),
    ],
    "a key that is in use": [
        opened(5, 31, "m-1"),
        calls(5, 1, "start", 201, took=2.0, key_given="k", referral="enc-1"),
        start(6, 2, 409),
    ],
    "a key that could perhaps not be let go of in time": [
        calls(5, 1, "start", 504, took=1.1, key_given="k", referral="enc-1"),
        start(7, 2, 409),
    ],
    "a key whose call was lost with its process": [
        calls(5, 1, "start", None, key_given="k", referral="enc-1"),
        at(5.05, "process", instance=0, what="killed"),
        at(5.1, "process", instance=0, what="up"),
        start(7, 2, 409),
    ],
    "a late answer of a process that was frozen": [
        at(4, "process", instance=0, what="frozen"),
        at(9, "process", instance=0, what="thawed"),
        calls(4.5, 1, "report", 503, took=5.0, seat=SEAT, value=True),
    ],
    "a stream that tells what a read tells": [
        stream(5, "open", last=""),
        stream(6, "told", meetings=MEETINGS),
        at(290, "read", referral="enc-1", meetings=MEETINGS),
    ],
    "a report that was on the disk": [*INSIDE, report(5, 1, True), update(5, 11, True), sync(5.05)],
}
BROKEN: dict[str, tuple[int, Any]] = {
    "a report that was never told": (1, [*INSIDE, report(5, 1, True)]),
    "a report that came during an update, and was not told after it": (
        1,
        [*INSIDE, update(5, 11, True, landed=5.5), report(5.2, 1, True)],
    ),
    "a report that was told too late": (
        1,
        [*INSIDE, report(5, 1, True), update(170, 11, True)],
    ),
    "a report that was not on the disk": (
        1,
        [*INSIDE, report(5, 1, True), update(5, 11, True), sync(4.9, 5.2)],
    ),
    "a meeting that was ended, and is open": (1, [calls(5, 1, "end", meeting="m-1")]),
    "somebody shown in who is not there": (2, [*INSIDE, ended(9, "s-1")]),
    "somebody there who is shown out": (2, [joined(1, "s-1")]),
    "somebody cleared by an older session's end": (
        2,
        [
            joined(1, "s-1", "p-0", 900),
            update(2, 10, True),
            ended(3, "s-1", 901),
            joined(4, "s-2", "p-1", 902),
            webhook(4.1, 1, "participantJoined", "s-2", 902),
            webhook(6, 2, "ended", "s-1", 901),
            update(6.05, 11, False),
            update(40, 12, True),
        ],
    ),
    "somebody cleared by nothing": (2, [*INSIDE, update(50, 11, False), update(55, 12, True)]),
    "two updates of a seat at once": (
        3,
        [*INSIDE, update(5, 11, True, landed=6), update(5.5, 12, True, landed=6.5)],
    ),
    "an older update that stays the last": (
        3,
        [*INSIDE, given_up(5, 11, True, when=6.5, landed=9), update(7, 12, True)],
    ),
    "two meetings of one key": (
        4,
        [opened(5, 30, "m-0"), start(5, 1, 201, "m-0"), opened(7, 31, "m-1"), start(7, 2, 201)],
    ),
    "a second meeting beside one that could be found": (
        4,
        [
            opened(5, 30, "m-0", given_up_at=5.3),
            start(5, 1, 504),
            opened(7, 31, "m-1"),
            start(7, 2, 201),
        ],
    ),
    "a key that nobody uses and nobody may": (4, [start(50, 1, 504), start(55, 2, 409)]),
    "somebody let in after the end": (
        4,
        [
            at(5, "inactive", call=50, meeting="m-1"),
            calls(5, 1, "end", meeting="m-1"),
            calls(6, 2, "join", 201, meeting="m-1", person="dra-1"),
        ],
    ),
    "a forged event that was accepted": (
        5,
        calls(5, 1, "webhook", bad="forged", says={"meeting": "f-1"}, digest="d"),
    ),
    "a foreign event that was told": (
        5,
        [
            calls(5, 1, "webhook", bad="foreign", says={"meeting": "m-1"}, digest="d"),
            joined(5, "s-1"),
            update(6, 11, True),
        ],
    ),
    "a canary": (6, [at(5, "canary", what="a join token", where="the log")]),
    "a late answer": (
        7,
        [*INSIDE, *calls(5, 1, "report", took=3.2, seat=SEAT, value=True), *update(5, 11, True)],
    ),
    "a process that is not alive": (7, calls(5, 1, "live", took=0.5)),
    "a process that does not stop well": (
        7,
        [
            at(298, "process", instance=0, what="told to stop"),
            at(299, "process", instance=0, what="down", code=1),
        ],
    ),
    "a process that dies": (7, [at(200, "process", instance=0, what="died", code=-11)]),
    "memory that grows": (
        8,
        [
            at(float(t), "sample", instance=0, pid=1, mb=80 + t / 2, files=30, threads=9)
            for t in range(1, 200)
        ],
    ),
    "more in storage than was accepted": (8, [at(280, "inbox", stored=1)]),
    "a stream that tells something else than a read": (
        9,
        [
            stream(6, "told", meetings=MEETINGS),
            at(290, "read", referral="enc-1", meetings=CLOSED),
        ],
    ),
    "a stream that goes back": (
        9,
        [stream(6, "told", meetings=CLOSED), stream(7, "told", meetings=MEETINGS)],
    ),
    "an answer that is a 500": (10, calls(5, 1, "see", 500)),
    "a crash in the log": (10, [at(299, "crash", instance=0, line="request.crashed")]),
    "a stream that is told nothing": (9, [stream(6, "open", last="")]),
}


@pytest.mark.parametrize("told", GOOD.values(), ids=GOOD)
def test_a_good_history_has_no_violation(told: list[Any]) -> None:
    assert violations(history(*told), timed=True) == []


@pytest.mark.parametrize(("assertion", "told"), BROKEN.values(), ids=BROKEN)
def test_a_broken_promise_is_found_by_its_assertion(assertion: int, told: list[Any]) -> None:
    assert {one.assertion for one in violations(history(*told), timed=True)} == {assertion}


def test_a_late_answer_is_excused_by_what_the_machine_was_stalled() -> None:
    late = calls(5, 1, "live", took=0.5)
    stalled = history(*late, at(5.3, "stall", of=None, seconds=0.4))

    assert violations(stalled, timed=True) == []
    assert Stalls(seen(stalled)).during(0, 50, 60) == 0


def test_a_key_that_is_kept_is_found_also_where_no_times_are_asserted() -> None:
    kept = history(start(1, 1, 500), start(1.3, 2, 409))

    assert [one.assertion for one in violations(kept, timed=False)] == [4, 10]


def test_a_system_that_is_still_at_work_is_given_time() -> None:
    assert unsettled(history(*INSIDE, ended(9, "s-1")))
    assert not unsettled(history(*INSIDE))


def test_a_seed_draws_the_same_plan_again() -> None:
    plan = drawn(7, 30, "sqlite", 1)

    assert (
        drawn(7, 30, "sqlite", 1)
        == plan
        == from_json(
            as_json(plan)
            | {
                "acts": [
                    {
                        "at": act.at,
                        "who": act.who,
                        "what": act.what,
                        "chance": act.chance,
                        "lasts": act.lasts,
                    }
                    for act in plan.acts
                ]
            }
        )
    )
    assert drawn(8, 30, "sqlite", 1).acts != plan.acts


async def test_a_plan_is_shrunk_to_the_acts_that_it_needs_to_fail() -> None:
    plan = drawn(7, 30, "sqlite", 1)
    needed = {plan.acts[5], plan.acts[-4]}

    async def fails(smaller: Any) -> bool:
        return needed <= {*smaller.acts}

    smallest = await shrunk(plan, fails, lambda: True)

    assert {*smallest.acts} == needed
