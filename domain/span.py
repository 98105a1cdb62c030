"""Some time that somebody spent in a meeting, and when its facts say that it began and ended.

Times are the provider's where it told them; else ours, which say when we learned of it, and are
*estimated*. Both clocks meet here, so what would end before it began takes no time at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from domain.connection import Stay
from domain.facts import PeerJoined, PeerLeft, Roster, SessionEnded, StoredFact

HOST_ENDED_MEETING = "HOST_ENDED_MEETING"


class Ended(StrEnum):
    """What ended somebody's time in a meeting, or the meeting. Of several at once the first here
    counts."""

    STILL_ON = "still-on"
    CLOSED = "closed"
    HOST_ENDED = "host-ended"
    EMPTIED = "emptied"
    REPORTED_OUT = "reported-out"
    SWEPT = "swept"


class Moment(NamedTuple):
    """Seconds since the epoch (UTC); ``estimated`` when by our clock."""

    at: float
    estimated: bool


class End(NamedTuple):
    moment: Moment
    how: Ended
    exact: bool = False
    """Whether a fact of this one connection says that it was open until then."""


@dataclass(frozen=True, slots=True)
class Span:
    """``end`` is not before ``begin``; it is now for whoever is still in."""

    begin: Moment
    end: Moment
    how: Ended

    @property
    def lasts(self) -> bool:
        """Whether it is still on, or took any time."""
        return self.how is Ended.STILL_ON or self.begin.at < self.end.at


def span(begin: Moment, ends: Sequence[End]) -> Span:
    """From ``begin`` until the first of the ends that is not before it."""
    first = min([end for end in ends if end.moment.at >= begin.at] or ends)
    at = Moment(max(begin.at, first.moment.at), first.moment.estimated)
    by_host = any(end.how is Ended.HOST_ENDED for end in ends)
    return Span(begin, at, Ended.HOST_ENDED if by_host else first.how)


def what_ended(hows: Iterable[Ended]) -> Ended | None:
    """Of several at one time; None of none."""
    return min(hows, key=list(Ended).index, default=None)


def ours(fact: StoredFact) -> Moment:
    return Moment(fact.at, estimated=True)


def told_or_ours(told: float | None, fact: StoredFact) -> Moment:
    return ours(fact) if told is None else Moment(told, estimated=False)


def end_of_stay(fact: StoredFact, peer: str, stay: Stay) -> End:
    """When it ended by the fact, which closes the stay of this connection."""
    match fact.what:
        case PeerLeft(joined_at=joined_at, left_at=left_at):
            if None not in {joined_at, stay.joined_at} and joined_at != stay.joined_at:
                # Of a later joining, which says that this one was over by then.
                return End(told_or_ours(joined_at, fact), Ended.EMPTIED)
            return End(told_or_ours(left_at, fact), Ended.EMPTIED, exact=True)
        case PeerJoined(joined_at=joined_at):
            return End(told_or_ours(joined_at, fact), Ended.EMPTIED)
        case SessionEnded() as ended:
            return end_of_session(fact, ended)
        case Roster() as roster:
            return End(ours(fact), Ended.SWEPT, exact=roster.mentions(peer))
        case _:
            raise TypeError(fact.kind)


def end_of_session(fact: StoredFact, ended: SessionEnded) -> End:
    by_host = ended.reason == HOST_ENDED_MEETING
    how = Ended.HOST_ENDED if by_host else Ended.EMPTIED
    return End(told_or_ours(ended.ended_at, fact), how)
