"""Playing a visit in the console: what a person presses, and what the page then says."""

from playwright.async_api import Browser, expect

from entrypoints.settings import Settings
from tests.browser.console import SOON, console, on_a_port

ANA, BRUNO = "dra-ana", "dr-bruno"
STEPS = 12
LATER = 40_000.0
"""Milliseconds: a forged webhook is tried five times before the next, late one is sent."""


async def test_the_story_of_a_lost_webhook_is_told_to_its_healed_end_by_keyboard_alone(
    browser: Browser, settings: Settings
) -> None:
    async with console(browser, on_a_port(settings)) as page:
        await page.open("play")
        await page.press(page.button("Tell the story"))
        for step in range(1, STEPS + 1):
            await expect(page.tab.locator(".story")).to_contain_text(f"Step {step} of {STEPS}")
            await page.tab.keyboard.press("Enter")

        await page.shows(BRUNO, "Out")
        await page.shows(ANA, "Out")
        lost = page.row("They disagreed for", f"had {BRUNO} out, pages showed in")
        await expect(lost).to_contain_text("The webhook was lost. The sweep corrected it at")
        swept = page.tab.locator(".timeline .swept")
        await expect(swept).to_contain_text(f"{BRUNO} out")

        await page.press(swept.locator("summary").first)
        await expect(swept).to_contain_text("No webhook told. The service asked the provider")
        await expect(swept).to_contain_text("Out, because every connection is closed.")


async def test_a_doubled_a_forged_and_a_late_webhook_each_say_what_they_came_to(
    browser: Browser, settings: Settings
) -> None:
    async with console(browser, on_a_port(settings, sweep=False)) as page:
        await page.open("play")
        await page.press(page.button("Open the meeting"))
        await expect(page.row("meeting opened")).not_to_have_count(0, timeout=SOON)

        await page.press(page.tab.get_by_role("switch", name="Doubled"), "Space")
        await page.press(page.doctor(ANA).get_by_role("button", name="Enter"))
        await page.shows(ANA, "In")
        await expect(page.row(f"{ANA} connected")).to_contain_text("a repeat, does not count")

        await page.press(page.tab.get_by_role("switch", name="Doubled"), "Space")
        await page.press(page.tab.get_by_role("switch", name="Forged"), "Space")
        await page.press(page.doctor(BRUNO).get_by_role("button", name="Enter"))
        forged = page.row(f"{BRUNO} connected")
        await expect(forged).to_contain_text("401", timeout=SOON)
        await expect(forged.locator("td").nth(2)).to_be_empty()

        await page.press(page.tab.get_by_role("switch", name="Forged"), "Space")
        await page.press(page.tab.get_by_role("switch", name="Late"), "Space")
        await page.press(page.doctor(ANA).get_by_role("button", name="Drop the connection"))
        await expect(page.doctor(ANA)).to_contain_text("disagreeing for")
        await page.shows(ANA, "Out", LATER)
        late = page.row("They disagreed for", f"had {ANA} out, pages showed in")
        await expect(late).to_contain_text("The webhook came late.")


async def test_a_button_that_can_do_nothing_says_why_and_keeps_the_focus(
    browser: Browser, settings: Settings
) -> None:
    async with console(browser, on_a_port(settings)) as page:
        await page.open("play")
        enter = page.doctor(ANA).get_by_role("button", name="Enter")

        await page.press(enter)

        await expect(page.tab.locator("#news")).to_contain_text("Open the meeting first.")
        await expect(enter).to_be_focused()
