"""A real Chromium, and web pages whose origin is not the service's."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright
from pytest_aiohttp.plugin import AiohttpServer

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
HTML = (
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
)


@dataclass
class Site:
    """Somebody's web page under an origin of its own; ``script`` is what it runs."""

    origin: str = ""
    script: str = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.get("/", self.page), web.get("/page.js", self.page_script)])
        return app

    async def page(self, _request: web.Request) -> web.Response:
        return web.Response(text=HTML, content_type="text/html")

    async def page_script(self, _request: web.Request) -> web.Response:
        return web.Response(text=self.script, content_type="text/javascript", charset="utf-8")


OpenSite = Callable[[], Awaitable[Site]]


@pytest.fixture
def open_site(aiohttp_server: AiohttpServer) -> OpenSite:
    """Each call opens another site."""

    async def opened() -> Site:
        site = Site()
        site.origin = str((await aiohttp_server(site.app())).make_url("/").origin())
        return site

    return opened


@pytest.fixture
async def tab(browser: Browser) -> AsyncIterator[Page]:
    """Its context outlives it, as a doctor's browser does: with it go the beacons of its pages."""
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """It finds no host but this machine. Which Chromium it is, ``make browser`` says."""
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(
            executable_path=os.environ["CHROMIUM"], headless=True, args=FLAGS
        )
        yield chromium
        await chromium.close()
