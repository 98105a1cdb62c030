"""The picture of README.md and LEIAME.md: small, and of what the page really shows."""

import base64
import os
from pathlib import Path

from playwright.async_api import Browser, expect

from entrypoints.settings import Settings
from tests.browser.console import console, on_a_port

MOST = 100_000  # bytes
SIZE = {"width": 1280, "height": 1000}
SMALLER = """async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.8 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


async def test_a_picture_of_a_visit_that_healed_is_small(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    """``PICTURE`` names the file that is to be kept."""
    picture = await smaller(browser, await a_healed_visit(browser, settings))
    keep(picture, Path(os.environ.get("PICTURE", tmp_path / "console.webp")))
    assert len(picture) < MOST


async def a_healed_visit(browser: Browser, settings: Settings) -> bytes:
    """As PNG."""
    async with console(browser, on_a_port(settings), viewport=SIZE, color_scheme="light") as page:
        await page.open("play")
        await page.button("Open the meeting").click()
        for doctor in ("dra-ana", "dr-bruno"):
            enter = page.doctor(doctor).get_by_role("button", name="Enter")
            await expect(enter).not_to_have_attribute("aria-disabled", "true")
            await enter.click()
            await page.shows(doctor, "In")
        await page.tab.get_by_role("switch", name="Lost").check()
        await page.doctor("dr-bruno").get_by_role("button", name="Drop the connection").click()
        await page.shows("dr-bruno", "Out")
        await expect(page.row("The webhook was lost.", "The sweep corrected")).to_be_visible()
        await page.tab.locator("#news p").first.wait_for(state="detached")
        return bytes(await page.tab.screenshot())


async def smaller(browser: Browser, png: bytes) -> bytes:
    """As WebP."""
    blank = await browser.new_page()
    webp = await blank.evaluate(SMALLER, base64.b64encode(png).decode())
    return base64.b64decode(webp)


def keep(picture: bytes, file: Path) -> None:
    file.write_bytes(picture)
