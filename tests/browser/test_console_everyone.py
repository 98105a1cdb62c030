"""The console for everyone: two languages, no barrier that axe finds, every width, every theme."""

import re
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

import entrypoints.console
from entrypoints.settings import Settings
from tests.browser.console import Console, console, on_a_port

FILES = Path(entrypoints.console.__file__).parent / "static"
VIEWS = ("play", "watch?referral=enc-1001", "now", "waiting", "health")
TABLE = """async (names) => {
  const modules = await Promise.all(names.map((name) => import(`/console/${name}`)));
  return Object.assign({}, ...modules.flatMap(Object.values));
}"""
LITERAL = re.compile(r"""\b(?:t|known|plural)\(\s*"([^"]+)\"""")


async def test_it_speaks_the_browsers_language_and_the_other_one_at_a_switch(
    browser: Browser, settings: Settings
) -> None:
    async with console(browser, on_a_port(settings), locale="pt-BR") as page:
        await page.open("play")
        title = page.tab.get_by_role("heading", level=1)
        await expect(title).to_have_text("Ensaiar uma visita")
        assert await page.tab.evaluate("document.documentElement.lang") == "pt-BR"

        await page.press(page.button("English"))
        await expect(title).to_have_text("Play a visit")
        assert await page.tab.evaluate("document.documentElement.lang") == "en"
        await page.tab.reload()
        await expect(title).to_have_text("Play a visit")


async def test_every_text_stands_in_one_table_in_both_languages(
    browser: Browser, settings: Settings
) -> None:
    async with console(browser, on_a_port(settings)) as page:
        await page.open("health")
        names = sorted(path.name for path in FILES.glob("texts-*.js"))
        table: dict[str, list[str]] = await page.tab.evaluate(TABLE, names)

    for key, texts in table.items():
        ours, theirs = texts
        assert "" not in texts, key
        assert set(re.findall(r"\{\w+\}", ours)) == set(re.findall(r"\{\w+\}", theirs)), key
    used = {key for path in FILES.glob("*.js") for key in LITERAL.findall(path.read_text())}
    plain = {key for key in used if key not in table and f"{key}.one" not in table}
    assert plain == set()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280, 1920])
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(
    browser: Browser, settings: Settings, theme: Literal["light", "dark"], width: int
) -> None:
    size = {"viewport": {"width": width, "height": 900}, "color_scheme": theme}
    async with console(browser, on_a_port(settings), **size) as page:
        await a_call(page)
        found = []
        for view in VIEWS:
            await page.open(view)
            await page.tab.locator("main > *").first.wait_for()
            await page.tab.get_by_text("live", exact=True).wait_for()
            results = await Axe().run(page.tab)
            found += [
                (view, one["id"], one["nodes"][0]["html"]) for one in results.response["violations"]
            ]
            wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not await page.tab.evaluate(wider), view
        assert found == []


async def a_call(page: Console) -> None:
    """With somebody in it, and one fault on, so that there is something to see."""
    await page.open("play")
    await page.button("Open the meeting").click()
    enter = page.doctor("dra-ana").get_by_role("button", name="Enter")
    await expect(enter).not_to_have_attribute("aria-disabled", "true")
    await enter.click()
    await page.shows("dra-ana", "In")
    await page.tab.get_by_role("switch", name="Lost").check()
    await page.doctor("dra-ana").get_by_role("button", name="Drop the connection").click()
    await expect(page.doctor("dra-ana")).to_contain_text("disagreeing for")
