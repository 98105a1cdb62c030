"""``videochamadas privacy``: erase a person who asks for it (LGPD), also once more after a
restore, and print pseudonyms."""

import argparse
import sys
from collections.abc import Awaitable, Callable

from application.erase_again import NamelessLineError, erased_names
from domain.audit import COMMAND_LINE, AuditEvent, AuditLine
from domain.erasure import Erased
from domain.meeting import PersonId
from entrypoints.cli.with_storage import with_storage
from entrypoints.container import Container
from entrypoints.settings import Settings

Action = Callable[[Container, argparse.Namespace], Awaitable[int]]
EPILOG = """\
examples:
  videochamadas privacy erase dra-ana      replace the id with a random pseudonym, permanently
  videochamadas privacy pseudonym dra-ana  print this person's (or a referral's) audit log name,
                                           and former ones, if "secrets rotate" changed it
  grep audit.person_erased audit.log | videochamadas privacy erase-again
                                           after a restore: erase whom these lines say was erased

If the person is still shown in a meeting, run "videochamadas presence clear" first: after the
erasure the attendance service gets no update about them. If a partner sends the id again, it is
stored again.
"""


def add_privacy_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    erase = actions.add_parser(
        "erase", help="replace a person's id with a random pseudonym, permanently"
    )
    pseudonym = actions.add_parser(
        "pseudonym", help="print the audit log's name of a person or a referral"
    )
    actions.add_parser(
        "erase-again", help="erase whom lines of the audit log, on standard input, say was erased"
    )
    for action in (erase, pseudonym):
        action.add_argument("user", type=_person)


def privacy(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 when done, 1 when nothing is known of that person, or lines cannot be used."""
    action = ACTIONS[arguments.action]
    return with_storage(settings, lambda container: action(container, arguments))


async def _erase(container: Container, arguments: argparse.Namespace) -> int:
    name, erased = await container.erase_person()(COMMAND_LINE, arguments.user)
    if not erased:
        print("nothing is known of that person", file=sys.stderr)
        return 1
    print(f"erased: {erased.counts}; in the audit log: {name}")
    _warn(erased)
    return 0


async def _erase_again(container: Container, _arguments: argparse.Namespace) -> int:
    try:
        names = erased_names([*sys.stdin])
    except NamelessLineError as error:
        print(
            f"{error} are of a version that did not say whom it erased; erase those people by "
            "their ids, and give the other lines alone",
            file=sys.stderr,
        )
        return 1
    again = await container.erase_again()(COMMAND_LINE, names)
    for erased in again:
        print(f"erased: {erased.counts}")
        _warn(erased)
    print(f"{len(again)} of {len(names)} people who were erased were stored, and are erased again")
    return 0


def _warn(erased: Erased) -> None:
    if erased.shown_in:
        print(f"the attendance service still shows that person in {erased.shown_in} meetings")


async def _pseudonym(container: Container, arguments: argparse.Namespace) -> int:
    """The audit log has it after ``doctor:``, ``ticket:`` and ``presence/``; after ``person/`` the
    last."""
    pseudonyms = container.pseudonyms()
    what = f"pseudonym/{pseudonyms.of(arguments.user)}"
    line = AuditLine(AuditEvent.PSEUDONYM_READ, COMMAND_LINE, what, "printed")
    await container.audit_log().record(line)
    print("\n".join(pseudonyms.all_of(arguments.user)))
    return 0


def _person(text: str) -> PersonId:
    """The trimmed id. Raises ArgumentTypeError when blank, ValueError when it is not UTF-8."""
    person = text.encode().decode().strip()
    if not person:
        raise argparse.ArgumentTypeError("a person's id")
    return PersonId(person)


ACTIONS: dict[str, Action] = {
    "erase": _erase,
    "erase-again": _erase_again,
    "pseudonym": _pseudonym,
}
