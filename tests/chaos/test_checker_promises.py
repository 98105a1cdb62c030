"""More histories of a few lines: what each assertion must find, and what it must allow."""

import random
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from adapters.sandbox.signing import SigningKey
from tests.chaos.bad_post import BadPost
from tests.chaos.caller import SERVICE_KEY
from tests.chaos.canary import EVERYWHERE, Search
from tests.chaos.checker import violations
from tests.chaos.history import Entry, History
from tests.chaos.test_checker import (
    INSIDE,
    at,
    calls,
    ended,
    history,
    joined,
    opened,
    report,
    start,
    stream,
    update,
)

FORGERY = {"meeting": "m-1", "referral": "enc-1"}
STRANGER = [{"meetingId": "f-1", "status": "open", "users": []}]


def bad(t: float, number: int, kind: str, says: Entry, status: int = 200) -> list[Entry]:
    return calls(t, number, "webhook", status, bad=kind, says=says, digest=f"bad-{number}")


def told_since(t: float, since: int) -> Entry:
    """A stream says since when somebody is in, in seconds of the storage's clock."""
    users = [{"userId": "dra-1", "inMeeting": True, "since": f"2026-11-26T20:00:{since:02}Z"}]
    return stream(t, "told", meetings=[{"meetingId": "m-1", "status": "live", "users": users}])


def sizes(*sizes: int) -> list[Entry]:
    return [at(10.0 * place, "stored", bytes=size) for place, size in enumerate(sizes, 1)]


def closed(t: float, number: int, meeting: str) -> list[Entry]:
    return [
        at(t, "inactive", call=900 + number, meeting=meeting),
        *calls(t, number, "end", meeting=meeting),
    ]


def samples(mb: Any, files: int = 30) -> list[Entry]:
    return [
        at(float(t), "sample", instance=0, pid=1, mb=mb(t), files=files, threads=9)
        for t in range(1, 200)
    ]


GOOD: dict[str, Any] = {
    "a forged end of a meeting that somebody leaves": [
        opened(0.5, 30, "m-1"),
        *INSIDE,
        bad(5, 1, "forged", FORGERY, 401),
        ended(6, "s-1"),
        update(6.5, 11, False),
    ],
    "a forged joining of somebody who reports in": [
        opened(0.5, 30, "m-1"),
        bad(1, 1, "forged", FORGERY, 401),
        report(2, 2, True),
        update(2, 10, True),
        report(20, 3, False),
        update(20, 11, False),
    ],
    "a wrong answer of the provider after a forged end": [
        opened(0.5, 30, "m-1"),
        *INSIDE,
        bad(5, 1, "forged", FORGERY, 401),
        at(6, "lie", meeting="m-1"),
        update(7, 11, False),
        update(9, 12, True),
    ],
    "a call that was lost with its process": [
        calls(5, 1, "webhook", None, digest="d"),
        at(5.5, "process", instance=0, what="killed"),
        at(6, "process", instance=0, what="up", pid=2),
    ],
    "a call that a process with a thousand streams did not take": [
        calls(150, 1, "webhook", None, digest="d"),
        *samples(lambda _: 80, files=1200),
    ],
    "a health check while a process was frozen": [
        at(4, "process", instance=0, what="frozen"),
        calls(5, 1, "live", None, took=2.0),
        at(6, "process", instance=0, what="thawed"),
    ],
    "storage that grows with what is accepted": [
        sizes(1_000_000, 9_500_000),
        *(calls(5, number, "beacon", seat=["enc-1", "m-1", "dra-1"]) for number in range(300)),
    ],
    "a webhook that was stored while storage was locked, and refused": [
        at(5, "fault", what="lock_storage", lasts=3),
        calls(6, 1, "webhook", 503, says={}, digest="d"),
        at(8, "fault", what="lock_storage", over=True),
        at(290, "inbox", stored=1),
    ],
    "a malformed webhook that is kept for operators": [
        bad(5, 1, "malformed", {}),
        at(290, "inbox", stored=1),
    ],
    "a time that goes back by what overtook it": [told_since(25, 20), told_since(26, 19)],
    "a time that goes back after a process was frozen": [
        told_since(10, 5),
        at(12, "process", instance=0, what="frozen"),
        told_since(25, 20),
        at(30, "process", instance=0, what="thawed"),
        told_since(31, 12),
    ],
}
BROKEN: dict[str, tuple[int, Any]] = {
    "a second meeting of a key after the first was closed": (
        4,
        [
            opened(5, 30, "m-0"),
            start(5, 1, 201, "m-0"),
            closed(6, 3, "m-0"),
            opened(7, 31, "m-1"),
            start(7, 2, 504),
        ],
    ),
    "a key that is refused long after a fault of storage": (
        4,
        [
            at(1, "fault", what="lock_storage", lasts=1),
            at(2, "fault", what="lock_storage", over=True),
            start(50, 1, 504),
            start(55, 2, 409),
        ],
    ),
    "a foreign event that a read shows": (
        5,
        [
            bad(5, 1, "foreign", {"meeting": "f-1"}),
            at(290, "read", referral="e", meetings=STRANGER),
        ],
    ),
    "a foreign event that a stream shows": (
        5,
        [bad(5, 1, "foreign", {"meeting": "f-1"}), stream(6, "told", meetings=STRANGER)],
    ),
    "a malformed event that was applied": (
        5,
        [
            at(5, "call", call=1, what="webhook", to=0, bad="malformed", says={}, digest="d"),
            at(5.1, "answer", call=1, status=200, took=0.1, outcome="applied"),
        ],
    ),
    "somebody shown in by a forged event alone": (
        5,
        [
            opened(0.5, 30, "m-1"),
            bad(5, 1, "forged", FORGERY, 401),
            update(6, 11, True),
            update(60, 12, False),
        ],
    ),
    "somebody shown out by a foreign event alone": (
        5,
        [
            opened(0.5, 30, "m-1"),
            *INSIDE,
            bad(5, 1, "foreign", FORGERY),
            update(6, 11, False),
            update(60, 12, True),
        ],
    ),
    "a call that nothing kept from being answered": (7, calls(5, 1, "see", None)),
    "an answer that is late by little": (7, calls(5, 1, "end", 503, took=2.65, meeting="m-1")),
    "a health check that is refused": (7, calls(5, 1, "live", None)),
    "a health check that says no": (7, calls(5, 1, "live", 503)),
    "storage that grows by itself": (8, sizes(1_000_000, 4_000_000, 9_500_000)),
    "a webhook that was refused and stored": (
        8,
        [calls(5, 1, "webhook", 503, says={}, digest="d"), at(290, "inbox", stored=1)],
    ),
    "a forged webhook that was stored": (
        8,
        [bad(5, 1, "forged", {}, 401), at(290, "inbox", stored=1)],
    ),
    "a time that goes back": (9, [told_since(6, 5), told_since(25, 20), told_since(26, 5)]),
}


@pytest.mark.parametrize("told", GOOD.values(), ids=GOOD)
def test_what_may_happen_is_no_violation(told: list[Any]) -> None:
    assert violations(history(*told), timed=True) == []


@pytest.mark.parametrize(("assertion", "told"), BROKEN.values(), ids=BROKEN)
def test_what_may_not_happen_is_found_by_its_assertion(assertion: int, told: list[Any]) -> None:
    assert {one.assertion for one in violations(history(*told), timed=True)} == {assertion}


def test_a_referral_without_a_key_may_have_another_meeting_after_a_closing() -> None:
    again = history(
        opened(5, 30, "m-0"),
        start(5, 1, 201, "m-0"),
        closed(6, 3, "m-0"),
        opened(7, 31, "m-1"),
        start(7, 2, 201),
    )
    without = [{**one, "key": None} if one["kind"] == "got" else one for one in again]
    without = [{**one, "key_given": None} if "key_given" in one else one for one in without]
    without[0] = {**without[0], "one_per_referral": True}

    assert violations(without, timed=True) == []
    assert violations([one for one in without if one.get("what") != "end"], timed=True) != []


def test_memory_that_open_streams_hold_is_no_growth() -> None:
    streams = [
        stream(float(number) / 5, "open", last="1") | {"stream": number} for number in range(1000)
    ]
    grown = samples(lambda t: 80 + t / 2)

    assert violations(history(*streams, *grown), timed=True) == []
    assert violations(history(*grown), timed=True) != []


@pytest.fixture
def search(tmp_path: Path) -> Iterator[Search]:
    history = History(tmp_path / "history.jsonl")
    yield Search(history)
    history.close()


TICKET = f"eyJhbGciOiJIUzI1NiJ9.{'payload' * 9}.{'0123456789' * 4}"
SIGNATURE = f"abc+{'Signature' * 6}/{'x' * 9}=="


def canaries(search: Search) -> list[str]:
    return [entry["what"] for entry in search.history.entries]


def test_a_ticket_may_be_in_the_answer_that_gives_it_and_nowhere_after_it(search: Search) -> None:
    search.heard(201, "join", TICKET.encode(), {"a leave ticket": TICKET})
    assert canaries(search) == []

    search.heard(200, "a stream", f"data: {TICKET}\n".encode(), {})
    search.look(b'{"t":"' + TICKET[-40:].encode() + b'"}', "the log", EVERYWHERE)
    assert canaries(search) == ["a leave ticket", "a leave ticket"]


def test_a_joining_is_told_its_own_secrets_and_no_others(search: Search) -> None:
    search.heard(201, "join", b"sandbox-token-1, Canaria 1", {})
    assert canaries(search) == []

    search.heard(201, "join", SERVICE_KEY.encode(), {})
    assert canaries(search) == ["the service's key"]


def test_a_webhooks_signature_comes_back_nowhere(search: Search) -> None:
    search.heard(200, "webhook", b"{}", {"a signature": SIGNATURE})
    assert canaries(search) == []

    search.look(f"refused {SIGNATURE}".encode(), "the log", EVERYWHERE)
    assert canaries(search) == ["a signature"]


def test_a_signature_that_is_too_short_to_be_known_again_is_not_looked_for(search: Search) -> None:
    search.heard(401, "webhook", b"bm8=", {"a signature": "bm8="})

    assert canaries(search) == []


def test_bad_webhooks_are_about_meetings_of_the_run_and_about_their_own() -> None:
    sent: list[tuple[bytes, Entry]] = []
    mail: Any = SimpleNamespace(
        history=SimpleNamespace(entries=[joined(1, "s-1")], number=lambda: len(sent)),
        send=lambda body, **more: sent.append((body, more)),
    )
    post, chance = BadPost(mail, ["enc-1"], SigningKey()), random.Random(1)
    for _ in range(60):
        for kind in (post._forged, post._foreign, post._malformed):
            kind(chance)

    for name in ("forged", "foreign", "malformed"):
        about = [more["says"].get("meeting") for _, more in sent if more["bad"] == name]
        assert "m-1" in about
        assert any(one is not None and one.startswith(name) for one in about)
    forged = [orjson.loads(body)["meeting"] for body, more in sent if more["bad"] == "forged"]
    assert {one["sessionId"] for one in forged if one["id"] == "m-1"} == {"s-1"}
    assert b"{}" in [body for body, more in sent if more["bad"] == "malformed"]
