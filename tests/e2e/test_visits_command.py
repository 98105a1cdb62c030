"""Visits in figures at the command line: a table, CSV for a spreadsheet, JSON for programs."""

import csv
import io
import json
from pathlib import Path

from domain.facts import Fact, PeerJoined, PeerLeft
from domain.meeting import MeetingId
from entrypoints.cli.visits import AT_ONCE
from entrypoints.container import Container
from entrypoints.resources import open_resources
from entrypoints.settings import Settings
from tests.builders import a_seat
from tests.e2e.processes import run

JUNE = 1780315200.0
FORMULA = '=HYPERLINK("https://x.example")'
VISIT = {
    "referral": FORMULA,
    "meeting": "m-1",
    "opened": "2026-06-01T12:00:00+00:00",
    "firstIn": "2026-06-01T12:01:00+00:00",
    "lastOut": "2026-06-01T12:11:00+00:00",
    "bothInsideSeconds": 540,
    "connections": 2,
    "ended": "emptied",
    "corrected": False,
    "estimated": False,
}


async def stored(url: str) -> None:
    """One visit in June, of a referral that looks like a formula, and more empty ones in July than
    fit into one page."""
    container = Container(settings=Settings.model_validate({"database_url": url}))
    async with open_resources(container):
        await container.meetings().add(MeetingId("m-1"), FORMULA, now=JUNE)
        for person, at in (("dra-ana", JUNE + 60), ("dr-bruno", JUNE + 120)):
            seat, peer, out = a_seat(FORMULA, "m-1", person), f"p-{person}", JUNE + 660
            for what in (PeerJoined(seat.person, peer, "s", at), PeerLeft(peer, "s", at, out)):
                fact = Fact(f"{what}", seat.referral, seat.meeting, what, at)
                await container.presence().append(fact, seat, now=at, due=at)
        for number in range(AT_ONCE):
            await container.meetings().add(MeetingId(f"empty-{number}"), "enc-1", now=JUNE * 1.001)


async def test_visits_are_printed_for_people_spreadsheets_and_programs(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/storage.db"
    await stored(url)

    as_json = await run("visits", "--json", DATABASE_URL=url)
    as_csv = await run("visits", "--since", "2026-06-01", "--csv", DATABASE_URL=url)
    table = await run("visits", DATABASE_URL=url)
    none = await run("visits", "--since", "2126-01-01", DATABASE_URL=url)
    both = await run("visits", "--csv", "--json", DATABASE_URL=url)

    first, *rest = map(json.loads, as_json.output.splitlines())
    assert first == VISIT
    assert [one["meeting"] for one in rest] == [f"empty-{number}" for number in range(AT_ONCE)]
    heading, row, empty, *_ = csv.reader(io.StringIO(as_csv.output, newline=""))
    assert heading == [*VISIT]
    assert row == [f"'{FORMULA}", *map(spelt, [*VISIT.values()][1:])]
    assert empty[3:5] + empty[7:8] == ["", "", ""]
    assert table.output.split("\n", 1)[0].split() == [
        *("REFERRAL", "MEETING", "OPENED", "FIRST", "IN", "LAST", "OUT", "SECONDS", "BOTH"),
        *("CONNECTIONS", "ENDED", "CORRECTED", "ESTIMATED"),
    ]
    assert len(table.output.splitlines()) == 1 + 1 + AT_ONCE
    assert (none.output, none.code) == ("nothing\n", 0)
    assert both.code == 2


def spelt(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)
