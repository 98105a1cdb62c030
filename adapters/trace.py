"""The trace that the current work is part of (W3C Trace Context): read, made, and written.

Log lines and calls to partners carry it. Spans are made of it only while they are exported.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import NamedTuple, Protocol

from adapters.system import new_bits
from domain.errors import Partner

TRACEPARENT, TRACESTATE = "traceparent", "tracestate"
PARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
"""Version, trace, span, flags; later versions may have more."""
KEPT_FLAGS = 0b11
"""Sampled, and that the trace's id is random. The others mean nothing yet, and are not sent."""
RANDOM = 0b10
_KEY = r"(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
MEMBER = re.compile(
    rf"({_KEY})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{{0,255}}[\x21-\x2b\x2d-\x3c\x3e-\x7e]"
)
MEMBERS = 32
STATE = 512
"""Characters of ``tracestate`` that are sent on."""
LONG = 128
"""Characters of a member: longer ones are left out first."""


class Trace(NamedTuple):
    """``span_id`` is what the next span is a child of; None when each request that is sent gets an
    id of its own, because no spans are recorded."""

    trace_id: str
    span_id: str | None
    flags: int
    state: str = ""

    @property
    def parent(self) -> str:
        """The ``traceparent`` of a request that is sent now."""
        return f"00-{self.trace_id}-{self.span_id or new_bits(64)}-{self.flags:02x}"


TRACE: ContextVar[Trace | None] = ContextVar("trace", default=None)


class Spans(Protocol):
    """Records what is done as spans. Each is a child of the one that is open, and is ``TRACE``'s
    while it is open itself. No id, name or title gets into one."""

    def request(
        self, method: str, route: str, given: Trace | None
    ) -> "AbstractContextManager[Answered]":
        """A request of ours: the next of the trace that it came with, or the first of a new one."""
        ...

    def work(self, name: str) -> AbstractContextManager[None]:
        """What no request asks for: the first of a new trace."""
        ...

    def call(self, partner: Partner, operation: str) -> AbstractContextManager[None]: ...

    def transaction(self, name: str) -> AbstractContextManager[None]: ...


class Answered(Protocol):
    def __call__(self, status: int, /) -> None: ...


def new_trace() -> Trace:
    """One that begins here. Nothing of it is recorded, so it is not sampled."""
    return Trace(new_bits(128), None, RANDOM)


def received(parents: Sequence[str], states: Sequence[str]) -> Trace | None:
    """The trace that a request came with, by the values of its headers ``traceparent`` and
    ``tracestate``; None when there is none that is valid."""
    match = PARENT.fullmatch(parents[0].strip(" \t")) if len(parents) == 1 else None
    if match is None:
        return None
    version, trace_id, span_id, flags, more = match.groups()
    if version == "ff" or (version == "00" and more):
        return None
    if not int(trace_id, 16) or not int(span_id, 16):
        return None
    return Trace(trace_id, span_id, int(flags, 16) & KEPT_FLAGS, _state(states))


@contextmanager
def in_new_trace(name: str, spans: Spans | None) -> Iterator[None]:
    """Around what no request asks for."""
    if spans is not None:
        with spans.work(name):
            yield
        return
    before = TRACE.set(new_trace())
    try:
        yield
    finally:
        TRACE.reset(before)


def _state(values: Sequence[str]) -> str:
    """As it is sent on; empty when any of it is invalid."""
    members = [one for value in values for part in value.split(",") if (one := part.strip(" \t"))]
    matches = [MEMBER.fullmatch(member) for member in members]
    keys = {match[1] for match in matches if match}
    if len(members) > MEMBERS or len(keys) < len(members):
        return ""
    return _shortened(members)


def _shortened(members: list[str]) -> str:
    """Whole members alone; the last ones are the oldest."""
    state = ",".join(members)
    if len(state) > STATE:
        members = [member for member in members if len(member) <= LONG]
    while len(state := ",".join(members)) > STATE:
        members.pop()
    return state
