"""Two doctors in browsers of their own, the service that their pages call, and its partners."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import OpenSite, Site
from tests.e2e.processes import free_port, running
from tests.e2e.test_whole_story import real_adapters
from tests.identity import AUDIENCE, ISSUER, a_token, public_pem
from tests.prove.service import READY

ANA, BRUNO = "dra-ana", "dr-bruno"
SCRIPT = Path(__file__).with_name("doctor.js").read_text()


@dataclass
class Doctor:
    """One doctor's browser, with the tab that was opened last."""

    site: Site
    context: BrowserContext
    tab: Page

    async def open_another_tab(self) -> None:
        self.tab = await self.context.new_page()
        await self.tab.goto(self.site.origin)

    async def join(self, meeting: str, preset: str) -> float:
        """When that began, in seconds of the machine's clock, as all times here."""
        done, began = await self.tab.evaluate("([m, p]) => joinMeeting(m, p)", [meeting, preset])
        assert done is True
        return float(began) / 1000

    async def sees(self, badge: str, text: str) -> float:
        """Since when."""
        shown = self.tab.locator(f"#{badge}")
        await expect(shown).to_have_text(text)
        return float(await shown.get_attribute("data-since") or 0) / 1000


@dataclass
class Visit:
    """Both browsers, and the provider's controls."""

    ana: Doctor
    bruno: Doctor
    provider: aiohttp.ClientSession

    async def enter(self, meeting: str, doctor: str) -> None:
        """What the provider's SDK does in a page."""
        await self._control(meeting, "join", doctor)

    async def lose(self, meeting: str, doctor: str) -> None:
        """The provider notices that a connection is gone, and has told it."""
        await self._control(meeting, "leave", doctor)
        await self.all_told()

    async def all_told(self) -> None:
        """Until the provider's webhooks have arrived."""
        async with self.provider.get("/sandbox/webhooks") as answer:
            assert answer.ok

    async def inside(self) -> list[str]:
        async with self.provider.get("/sandbox/calls") as answer:
            calls = (await answer.json())["calls"]
        return [peer["userId"] for call in calls for peer in call["inside"]]

    async def _control(self, meeting: str, what: str, doctor: str) -> None:
        path = f"/sandbox/calls/{meeting}/{what}"
        async with self.provider.post(path, json={"userId": doctor}) as answer:
            assert answer.ok, await answer.text()


@asynccontextmanager
async def two_doctors(
    browser: Browser, open_site: OpenSite, database: str, *, instances: int
) -> AsyncIterator[Visit]:
    """Each in a browser of their own, on a page of an origin of its own; where there are two
    instances, each page calls another."""
    ports = [free_port() for _ in range(instances)]
    video, attendance = free_port(), free_port()
    hers, his = await open_site(), await open_site()
    env = {
        "DATABASE_URL": database,
        "AUTH": "jwt",
        "JWT_PUBLIC_KEY": public_pem(),
        "JWT_ISSUER": ISSUER,
        "JWT_AUDIENCE": AUDIENCE,
        "HOST_POLICY": "requester",
        "CORS_ORIGINS": f"{hers.origin},{his.origin}",
        "LOG_LEVEL": "error",
        **real_adapters("dyte", video, attendance),
    }
    sandbox = (
        "sandbox",
        f"--provider-port={video}",
        f"--attendance-port={attendance}",
        f"--webhook=http://127.0.0.1:{ports[0]}/api/dyte/webhook",
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running(*sandbox, until="then"))
        for port in ports:
            await stack.enter_async_context(running("serve", until=READY, PORT=str(port), **env))
        provider = await stack.enter_async_context(
            aiohttp.ClientSession(f"http://127.0.0.1:{video}")
        )
        doctors = []
        for site, doctor, port in ((hers, ANA, ports[0]), (his, BRUNO, ports[-1])):
            site.script = page_of(doctor, f"http://127.0.0.1:{port}")
            context = await stack.enter_async_context(await browser.new_context())
            doctors.append(Doctor(site, context, await context.new_page()))
        visit = Visit(doctors[0], doctors[1], provider)
        for one in doctors:
            await one.context.expose_function("enterCall", visit.enter)
            await one.tab.goto(one.site.origin)
        yield visit


def page_of(doctor: str, service: str) -> str:
    known = {"SERVICE": service, "TOKEN": a_token(doctor), "DOCTOR": doctor}
    constants = [f"const {name} = {json.dumps(value)};" for name, value in known.items()]
    return "\n".join((*constants, SCRIPT))
