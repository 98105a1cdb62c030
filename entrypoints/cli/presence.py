"""``videochamadas presence``: why somebody is shown in a meeting, and correcting it."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from adapters.system import epoch, new_id
from domain.facts import Fact, Numbered, Reported, Seat
from domain.history import PresenceHistory, SeatHistory
from domain.presence import whereabouts
from domain.referral import ReferralId
from entrypoints.cli.on_the_book import on_the_book
from entrypoints.container import Container
from entrypoints.settings import Settings

Action = Callable[[Container, argparse.Namespace], Awaitable[int]]
EPILOG = """\
examples:
  videochamadas presence show enc-1001
  videochamadas presence clear enc-1001 dra-ana --why "shown in since yesterday"
"""


def add_presence_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = actions.add_parser("show", help="the timeline of a referral's meetings, without names")
    show.add_argument("referral")
    clear = actions.add_parser("clear", help="report somebody out of all meetings of a referral")
    clear.add_argument("referral")
    clear.add_argument("user")
    clear.add_argument("--why", required=True, help="for the record; no names")


def presence(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 when done, 1 when nothing is known of that referral or person."""
    action = ACTIONS[arguments.action]
    return on_the_book(settings, lambda container: action(container, arguments))


async def _show(container: Container, arguments: argparse.Namespace) -> int:
    history: PresenceHistory = container.history()
    referral = ReferralId(arguments.referral)
    meetings = await history.meetings(referral)
    for meeting in meetings:
        facts = await container.sweeps().meeting_facts(referral, meeting)
        print(f"meeting {meeting}")
        for fact in facts:
            print(f"  {_time(fact.at)}  {_told(fact)}")
        for seat in await history.seats(referral, meeting):
            print(f"  {_seat(seat, facts)}")
    if not meetings:
        print("nothing is known of this referral", file=sys.stderr)
    return 0 if meetings else 1


async def _clear(container: Container, arguments: argparse.Namespace) -> int:
    """A report out like any other; the running service brings it to the attendance service."""
    history: PresenceHistory = container.history()
    referral, now = ReferralId(arguments.referral), epoch()
    cleared = 0
    for meeting in await history.meetings(referral):
        for known in await history.seats(referral, meeting):
            if known.seat.person == arguments.user:
                what = Reported(known.seat.person, in_meeting=False, why=arguments.why)
                fact = Fact(f"clear:{new_id()}", referral, meeting, what, now)
                await container.seats().append(fact, known.seat, now=now, due=now)
                cleared += 1
    print(f"reported out of {cleared} meetings" if cleared else "no such person there")
    return 0 if cleared else 1


def _told(fact: Numbered) -> str:
    """A fact in one line: its kind, then what it says."""
    kind = type(fact.what).__name__
    return f"#{fact.seq} {kind} {str(fact.what)[len(kind) + 1 : -1]}"


def _seat(known: SeatHistory, facts: Sequence[Numbered]) -> str:
    seat: Seat = known.seat
    mine = [fact for fact in facts if getattr(fact.what, "person", seat.person) == seat.person]
    found = whereabouts(seat.person, mine)
    told = (
        "never told"
        if known.pushed is None
        else f"told {_in(known.shown)} at {_time(known.pushed)}"
    )
    waiting = f"; waiting: {known.why or 'due'}" if known.due is not None else ""
    refused = f"; refused: {known.why}" if known.due is None and known.why else ""
    state = f"{seat.person}: {_in(found.is_in)} because {found.because}"
    return f"{state}; {told} (#{known.pushed_seq}){waiting}{refused}"


def _in(inside: bool | None) -> str:  # noqa: FBT001 - it is what is told
    return "in" if inside else "out"


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


ACTIONS: dict[str, Action] = {"show": _show, "clear": _clear}
