"""``videochamadas visits``: visits in figures, for statistics."""

import argparse
import csv
import json
import sys
from collections.abc import AsyncIterator

from application.count_visits import CountVisits
from entrypoints.cli.columns import columns
from entrypoints.cli.inbox_texts import in_local_time, since
from entrypoints.cli.with_storage import with_storage
from entrypoints.container import Container
from entrypoints.operators.visits import VisitRow
from entrypoints.settings import Settings

AT_ONCE = 100  # meetings in one transaction
FORMULA = tuple("=+-@\t\r\n")
"""A spreadsheet takes a cell that begins so for a formula, or strips it to one."""
EPILOG = """\
examples:
  videochamadas visits --since 7d                          a table of last week's visits
  videochamadas visits --since 2026-01-01 --csv > visits.csv

Seconds in which both doctors were inside are of two or more people whose presence is kept: the
referral's doctors and whoever was reported. A second tab and a reconnect are connections too.
Times that the provider did not tell are ours; then the visit is estimated.
"""


def add_visits_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--since", type=since, default=0.0, help="30m, 2h, 3d or ISO 8601")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="print CSV for a spreadsheet")
    form.add_argument("--json", action="store_true", help="print one JSON object per line")


def visits(settings: Settings, arguments: argparse.Namespace) -> int:
    return with_storage(settings, lambda container: _list(container, arguments))


async def _list(container: Container, arguments: argparse.Namespace) -> int:
    rows = _rows(container.count_visits(), arguments.since)
    if arguments.json:
        async for row in rows:
            print(row.model_dump_json())
    elif arguments.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(VisitRow.model_fields)
        async for row in rows:
            writer.writerow(map(cell, row.model_dump(mode="json").values()))
    else:
        table = [spelt(row) async for row in rows]
        print("\n".join(columns(table)) or "nothing")
    return 0


async def _rows(count: CountVisits, since: float) -> AsyncIterator[VisitRow]:
    last: int | None = 0
    while last is not None:
        page, last = await count(since=since, after=last, limit=AT_ONCE)
        for visit in page:
            yield VisitRow.of(visit)


def spelt(row: VisitRow) -> dict[str, object]:
    """With headings that are words, and local times."""
    told: dict[str, object] = {
        "referral": row.referral,
        "meeting": row.meeting,
        "opened": row.opened,
        "first in": row.firstIn,
        "last out": row.lastOut,
        "seconds both": row.bothInsideSeconds,
        "connections": row.connections,
        "ended": row.ended,
        "corrected": "yes" if row.corrected else "no",
        "estimated": "yes" if row.estimated else "no",
    }
    return in_local_time(told)


def cell(value: object) -> object:
    """A value as CSV: nothing for None, and never a formula. Ids come from outside."""
    match value:
        case bool():
            return json.dumps(value)
        case str() if value.startswith(FORMULA):
            return f"'{value}"
        case _:
            return value
