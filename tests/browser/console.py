"""The console in a browser that is used as a person uses it: by keyboard, and reading what it says.

Whatever its pages complain about, or ask of another origin, fails the test that opened them.
"""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from entrypoints.app import create_app
from entrypoints.container import Container
from entrypoints.http.server import listening
from entrypoints.settings import Settings

HOST = "127.0.0.1"
SOON = 15_000.0
"""Milliseconds for whatever a page shows of what was done."""
expect.set_options(timeout=SOON)
EXPECTED = ("status of 401", "status of 403")
"""What a browser says by itself of an answer that the page asked for and deals with."""


@dataclass
class Console:
    """A page of the console, and what was wrong with it."""

    tab: Page
    url: str
    wrong: list[str] = field(default_factory=list)

    async def open(self, view: str) -> None:
        await self.tab.goto(f"{self.url}/console#{view}")

    def button(self, name: str) -> Locator:
        return self.tab.get_by_role("button", name=name, exact=True)

    def doctor(self, who: str) -> Locator:
        return self.tab.locator(".card", has=self.tab.get_by_role("heading", name=who))

    async def shows(self, who: str, state: str, within: float = SOON) -> None:
        badge = self.doctor(who).locator(".state")
        await expect(badge).to_have_text(state, timeout=within)

    def row(self, *texts: str) -> Locator:
        """The rows of the timeline that say all of these."""
        rows = self.tab.locator(".timeline tbody tr")
        for text in texts:
            rows = rows.filter(has_text=text)
        return rows

    async def press(self, control: Locator, key: str = "Enter") -> None:
        """By keyboard alone: Tab until the control has the focus, then the key."""
        await control.wait_for()
        for _ in range(150):
            if await control.evaluate("(one) => one === document.activeElement"):
                break
            await self.tab.keyboard.press("Tab")
        else:
            raise AssertionError(f"no Tab leads to {control}")
        assert await self.focus_is_seen()
        await self.tab.keyboard.press(key)

    async def focus_is_seen(self) -> bool:
        style = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        return bool(await self.tab.evaluate(style))

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(
            one in message.text for one in EXPECTED
        ):
            self.wrong.append(message.text)

    def note_request(self, request: Request) -> None:
        if not request.url.startswith(f"{self.url}/"):
            self.wrong.append(f"asked of another origin: {request.url}")


def on_a_port(settings: Settings, **changed: object) -> Settings:
    """The twins send their webhooks to the port that is set. The sweep is quicker than its default,
    so that nobody waits."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    quick = {"sweep_interval": 4.0, "port": port, "host": HOST}
    return settings.model_copy(update={**quick, **changed})


@asynccontextmanager
async def console(browser: Browser, settings: Settings, **context: Any) -> AsyncIterator[Console]:
    """The service of these settings in this process, and a page of a context of its own."""
    app = create_app(Container(settings=settings))
    async with listening(app, settings.host, settings.port, grace=1):
        opened = await browser.new_context(**{"locale": "en", **context})
        shown = Console(await opened.new_page(), f"http://{HOST}:{settings.port}")
        shown.tab.set_default_timeout(SOON)
        shown.tab.on("console", shown.note)
        shown.tab.on("pageerror", lambda error: shown.wrong.append(str(error)))
        shown.tab.on("request", shown.note_request)
        yield shown
        await opened.close()
    assert shown.wrong == []
