"""The module of docs/frontend.md runs in a page of another origin, and its tab is closed."""

import asyncio
from dataclasses import dataclass, field

from dependency_injector import providers
from playwright.async_api import Page

from adapters.sandbox.attendance import SandboxAttendance
from domain.presence import Seat
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.browser.conftest import OpenSite
from tests.conftest import Serve
from tests.documents.sandbox import SERVICE, on
from tests.documents.test_frontend import NODE, module
from tests.e2e.processes import ended

PATIENCE = 20.0
WITHOUT_TYPES = """
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
process.stdout.write(stripTypeScriptTypes(readFileSync(0, "utf8")));
"""


@dataclass
class ToldAttendance(SandboxAttendance):
    """The twin, which hands on what it was told."""

    told: "asyncio.Queue[tuple[Seat, bool]]" = field(default_factory=asyncio.Queue)

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        await SandboxAttendance.set_in_meeting(self, seat, in_meeting=in_meeting)
        self.told.put_nowait((seat, in_meeting))

    async def next(self) -> tuple[str, bool]:
        async with asyncio.timeout(PATIENCE):
            seat, in_meeting = await self.told.get()
        return seat.person, in_meeting


async def test_a_doctor_who_closes_the_tab_is_marked_out(
    tab: Page, open_site: OpenSite, settings: Settings, serve: Serve
) -> None:
    site, attendance = await open_site(), ToldAttendance()
    allowed = settings.model_copy(update={"cors_origins": frozenset({site.origin})})
    container = Container(settings=allowed)
    container.attendance.override(providers.Object(attendance))
    client = await serve(container)
    site.script = await javascript(on({SERVICE: f"{client.host}:{client.port}"}, module()))

    await tab.goto(site.origin)
    assert await attendance.next() == ("dra-ana", True)
    await tab.wait_for_function("document.title === 'in the call'")

    await tab.close()
    assert await attendance.next() == ("dra-ana", False)


async def javascript(typescript: str) -> str:
    """The same module without its types, which browsers do not know; it says when it is through."""
    process = await asyncio.create_subprocess_exec(
        NODE,
        "--input-type=module",
        "--eval",
        WITHOUT_TYPES,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    stripped = await ended(process, PATIENCE, typescript.encode())
    assert stripped.code == 0, stripped.errors
    return stripped.output + 'document.title = "in the call";\n'
