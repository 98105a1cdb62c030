"""A page that stays open: what it costs the service, and that it does not grow."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from entrypoints.settings import Settings
from tests.browser.console import console, on_a_port
from tests.e2e.processes import free_port, running
from tests.prove.service import READY

Capsys = pytest.CaptureFixture[str]
LOOK = 20_000.0
"""Milliseconds for which the service is looked at, without a page and with one."""
MOST_SHARE = 0.01
"""Of a core, for one page."""
MOST_ROWS = 170
"""Of the timeline: its rows, and the notes on disagreements."""
TABS = """async ([meeting, times]) => {
  const post = (what, body) =>
    fetch(`/sandbox/calls/${meeting}/${what}`, { method: "POST", body: JSON.stringify(body) });
  for (let at = 0; at < times; at += 1) {
    const { peerId } = await (await post("join", { userId: "dra-ana" })).json();
    await post("leave", { userId: "dra-ana", peerId });
  }
}"""


async def test_an_idle_page_asks_nothing_and_costs_the_service_under_a_hundredth_of_a_core(
    browser: Browser, tmp_path: Path, capsys: Capsys
) -> None:
    port = free_port()
    env = {"PORT": str(port), "DATABASE_URL": f"sqlite:///{tmp_path}/storage.db"}
    async with running("serve", until=READY, **env, LOG_LEVEL="error") as service:
        tab = await browser.new_page()
        alone = await share_of_a_core(tab, service.process.pid)
        await tab.goto(f"http://127.0.0.1:{port}/console")
        await tab.locator(".card .badge").first.wait_for()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        share = await share_of_a_core(tab, service.process.pid)
        await tab.close()
    with capsys.disabled():
        print(f"\nidle, the service takes {alone:.2%} of a core; with a page {share:.2%}")  # noqa: T201 - a figure
    assert asked == []
    assert share - alone < MOST_SHARE


async def share_of_a_core(tab: Page, pid: int) -> float:
    before = cpu_seconds(pid)
    await tab.wait_for_timeout(LOOK)
    return (cpu_seconds(pid) - before) / (LOOK / 1000)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def test_a_long_visit_fills_no_more_than_a_bounded_timeline(
    browser: Browser, settings: Settings
) -> None:
    async with console(browser, on_a_port(settings)) as page:
        await page.open("play")
        await page.button("Open the meeting").click()
        enter = page.doctor("dra-ana").get_by_role("button", name="Enter")
        await expect(enter).not_to_have_attribute("aria-disabled", "true")
        await enter.click()
        await page.shows("dra-ana", "In")
        calls = "async () => (await (await fetch('/sandbox/calls')).json()).calls[0].meetingId"
        meeting = await page.tab.evaluate(calls)

        await page.tab.evaluate(TABS, [meeting, 150])
        await expect(page.row("dra-ana disconnected").first).to_be_visible()
        rows = page.row()
        assert 100 < await rows.count() <= MOST_ROWS
        nodes = await page.tab.evaluate("document.querySelectorAll('*').length")
        await page.tab.evaluate(TABS, [meeting, 150])
        assert await rows.count() <= MOST_ROWS
        assert await page.tab.evaluate("document.querySelectorAll('*').length") < 1.2 * nodes
