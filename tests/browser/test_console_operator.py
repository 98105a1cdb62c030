"""The console of an installation that asks for keys: what is told without one, and what an operator
does with one."""

from playwright.async_api import Browser, Page, expect

from entrypoints.settings import Settings
from tests.browser.console import SOON, console, on_a_port
from tests.identity import OPERATOR_KEY, PORTAL_KEY, asking

UNKNOWN = """async () => {
  const meeting = { id: "m-1", title: "enc-9999" };
  const body = JSON.stringify({ event: "meeting.ended", meeting, reason: "ALL_PARTICIPANTS_LEFT" });
  return (await fetch("/api/dyte/webhook", { method: "POST", body })).status;
}"""


async def give(tab: Page, key: str) -> None:
    """To the dialog, by keyboard: its field has the focus when it opens."""
    await expect(tab.get_by_label("Key (vck_…)")).to_be_focused()
    await tab.keyboard.type(key)
    await tab.keyboard.press("Enter")


async def test_an_operator_retries_and_discards_after_a_wrong_key_and_one_of_no_operator(
    browser: Browser, settings: Settings
) -> None:
    async with console(browser, on_a_port(settings, **asking())) as page:
        tab = page.tab
        await page.open("waiting")
        dialog = tab.get_by_role("dialog")
        await expect(dialog).to_contain_text("This installation asks for a key")
        await expect(tab.locator("main")).to_be_empty()

        await give(tab, "vck_wrong")
        await expect(dialog).to_contain_text("That key was not accepted.")
        await give(tab, PORTAL_KEY)
        await expect(dialog).to_contain_text("That key was not accepted.")
        await give(tab, OPERATOR_KEY)
        await expect(tab.get_by_text("Nothing waits.")).to_be_visible()

        await tab.evaluate(UNKNOWN)
        dead = tab.get_by_role("row", name="given up")
        await expect(dead).to_contain_text("unknown referral", timeout=SOON)
        await page.press(dead.get_by_role("button", name="See"))
        await expect(dialog).to_contain_text('"reason": "ALL_PARTICIPANTS_LEFT"')
        await tab.keyboard.press("Escape")

        await page.press(dead.get_by_role("checkbox"), "Space")
        await page.press(page.button("Retry"))
        await expect(tab.locator("#news")).to_contain_text("1 of 1 will be tried again.")

        await expect(tab.get_by_role("checkbox", checked=True)).to_have_count(0)

        await expect(dead).to_be_visible(timeout=SOON)
        await page.press(dead.get_by_role("checkbox"), "Space")
        await page.press(page.button("Discard"))
        await expect(tab.locator("#news")).to_contain_text("Write a reason")
        await tab.keyboard.type("a test")
        await page.press(page.button("Discard"))
        await expect(tab.locator("#news")).to_contain_text("1 of 1 were discarded.")
        await expect(tab.get_by_text("Nothing waits.")).to_be_visible()


async def test_the_key_is_kept_in_the_memory_of_the_page_alone(
    browser: Browser, settings: Settings
) -> None:
    async with console(browser, on_a_port(settings, **asking())) as page:
        await page.open("health")
        await give(page.tab, OPERATOR_KEY)
        await expect(page.tab.get_by_text("ready", exact=True)).to_be_visible()

        kept = "JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])"
        assert OPERATOR_KEY not in await page.tab.evaluate(kept)
        assert OPERATOR_KEY not in await page.tab.content()
        await page.tab.reload()
        await expect(page.tab.get_by_role("dialog")).to_be_visible()
