"""``videochamadas inbox``: what waits, what is dead, and doing something about it."""

import argparse
import json
import sys
from collections.abc import Awaitable, Callable

from domain.audit import COMMAND_LINE
from domain.delivery import State
from domain.operator_view import DeliveryView
from domain.ports.operators import OperatorInbox
from entrypoints.cli.columns import columns
from entrypoints.cli.inbox_texts import delivery_row, shown_row, since, update_row, why_not
from entrypoints.cli.with_storage import with_storage
from entrypoints.container import Container
from entrypoints.settings import Settings

Action = Callable[[Container, argparse.Namespace], Awaitable[int]]

EPILOG = """\
examples:
  videochamadas inbox list --dead          webhooks that were refused, and why
  videochamadas inbox list --waiting       webhooks that are not handled yet
  videochamadas inbox list --updates         what the attendance service has not been told
  videochamadas inbox show 17              one webhook with its body, names masked
  videochamadas inbox retry --all-dead     try the dead again, once their cause is mended
  videochamadas inbox retry --since 2h     only those received in the last two hours
  videochamadas inbox discard 17 --why "a test call"
"""


def add_inbox_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_list(actions.add_parser("list", help="list webhooks, or updates, newest first"))
    show = actions.add_parser("show", help="one webhook with its body, names masked")
    show.add_argument("id", type=int)
    retry = actions.add_parser("retry", help="make dead webhooks due again")
    which = retry.add_mutually_exclusive_group(required=True)
    which.add_argument("id", type=int, nargs="?")
    which.add_argument("--all-dead", action="store_true", help="all of them")
    which.add_argument("--since", type=since, help="received since: 30m, 2h, 3d or ISO 8601")
    discard = actions.add_parser("discard", help="end a webhook for good")
    discard.add_argument("id", type=int)
    discard.add_argument("--why", required=True, help="for the record; no names")


def _add_list(parser: argparse.ArgumentParser) -> None:
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--dead", action="store_true", help="refused for good")
    kind.add_argument("--waiting", action="store_true", help="not handled yet")
    kind.add_argument("--updates", action="store_true", help="not told to the attendance service")
    parser.add_argument("--referral", help="about this referral only")
    parser.add_argument("--since", type=since, help="received since: 30m, 2h, 3d or ISO 8601")
    parser.add_argument("--limit", type=int, default=100, help="at most (%(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def inbox(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 when done, 1 when there was nothing to do it to."""
    action = ACTIONS[arguments.action]
    return with_storage(settings, lambda container: action(container, arguments))


async def _list(container: Container, arguments: argparse.Namespace) -> int:
    stored: OperatorInbox = container.operator_inbox()
    if arguments.updates and arguments.since is not None:
        print("--since is for webhooks; updates are listed whole", file=sys.stderr)
        return 2
    if arguments.updates:
        updates = await stored.updates(referral=arguments.referral, limit=arguments.limit)
        rows = [update_row(update) for update in updates]
    else:
        state = State.DEAD if arguments.dead else State.WAITING if arguments.waiting else None
        entries = await stored.deliveries(
            state=state,
            referral=arguments.referral,
            since=arguments.since,
            limit=arguments.limit,
        )
        rows = [delivery_row(entry) for entry in entries]
    lines = map(json.dumps, rows) if arguments.json else columns(rows)
    for line in lines:
        print(line)
    if not rows and not arguments.json:
        print("nothing")
    return 0


async def _show(container: Container, arguments: argparse.Namespace) -> int:
    entry = await container.operator_inbox().delivery(arguments.id)
    if entry is None:
        return _not_done(arguments.id, None)
    print(json.dumps(shown_row(entry), indent=2, ensure_ascii=False))
    return 0


async def _retry(container: Container, arguments: argparse.Namespace) -> int:
    retry = container.retry_deliveries()
    count = await retry(COMMAND_LINE, number=arguments.id, since=arguments.since)
    if not count and arguments.id is not None:
        return _not_done(arguments.id, await container.operator_inbox().delivery(arguments.id))
    print(f"{count} due again")
    return 0


async def _discard(container: Container, arguments: argparse.Namespace) -> int:
    if not await container.discard_delivery()(COMMAND_LINE, arguments.id, arguments.why):
        return _not_done(arguments.id, await container.operator_inbox().delivery(arguments.id))
    print(f"{arguments.id} discarded")
    return 0


def _not_done(number: int, entry: DeliveryView | None) -> int:
    print(why_not(number, entry), file=sys.stderr)
    return 1


ACTIONS: dict[str, Action] = {"list": _list, "show": _show, "retry": _retry, "discard": _discard}
