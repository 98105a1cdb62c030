"""``videochamadas privacy``: what the law gives a person who asks for it (LGPD)."""

import argparse
import sys
from collections.abc import Awaitable, Callable

from domain.audit import COMMAND_LINE
from domain.meeting import PersonId
from entrypoints.cli.with_storage import with_storage
from entrypoints.container import Container
from entrypoints.settings import Settings

Action = Callable[[Container, argparse.Namespace], Awaitable[int]]
EPILOG = """\
examples:
  videochamadas privacy erase dra-ana      a random pseudonym instead of the id, for good
  videochamadas privacy pseudonym dra-ana  how the audit log names this person, or a referral

Report the person out first (videochamadas presence clear) where they are still shown in a meeting:
once erased, nothing is told of them any more. Whoever a partner names afterwards is known anew.
"""


def add_privacy_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    erase = actions.add_parser(
        "erase", help="a random pseudonym instead of a person's id, for good"
    )
    pseudonym = actions.add_parser(
        "pseudonym", help="how the audit log names a person or a referral"
    )
    for action in (erase, pseudonym):
        action.add_argument("user", type=_person)


def privacy(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 when done, 1 when nothing is known of that person."""
    action = ACTIONS[arguments.action]
    return with_storage(settings, lambda container: action(container, arguments))


async def _erase(container: Container, arguments: argparse.Namespace) -> int:
    _, erased = await container.erase_person()(COMMAND_LINE, arguments.user)
    if not erased:
        print("nothing is known of that person", file=sys.stderr)
        return 1
    print(f"erased: {erased.counts}")
    if erased.shown_in:
        print(f"the attendance service still shows that person in {erased.shown_in} meetings")
    return 0


async def _pseudonym(container: Container, arguments: argparse.Namespace) -> int:
    """What to look for behind ``doctor:``, ``ticket:`` and ``presence/``."""
    print(container.pseudonyms().of(arguments.user))
    return 0


def _person(text: str) -> PersonId:
    """As ids are everywhere: trimmed, and not blank. ValueError for bytes that are no text."""
    person = text.encode().decode().strip()
    if not person:
        raise argparse.ArgumentTypeError("a person's id")
    return PersonId(person)


ACTIONS: dict[str, Action] = {"erase": _erase, "pseudonym": _pseudonym}
