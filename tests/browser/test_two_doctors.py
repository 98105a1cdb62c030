"""Two doctors meet in one room, see each other come and go, and one of them ends the meeting."""

import time
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import OpenSite
from tests.browser.doctors import ANA, BRUNO, Visit, two_doctors

Capsys = pytest.CaptureFixture[str]
HOST, PARTICIPANT = "group_call_host", "group_call_participant"
SOON = 1.0
"""Seconds within which a doctor sees what another one did."""


async def test_two_doctors_meet_on_one_instance_with_sqlite(
    browser: Browser, open_site: OpenSite, tmp_path: Path, capsys: Capsys
) -> None:
    database = f"sqlite:///{tmp_path}/storage.db"
    async with two_doctors(browser, open_site, database, instances=1) as visit:
        took = await the_whole_visit(visit)
    tell(capsys, took)
    assert max(took.values()) < SOON


async def test_two_doctors_meet_on_two_instances_with_postgres(
    browser: Browser, open_site: OpenSite, fresh_postgres: str, capsys: Capsys
) -> None:
    async with two_doctors(browser, open_site, fresh_postgres, instances=2) as visit:
        took = await the_whole_visit(visit)
    tell(capsys, took)
    assert max(took.values()) < SOON


async def the_whole_visit(visit: Visit) -> dict[str, float]:
    """Seconds until a page showed what happened at the other one."""
    ana, bruno = visit.ana, visit.bruno
    took = {}
    began = time.time()
    meeting = await ana.tab.evaluate("startMeeting()")
    took["she opens a meeting"] = await bruno.sees("status", "open") - began
    assert await bruno.tab.evaluate("findMeeting()") == [[meeting, "open", 0]]

    began = await ana.join(meeting, HOST)
    took["she comes in"] = await bruno.sees(ANA, "in") - began
    began = await bruno.join(meeting, PARTICIPANT)
    took["he comes in"] = await ana.sees(BRUNO, "in") - began
    await visit.all_told()  # a joining that is told after a leave counts as a new one

    began = time.time()
    await bruno.tab.close()
    took["he closes his tab"] = await ana.sees(BRUNO, "out") - began
    await visit.lose(meeting, BRUNO)

    await bruno.open_another_tab()
    await bruno.sees(ANA, "in")
    began = await bruno.join(meeting, PARTICIPANT)
    took["he comes back"] = await ana.sees(BRUNO, "in") - began
    assert await visit.inside() == [ANA, BRUNO]

    done, ended = await ana.tab.evaluate("(meeting) => endMeeting(meeting)", meeting)
    out = [await who.sees(badge, "out") for who in (ana, bruno) for badge in (ANA, BRUNO)]
    took["she ends it"] = max(out) - ended / 1000
    assert done is True
    assert await visit.inside() == []
    for doctor, preset in ((ana, HOST), (bruno, PARTICIPANT)):
        await doctor.sees("status", "closed")
        again = await doctor.tab.evaluate("([m, p]) => joinMeeting(m, p)", [meeting, preset])
        assert again == [409, "meeting-closed"]
    return took


def tell(capsys: Capsys, took: dict[str, float]) -> None:
    with capsys.disabled():
        seen = ", ".join(f"{what} {seconds:.2f} s" for what, seconds in took.items())
        print(f"\nseen after: {seen}")  # noqa: T201 - a figure to read
