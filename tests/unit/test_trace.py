"""Which trace a request belongs to (W3C Trace Context), and which trace other work does."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from adapters.own_trace import InOwnTrace
from adapters.trace import TRACE, Trace, new_trace, received
from application.watched import Watched
from domain.ports.who_is_there import Version
from entrypoints.logs import Seldom
from tests.waiting import until

TRACE_ID, SPAN_ID = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GIVEN = f"00-{TRACE_ID}-{SPAN_ID}-01"
ROOT = Path(__file__).parents[2]


def test_a_trace_is_taken_and_what_is_sent_names_another_span() -> None:
    trace = received([GIVEN], ["congo=t61rcWkgMzE"])

    assert trace == Trace(TRACE_ID, SPAN_ID, 1, "congo=t61rcWkgMzE")
    sent = {trace._replace(span_id=None).parent for _ in range(2)}
    assert len({GIVEN, *sent}) == 3
    assert all(re.fullmatch(f"00-{TRACE_ID}-[0-9a-f]{{16}}-01", one) for one in sent)


@pytest.mark.parametrize(
    ("parent", "flags"),
    [
        (f"00-{TRACE_ID}-{SPAN_ID}-00", 0),
        (f" {GIVEN}\t", 1),
        (f"00-{TRACE_ID}-{SPAN_ID}-ff", 3),
        (f"cc-{TRACE_ID}-{SPAN_ID}-01", 1),
        (f"01-{TRACE_ID}-{SPAN_ID}-01-what-the-future-will-be-like", 1),
    ],
)
def test_flags_are_kept_as_far_as_they_mean_something(parent: str, flags: int) -> None:
    trace = received([parent], [])

    assert trace == Trace(TRACE_ID, SPAN_ID, flags)
    assert trace.parent == f"00-{TRACE_ID}-{SPAN_ID}-{flags:02x}"


@pytest.mark.parametrize(
    "parents",
    [
        [],
        [""],
        [GIVEN, GIVEN],
        [f"ff-{TRACE_ID}-{SPAN_ID}-01"],
        [f"00-{'0' * 32}-{SPAN_ID}-01"],
        [f"00-{TRACE_ID}-{'0' * 16}-01"],
        [f"{GIVEN}-more"],
        [f"{GIVEN}-"],
        [f"cc-{TRACE_ID}-{SPAN_ID}-01.what"],
        [f"00-{TRACE_ID.upper()}-{SPAN_ID}-01"],
        [f"00-{TRACE_ID[1:]}-{SPAN_ID}-01"],
        [f"00-{TRACE_ID}-{SPAN_ID}-1"],
        [f"0-{TRACE_ID}-{SPAN_ID}-01"],
        [f"00-{TRACE_ID}-{SPAN_ID[:-1]}ø-01"],
    ],
)
def test_what_is_no_valid_traceparent_is_none(parents: list[str]) -> None:
    assert received(parents, ["congo=t61rcWkgMzE"]) is None


@pytest.mark.parametrize(
    ("states", "sent"),
    [
        ([], ""),
        (["a=1,b=2", "c=3"], "a=1,b=2,c=3"),
        ([" a=1 ,\tb=2,,", ""], "a=1,b=2"),
        (["0tenant@system=x y", "a*/_-=!~"], "0tenant@system=x y,a*/_-=!~"),
        (["a=1,a=2"], ""),
        (["a=1,B=2"], ""),
        (["a=1", "b"], ""),
        (["a=1=2"], ""),
        (["a=\x7f"], ""),
        (["a= "], ""),
        ([",".join(f"k{number}=1" for number in range(33))], ""),
        ([f"{'k' * 257}=1"], ""),
        ([f"a=1,long={'x' * 200},b=2,longer={'x' * 256},c={'x' * 100}"], f"a=1,b=2,c={'x' * 100}"),
        (
            [",".join(f"k{number}={'x' * 96}" for number in range(9))],
            ",".join(f"k{number}={'x' * 96}" for number in range(5)),
        ),
    ],
)
def test_a_tracestate_is_sent_on_in_whole_members_or_not_at_all(
    states: list[str], sent: str
) -> None:
    trace = received([GIVEN], states)

    assert trace is not None
    assert trace.state == sent
    assert len(sent) <= 512


async def test_work_that_no_request_asks_for_has_a_trace_of_its_own() -> None:
    traces: list[Trace | None] = []

    async def act(item: str) -> None:
        traces.append(TRACE.get())
        if item == "fails":
            raise ValueError

    work = InOwnTrace("delivery", act, None)
    before = TRACE.set(new_trace())
    await work("works")
    with pytest.raises(ValueError, match=r"^$"):
        await work("fails")
    after = TRACE.get()
    TRACE.reset(before)

    assert None not in traces
    assert len({*traces, after}) == 3


def test_nothing_imports_the_packages_of_the_extra_unless_spans_are_exported() -> None:
    importing = re.compile(r"(?m)^(?:from|import) (?:opentelemetry|adapters\.exported_spans)\b")
    files = (
        file
        for folder in ("adapters", "application", "domain", "entrypoints")
        for file in (ROOT / folder).rglob("*.py")
    )

    assert [file.name for file in files if importing.search(file.read_text())] == [
        "exported_spans.py"
    ]


class NothingStored:
    """Notes in which trace it is asked."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.trace: Trace | None = None

    async def versions(self, keys: Sequence[str]) -> Mapping[str, Version]:
        self.trace = TRACE.get()
        self.asked.set()
        return {}

    async def read(self, key: str) -> None:
        """Nothing."""


async def test_what_is_looked_at_for_all_who_watch_is_in_the_trace_of_none() -> None:
    stored = NothingStored()
    TRACE.set(new_trace())

    with Watched(stored).watching("enc-1"):
        await until(stored.asked)

    assert stored.trace is None


def test_what_exporting_libraries_say_again_and_again_is_said_once_an_hour() -> None:
    def record(name: str, line: int, at: float) -> logging.LogRecord:
        made = logging.LogRecord(name, logging.WARNING, "/lib/export.py", line, "lost %s", (), None)
        made.created = at
        return made

    seldom = Seldom()
    said = [record("opentelemetry.exporter.otlp", 7, at) for at in (0.0, 5.0, 3599.0, 3600.0)]
    others = [record("opentelemetry.sdk", 8, 5.0), *(record("asyncio", 7, 5.0) for _ in range(2))]

    assert [seldom.filter(one) for one in said] == [True, False, False, True]
    assert all(seldom.filter(one) for one in others)
