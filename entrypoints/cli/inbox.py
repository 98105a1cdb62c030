"""``videochamadas inbox``: list, show, retry and discard stored webhooks; list updates and
closings."""

import argparse
import json
import sys
from collections.abc import Awaitable, Callable

from domain.audit import COMMAND_LINE
from domain.delivery import State
from domain.operator_view import DeliveryView
from domain.ports.operators import OperatorInbox
from entrypoints.cli.columns import columns
from entrypoints.cli.inbox_texts import (
    closing_row,
    delivery_row,
    in_local_time,
    shown_row,
    since,
    update_row,
    why_not,
)
from entrypoints.cli.with_storage import with_storage
from entrypoints.container import Container
from entrypoints.settings import Settings

Action = Callable[[Container, argparse.Namespace], Awaitable[int]]

EPILOG = """\
examples:
  videochamadas inbox list --dead          dead letters, and why they were refused
  videochamadas inbox list --waiting       webhooks that are not handled yet
  videochamadas inbox list --updates       what the attendance service has not been told
  videochamadas inbox list --closings      meetings that the provider has not closed yet
  videochamadas inbox show 17              one webhook with its body, names masked
  videochamadas inbox retry --all-dead     retry all dead letters, once the cause is fixed
  videochamadas inbox retry --since 2h     retry those received in the last two hours
  videochamadas inbox discard 17 --why "a test call"
"""


def add_inbox_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_list(actions.add_parser("list", help="list webhooks, updates or closings"))
    show = actions.add_parser("show", help="print one webhook with its body, names masked")
    show.add_argument("id", type=int)
    retry = actions.add_parser("retry", help="retry dead webhooks")
    which = retry.add_mutually_exclusive_group(required=True)
    which.add_argument("id", type=int, nargs="?")
    which.add_argument("--all-dead", action="store_true", help="all dead webhooks")
    which.add_argument("--since", type=since, help="received since: 30m, 2h, 3d or ISO 8601")
    discard = actions.add_parser("discard", help="end a waiting or dead webhook permanently")
    discard.add_argument("id", type=int)
    discard.add_argument("--why", required=True, help="the reason, which is stored; no names")


def _add_list(parser: argparse.ArgumentParser) -> None:
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--dead", action="store_true", help="only dead letters")
    kind.add_argument("--waiting", action="store_true", help="only webhooks not handled yet")
    kind.add_argument("--updates", action="store_true", help="updates not told yet, or refused")
    kind.add_argument("--closings", action="store_true", help="meetings not closed yet")
    parser.add_argument("--referral", help="only those about this referral")
    parser.add_argument("--since", type=since, help="received since: 30m, 2h, 3d or ISO 8601")
    parser.add_argument("--limit", type=int, default=100, help="at most so many (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")


def inbox(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 when done, 1 when there is no such webhook, 2 for options that exclude each other."""
    action = ACTIONS[arguments.action]
    return with_storage(settings, lambda container: action(container, arguments))


async def _list(container: Container, arguments: argparse.Namespace) -> int:
    stored: OperatorInbox = container.operator_inbox()
    if (arguments.updates or arguments.closings) and arguments.since is not None:
        kind = "--updates" if arguments.updates else "--closings"
        print(f"--since cannot be used with {kind}", file=sys.stderr)
        return 2
    if arguments.closings:
        closings = await stored.closings(referral=arguments.referral, limit=arguments.limit)
        rows = [closing_row(closing) for closing in closings]
    elif arguments.updates:
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
    lines = map(json.dumps, rows) if arguments.json else columns([*map(in_local_time, rows)])
    for line in lines:
        print(line)
    if not rows and not arguments.json:
        print("nothing")
    return 0


async def _show(container: Container, arguments: argparse.Namespace) -> int:
    entry = await container.read_delivery()(COMMAND_LINE, arguments.id)
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
