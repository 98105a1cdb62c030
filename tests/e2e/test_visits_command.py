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
from tests.canary.commands import said

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

    lines = (
        "visits --json",
        "visits --since 2026-06-01 --csv",
        "visits",
        "visits --since 2126-01-01",
        "visits --csv --json",
    )
    told = await said([(line.split(), {"DATABASE_URL": url}) for line in lines])
    as_json, as_csv, table, none, both = (one.output.removeprefix("\n") for one in told)

    first, *rest = map(json.loads, as_json.splitlines())
    assert first == VISIT
    assert [one["meeting"] for one in rest] == [f"empty-{number}" for number in range(AT_ONCE)]
    heading, row, empty, *_ = csv.reader(io.StringIO(as_csv, newline=""))
    assert heading == [*VISIT]
    assert row == [f"'{FORMULA}", *map(spelt, [*VISIT.values()][1:])]
    assert empty[3:5] + empty[7:8] == ["", "", ""]
    assert table.split("\n", 1)[0].split() == [
        *("REFERRAL", "MEETING", "OPENED", "FIRST", "IN", "LAST", "OUT", "SECONDS", "BOTH"),
        *("CONNECTIONS", "ENDED", "CORRECTED", "ESTIMATED"),
    ]
    assert len(table.splitlines()) == 1 + 1 + AT_ONCE
    assert none == "nothing\n"
    assert (both, "--help" in told[-1].errors) == ("", True)


def spelt(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)
