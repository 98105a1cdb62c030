"""``videochamadas presence``: explain and correct who is shown in a meeting."""

import argparse
import sys
from collections.abc import Awaitable, Callable

from application.explain_presence import ExplainPresence
from domain.audit import COMMAND_LINE
from domain.meeting import PersonId
from domain.referral import ReferralId
from entrypoints.cli.presence_texts import timeline_lines
from entrypoints.cli.with_storage import with_storage
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
    show = actions.add_parser("show", help="print the timeline of a referral's meetings, no names")
    show.add_argument("referral")
    clear = actions.add_parser("clear", help="report a person out of all meetings of a referral")
    clear.add_argument("referral")
    clear.add_argument("user")
    clear.add_argument("--why", required=True, help="the reason, which is stored; no names")


def presence(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 when done, 1 when nothing is known of that referral or person."""
    action = ACTIONS[arguments.action]
    return with_storage(settings, lambda container: action(container, arguments))


async def _show(container: Container, arguments: argparse.Namespace) -> int:
    explain: ExplainPresence = container.explain_presence()
    timelines = await explain(COMMAND_LINE, ReferralId(arguments.referral))
    for timeline in timelines:
        print("\n".join(timeline_lines(timeline)))
    if not timelines:
        print("nothing is known of this referral", file=sys.stderr)
    return 0 if timelines else 1


async def _clear(container: Container, arguments: argparse.Namespace) -> int:
    referral, person = ReferralId(arguments.referral), PersonId(arguments.user)
    clear = container.clear_presence()
    cleared = await clear(COMMAND_LINE, referral, person, arguments.why)
    print(f"reported out of {cleared} meetings" if cleared else "no such person there")
    return 0 if cleared else 1


ACTIONS: dict[str, Action] = {"show": _show, "clear": _clear}
